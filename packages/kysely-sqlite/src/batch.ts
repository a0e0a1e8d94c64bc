import {
  type Compilable,
  type CompiledQuery,
  type DatabaseConnection,
  DeleteQueryNode,
  DeleteResult,
  InsertQueryNode,
  InsertResult,
  type Kysely,
  type QueryResult,
  UpdateQueryNode,
  UpdateResult,
} from 'kysely'
import { SqliteError } from './errors.ts'

/** A query of a batch: a builder, `sql` template, or compiled query. */
export type BatchQuery<Row = unknown> = Compilable<Row> | CompilableWith<Row> | CompiledQuery<Row>

/** What an `sql` template is: compiled with the plugins of a database. */
interface CompilableWith<Row> {
  compile(executorProvider: Pick<Kysely<unknown>, 'getExecutor'>): CompiledQuery<Row>
}

/** What each query of a batch returns: the rows that `execute()` of it would return. */
export type BatchResults<Queries extends readonly BatchQuery[]> = {
  -readonly [Index in keyof Queries]: Queries[Index] extends BatchQuery<infer Row> ? Row[] : never
}

export interface BatchOptions {
  /** Ends the waiting for the batch; what was sent may still be carried out. */
  signal?: AbortSignal
  /**
   * Whether the batch may be sent again when the way to the database fails. By default it may if
   * each of its queries reads only, or is marked as idempotent.
   */
  idempotent?: boolean
}

/** A connection that runs several queries as one: all of them take effect, or none. */
export interface BatchConnection extends DatabaseConnection {
  executeBatch(
    queries: readonly CompiledQuery[],
    options: BatchOptions,
  ): Promise<QueryResult<unknown>[]>
}

/**
 * Runs several queries as one: all of them take effect, or none, and no other query runs between.
 *
 * @param db The database, whose plugins are applied to each result
 * @param queries The queries, in the order in which they run
 * @param options Whether the batch may be sent again, and a signal
 * @returns The rows of each query, as its own `execute()` would return them
 * @throws {SqliteError} With the code of the first query that failed
 */
export async function batch<const Queries extends readonly BatchQuery[]>(
  // oxlint-disable-next-line typescript/no-explicit-any
  db: Kysely<any>,
  queries: Queries,
  options: BatchOptions = {},
): Promise<BatchResults<Queries>> {
  const { signal } = options
  signal?.throwIfAborted()
  const executor = db.getExecutor()
  const compiled = queries.map((query) => ('compile' in query ? query.compile(db) : query))
  if (compiled.length === 0) return [] as BatchResults<Queries>
  const running = executor.provideConnection((connection) =>
    batchConnection(connection).executeBatch(compiled, options),
  )
  const results = await (signal === undefined ? running : orAborted(running, signal))
  const rows: unknown[][] = []
  for (const [index, query] of compiled.entries()) {
    let result = results[index] as QueryResult<Record<string, unknown>>
    for (const plugin of executor.plugins) {
      result = await plugin.transformResult({ queryId: query.queryId, result })
    }
    rows.push(rowsOf(query, result))
  }
  return rows as BatchResults<Queries>
}

function batchConnection(connection: DatabaseConnection): BatchConnection {
  if ('executeBatch' in connection) return connection as BatchConnection
  throw new SqliteError(
    'ERR_SQLITE_ARGUMENT',
    'batch() needs a database whose dialect is D1Dialect, D1HttpDialect or DurableObjectDialect.',
  )
}

/** The same, or the signal's reason as soon as it is aborted. */
function orAborted<Result>(running: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error)
    signal.addEventListener('abort', onAbort)
    void running.then(resolve, reject).then(() => signal.removeEventListener('abort', onAbort))
  })
}

/** What Kysely's builders make of a result. */
function rowsOf({ query }: CompiledQuery, result: QueryResult<unknown>): unknown[] {
  const { insertId, numAffectedRows, numChangedRows, rows } = result
  const counts = numAffectedRows ?? 0n
  if (InsertQueryNode.is(query) && !query.returning) return [new InsertResult(insertId, counts)]
  if (UpdateQueryNode.is(query) && !query.returning) {
    return [new UpdateResult(counts, numChangedRows)]
  }
  if (DeleteQueryNode.is(query) && !query.returning) return [new DeleteResult(counts)]
  return rows
}
