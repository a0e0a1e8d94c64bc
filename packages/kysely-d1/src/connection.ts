import {
  type BatchConnection,
  type BatchOptions,
  type BoundStatement,
  countingQuery,
  countsOf,
  decodeRows,
  isIdempotent,
  notify,
  type OnQuery,
  type ScriptConnection,
  SqliteError,
  statementOf,
  toSqliteError,
} from '@node-cf/kysely-sqlite'
import { type AbortableOperationOptions, CompiledQuery, type QueryResult } from 'kysely'
import { bind } from './bound-statement.ts'
import { MigrationRun } from './migration-run.ts'
import { type RetrySettings, withRetries } from './retry.ts'
import type { D1Session, D1StatementResult } from './session.ts'
import type { SessionScope } from './session-scope.ts'

/** How connections run queries. */
export interface ConnectionSettings {
  /** Returns what runs the queries of one connection. */
  readonly open: () => D1Session
  /** Returns what runs migrations: never a replica. */
  readonly openPrimary: () => D1Session
  /** Returns what runs queries in a session; `undefined` where there are no sessions. */
  readonly openSession?: (scope: SessionScope) => D1Session
  readonly retry: RetrySettings
  readonly onQuery: OnQuery | undefined
  /** Is called when nothing is to be sent any more. */
  readonly onDestroy?: (() => unknown) | undefined
}

/** A query, and what is sent for it. */
interface PreparedQuery {
  readonly query: CompiledQuery
  readonly statement: BoundStatement
  /** Runs right after the statement and tells what it did. */
  readonly counting: BoundStatement | undefined
}

interface RunOptions {
  /** Whether anybody asks how many rows were changed, `true` by default. */
  readonly counts?: boolean
  /** Whether writes may be sent again, though they are not marked. */
  readonly idempotent?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs the queries of one caller. It holds nothing open: any number of them work side by side.
 */
export class D1Connection implements BatchConnection, ScriptConnection {
  readonly #settings: ConnectionSettings
  #session: D1Session | undefined
  #migrations: MigrationRun | undefined

  constructor(settings: ConnectionSettings) {
    this.#settings = settings
  }

  async executeQuery<Row>(
    query: CompiledQuery,
    { signal }: AbortableOperationOptions = {},
  ): Promise<QueryResult<Row>> {
    if (this.#migrations !== undefined) return this.#migrations.take(query)
    try {
      const [result] = await this.#run([query], { signal })
      return result as QueryResult<Row>
    } catch (error) {
      // Kysely has thrown the signal's reason by then, and would log this as a second failure.
      if (signal?.aborted) return { rows: [] }
      throw error
    }
  }

  /** Runs the queries as one batch; see `batch` of `@node-cf/kysely-sqlite`. */
  async executeBatch(
    queries: readonly CompiledQuery[],
    { signal, idempotent }: BatchOptions,
  ): Promise<QueryResult<unknown>[]> {
    if (this.#migrations === undefined) return this.#run(queries, { idempotent, signal })
    const results: QueryResult<unknown>[] = []
    for (const query of queries) results.push(await this.#migrations.take(query))
    return results
  }

  /** Runs the statements as one batch; see `runScript` of `@node-cf/kysely-sqlite`. */
  async executeScript(statements: readonly string[]): Promise<void> {
    if (this.#migrations !== undefined) {
      this.#migrations.add(statements)
      return
    }
    const queries = statements.map((sql) => CompiledQuery.raw(sql))
    await this.#run(queries, { counts: false })
  }

  // oxlint-disable-next-line require-yield
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new SqliteError(
      'ERR_SQLITE_STREAM',
      "D1 has no cursors, so stream() cannot work. Read page by page: order by a unique column, limit the rows, and ask for those after the last one: where('id', '>', last).",
    )
  }

  /** Has queries run in a session from now on. */
  enter(scope: SessionScope): void {
    if (this.#settings.openSession === undefined) {
      throw new SqliteError('ERR_SQLITE_ARGUMENT', 'D1 has no sessions over HTTP.')
    }
    this.#session = this.#settings.openSession(scope)
  }

  /** From now on, collects what migrations write; see {@link MigrationRun}. */
  async startMigrations(lockTable: string, lockRow: string): Promise<void> {
    const session = this.#settings.openPrimary()
    this.#migrations = await MigrationRun.start(session, lockTable, lockRow)
  }

  async endMigrations(): Promise<void> {
    const migrations = this.#migrations
    this.#migrations = undefined
    await migrations?.end()
  }

  async #run(
    queries: readonly CompiledQuery[],
    { counts = true, idempotent = false, signal }: RunOptions,
  ): Promise<QueryResult<unknown>[]> {
    const { onQuery, retry } = this.#settings
    let mayRepeat = true
    const prepared = queries.map((query): PreparedQuery => {
      const statement = statementOf(query)
      mayRepeat &&= statement.kind === 'read' || idempotent || isIdempotent(query)
      const counting = counts ? countingQuery(statement) : undefined
      return { query, statement: bind(query), counting }
    })
    const statements = prepared.flatMap(({ statement, counting }) =>
      counting === undefined ? [statement] : [statement, counting],
    )
    const isBatch = queries.length > 1
    const sql = isBatch ? undefined : queries[0]!.sql
    const options = { atomic: isBatch, meta: onQuery !== undefined, signal }
    const start = performance.now()
    let attempts = 0
    let results: D1StatementResult[] | undefined
    let error: unknown
    try {
      results = await withRetries(
        async () => {
          attempts += 1
          try {
            this.#session ??= this.#settings.open()
            return await this.#session.execute(statements, options)
          } catch (thrown) {
            throw signal?.aborted ? signal.reason : toSqliteError(thrown, sql)
          }
        },
        { ...retry, signal, mayRepeat },
      )
    } catch (thrown) {
      error = thrown
      throw thrown
    } finally {
      if (onQuery !== undefined) {
        const durationMs = performance.now() - start
        report(onQuery, prepared, results, { error, attempts, durationMs })
      }
    }
    return resultsOf(prepared, results)
  }
}

function resultsOf(
  prepared: readonly PreparedQuery[],
  results: readonly D1StatementResult[],
): QueryResult<unknown>[] {
  let position = 0
  return prepared.map(({ counting }) => {
    const rows = decodeRows(results[position]!.rows)
    position += 1
    if (counting === undefined) return { rows }
    const counts = countsOf(results[position]!.rows[0])
    position += 1
    return { rows, ...counts }
  })
}

/** Tells of each query of a batch. */
function report(
  onQuery: OnQuery,
  prepared: readonly PreparedQuery[],
  results: readonly D1StatementResult[] | undefined,
  outcome: { error: unknown; attempts: number; durationMs: number },
): void {
  let position = 0
  for (const { query, counting } of prepared) {
    const meta = results?.[position]?.meta
    position += counting === undefined ? 1 : 2
    notify(onQuery, {
      sql: query.sql,
      durationMs: outcome.durationMs,
      rowsRead: meta?.rows_read,
      rowsWritten: meta?.rows_written,
      region: meta?.served_by_region,
      attempts: outcome.attempts - 1 + (meta?.total_attempts ?? 1),
      batchSize: prepared.length,
      error: outcome.error,
    })
  }
}
