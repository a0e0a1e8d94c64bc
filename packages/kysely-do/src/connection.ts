import {
  type BatchConnection,
  type BatchOptions,
  type BoundStatement,
  checkLimits,
  countingQuery,
  countsOf,
  encodeParameters,
  ForeignKeyConstraintError,
  oneStatement,
  type OnQuery,
  type ScriptConnection,
  SqliteError,
  statementOf,
  toSqliteError,
} from '@node-cf/kysely-sqlite'
import { type AbortableOperationOptions, CompiledQuery, type QueryResult } from 'kysely'
import type { ObjectDatabase } from './object-database.ts'
import { report, type Usage } from './report.ts'
import type { RowStream } from './row-stream.ts'
import { rowsOf } from './rows.ts'
import type { DurableObjectStorageLike } from './storage.ts'
import type { ObjectTransaction } from './transaction.ts'

/** Runs the queries of one caller, in the caller's transaction where one has begun. */
export class ObjectConnection implements BatchConnection, ScriptConnection {
  readonly #database: ObjectDatabase
  readonly #onQuery: OnQuery | undefined
  #transaction: ObjectTransaction | undefined
  #defersForeignKeys = false

  constructor(database: ObjectDatabase, onQuery: OnQuery | undefined) {
    this.#database = database
    this.#onQuery = onQuery
  }

  get storage(): DurableObjectStorageLike {
    return this.#database.storage
  }

  /** The open transaction, whose savepoints can be set. */
  get transaction(): ObjectTransaction {
    if (this.#transaction !== undefined) return this.#transaction
    throw new SqliteError('ERR_SQLITE_TRANSACTION', 'No transaction is open.')
  }

  /** @param timeout How long the transaction may be open, in milliseconds */
  async begin(timeout: number): Promise<void> {
    this.#transaction = await this.#database.begin(timeout)
  }

  async commit(): Promise<void> {
    this.#checkForeignKeys()
    await this.transaction.commit()
    this.#leaveTransaction()
  }

  async rollback(): Promise<void> {
    try {
      await this.#transaction?.rollback()
    } finally {
      this.#leaveTransaction()
    }
  }

  async executeQuery<Row>(
    query: CompiledQuery,
    { signal }: AbortableOperationOptions = {},
  ): Promise<QueryResult<Row>> {
    try {
      const [result] = await this.#run([query], signal, (usages) =>
        this.#executeAll([query], usages),
      )
      return result as QueryResult<Row>
    } catch (error) {
      // Kysely has thrown the reason before, and would print it once more.
      if (signal?.aborted === true && error === signal.reason) return { rows: [] }
      throw error
    }
  }

  /** Runs the queries as one; see `batch` of `@node-cf/kysely-sqlite`. */
  executeBatch(
    queries: readonly CompiledQuery[],
    { signal }: BatchOptions,
  ): Promise<QueryResult<unknown>[]> {
    const isRead = queries.every((query) => statementOf(query).kind === 'read')
    return this.#run(queries, signal, (usages) =>
      // What only reads needs no transaction: nothing else runs meanwhile.
      isRead
        ? this.#executeAll(queries, usages)
        : this.storage.transactionSync(() => this.#executeAll(queries, usages)),
    )
  }

  /** Runs the statements as one; see `runScript` of `@node-cf/kysely-sqlite`. */
  async executeScript(statements: readonly string[]): Promise<void> {
    const queries = statements.map((sql) => CompiledQuery.raw(sql))
    await this.#run(queries, undefined, (usages) =>
      this.storage.transactionSync(() => this.#executeAll(queries, usages, false)),
    )
  }

  /** Reads through a cursor; what does more than read is carried out whole at once. */
  async *streamQuery<Row>(
    query: CompiledQuery,
    chunkSize: number,
    { signal }: AbortableOperationOptions = {},
  ): AsyncIterableIterator<QueryResult<Row>> {
    checkChunkSize(chunkSize)
    if (statementOf(query).kind !== 'read') {
      yield await this.executeQuery<Row>(query, signal && { signal })
      return
    }
    const options = { sql: query.sql, transaction: this.#transaction, signal }
    const start = performance.now()
    let stream: RowStream | undefined
    let error: unknown
    try {
      const { sql, parameters } = bind(query)
      const opened = await this.#database.run(options, () => this.#database.stream(sql, parameters))
      stream = opened
      while (!opened.hasEnded) {
        const rows = await this.#database.run(options, () => opened.read(chunkSize))
        if (rows.length > 0) yield { rows: rows as Row[] }
      }
    } catch (thrown) {
      error = thrown
      throw thrown
    } finally {
      stream?.close()
      if (this.#onQuery !== undefined) {
        report(this.#onQuery, { queries: [query], usages: stream ? [stream] : [], start, error })
      }
    }
  }

  /** Does work when its turn has come, and tells `onQuery`. */
  async #run<Result>(
    queries: readonly CompiledQuery[],
    signal: AbortSignal | undefined,
    work: (usages: Usage[]) => Result,
  ): Promise<Result> {
    const options = { sql: queries[0]!.sql, transaction: this.#transaction, signal }
    const usages: Usage[] = []
    if (this.#onQuery === undefined) return this.#database.run(options, () => work(usages))
    const start = performance.now()
    let error: unknown
    try {
      return await this.#database.run(options, () => work(usages))
    } catch (thrown) {
      error = thrown
      throw thrown
    } finally {
      report(this.#onQuery, { queries, usages, start, error })
    }
  }

  #executeAll(
    queries: readonly CompiledQuery[],
    usages: Usage[],
    counts = true,
  ): QueryResult<unknown>[] {
    try {
      const results = queries.map((query) => this.#execute(query, usages, counts))
      if (this.#transaction === undefined) this.#checkForeignKeys()
      return results
    } finally {
      if (this.#transaction === undefined) this.#stopDeferring()
    }
  }

  #execute(query: CompiledQuery, usages: Usage[], counts: boolean): QueryResult<unknown> {
    const { sql, parameters } = bind(query)
    const statement = statementOf(query)
    try {
      const cursor = this.#database.execute(sql, parameters)
      usages.push(cursor)
      const rows = rowsOf(cursor)
      if (statement.kind === 'other') this.#defersForeignKeys ||= /defer_foreign_keys/i.test(sql)
      const counting = counts ? countingQuery(statement) : undefined
      if (counting === undefined) return { rows }
      const [row] = this.#database.query(counting.sql, counting.parameters)
      return { rows, ...countsOf(row) }
    } catch (error) {
      throw toSqliteError(error, sql)
    }
  }

  #leaveTransaction(): void {
    this.#transaction = undefined
    this.#defersForeignKeys = false
  }

  /** The platform resets the whole object at a commit that leaves a foreign key violated. */
  #checkForeignKeys(): void {
    if (!this.#defersForeignKeys) return
    const [row] = this.#database.query('pragma foreign_key_check')
    if (row === undefined) return
    throw new ForeignKeyConstraintError(
      `FOREIGN KEY constraint failed: row ${String(row['rowid'])} of ${String(row['table'])} refers to a row that ${String(row['parent'])} does not have`,
    )
  }

  /** Outside of a transaction all that runs until the next event is one, to the platform. */
  #stopDeferring(): void {
    if (this.#defersForeignKeys) this.#database.execute('pragma defer_foreign_keys = off')
    this.#defersForeignKeys = false
  }
}

function bind(query: CompiledQuery): BoundStatement {
  const sql = oneStatement(query.sql)
  const parameters = encodeParameters(query.parameters, sql)
  checkLimits(sql, parameters)
  return { sql, parameters }
}

function checkChunkSize(chunkSize: number): void {
  if (Number.isInteger(chunkSize) && chunkSize > 0) return
  throw new SqliteError(
    'ERR_SQLITE_ARGUMENT',
    `The chunk size of a stream must be a whole number from 1; got ${String(chunkSize)}.`,
  )
}
