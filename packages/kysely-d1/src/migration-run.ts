import {
  type BoundStatement,
  decodeRows,
  SqliteError,
  statementOf,
  toSqliteError,
  UniqueConstraintError,
} from '@node-cf/kysely-sqlite'
import {
  type CompiledQuery,
  DeleteQueryNode,
  InsertQueryNode,
  type QueryResult,
  SelectQueryNode,
  TableNode,
} from 'kysely'
import { MigrationLock } from './migration-lock.ts'
import { bind } from './bound-statement.ts'
import type { D1Session, D1StatementResult } from './session.ts'
import { withoutParameters } from './sql-literal.ts'

/**
 * Makes each migration of Kysely's `Migrator` one batch, so that it is applied whole or not at
 * all. What a migration writes is collected, and sent together with the row that records it. The
 * batch fails where another migrator has taken the lock meanwhile.
 */
export class MigrationRun {
  readonly #session: D1Session
  readonly #lock: MigrationLock
  #collected: BoundStatement[] = []
  /** Where migrations are recorded: the table that the `Migrator` reads first. */
  #table: string | undefined

  private constructor(session: D1Session, lock: MigrationLock) {
    this.#session = session
    this.#lock = lock
  }

  /** Waits for the lock. */
  static async start(
    session: D1Session,
    lockTable: string,
    lockRow: string,
  ): Promise<MigrationRun> {
    const lock = new MigrationLock(lockTable, lockRow)
    await lock.acquire(session)
    return new MigrationRun(session, lock)
  }

  /** Releases the lock; what was collected of a migration that threw is dropped. */
  async end(): Promise<void> {
    this.#collected = []
    // A lock that cannot be released expires: what the migrations ended in is worth more.
    await this.#lock.release(this.#session).catch(console.error)
  }

  /** Runs a query that reads, collects one that writes, and sends all with the one that records. */
  async take<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const { kind, isReturning } = statementOf(query)
    if (kind === 'read') return this.#read(query)
    if (isReturning) throw unanswerable(query)
    this.#collect(bind(query))
    if (writtenTable(query) === this.#table) await this.#send()
    return { rows: [] }
  }

  /** Collects statements, what they return being of no interest. */
  add(statements: readonly string[]): void {
    for (const sql of statements) this.#collect(bind({ sql, parameters: [] }))
  }

  async #read<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#collected.length > 0) throw unanswerable(query)
    this.#table ??= readTable(query)
    const [result] = await this.#execute([bind(query)])
    return { rows: decodeRows(result!.rows) as Row[] }
  }

  #collect(statement: BoundStatement): void {
    if (this.#table === undefined) {
      throw new SqliteError(
        'ERR_SQLITE_MIGRATION',
        "Kysely's Migrator did not read its table before it ran a migration: this version of Kysely is not supported.",
        { sql: statement.sql },
      )
    }
    this.#collected.push(statement)
  }

  async #send(): Promise<void> {
    const recording = withoutParameters(this.#collected.pop()!)
    const statements = [...this.#lock.guarding(), ...this.#collected, recording]
    this.#collected = []
    await this.#execute(statements)
  }

  async #execute(statements: readonly BoundStatement[]): Promise<D1StatementResult[]> {
    try {
      return await this.#session.execute(statements, {
        atomic: statements.length > 1,
        meta: false,
      })
    } catch (thrown) {
      const error = toSqliteError(thrown, statements.length === 1 ? statements[0]!.sql : undefined)
      if (error instanceof UniqueConstraintError && error.table === this.#lock.table) {
        throw new SqliteError(
          'ERR_SQLITE_MIGRATION_LOCK',
          'Another migrator took the lock, since this one had not renewed it for a minute. The migration was not applied.',
          { cause: error },
        )
      }
      throw error
    }
  }
}

function unanswerable({ sql }: CompiledQuery): SqliteError {
  return new SqliteError(
    'ERR_SQLITE_MIGRATION',
    'A migration on D1 is one batch, sent when it ends: it cannot use what a query returns after it has written. Read before the first write, write with "insert … select", or split the migration in two.',
    { sql },
  )
}

/** The table that a `Migrator` reads the names of past migrations from. */
function readTable({ query, sql }: CompiledQuery): string | undefined {
  if (!SelectQueryNode.is(query) || !/"name", .*"timestamp"/.test(sql)) return undefined
  const [table] = query.from?.froms ?? []
  return table !== undefined && TableNode.is(table) ? table.table.identifier.name : undefined
}

function writtenTable({ query }: CompiledQuery): string | undefined {
  if (InsertQueryNode.is(query)) return query.into?.table.identifier.name
  if (!DeleteQueryNode.is(query)) return undefined
  const [table] = query.from.froms
  return table !== undefined && TableNode.is(table) ? table.table.identifier.name : undefined
}
