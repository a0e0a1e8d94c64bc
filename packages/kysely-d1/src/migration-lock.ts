import { type BoundStatement, SqliteError } from '@node-cf/kysely-sqlite'
import { sqlText } from './sql-literal.ts'
import type { D1Session } from './session.ts'

/** Seconds for which a lock holds unless it is renewed; a query of D1 ends after 30. */
const DURATION = 60

/** Milliseconds for which a migrator waits for another's lock, longer than one holds. */
const PATIENCE = 90_000

/** The low bits of the lock's number say whose it is, those above when it expires. */
const OWNER_BITS = 30

/**
 * A row of Kysely's lock table: its number is 0, or tells the owner and the second at which the
 * lock expires by the database's own clock. A migrator that was killed blocks nobody for long.
 */
export class MigrationLock {
  /** The name of the lock's table. */
  readonly table: string
  readonly #table: string
  readonly #row: string
  // Never 0, which is a free lock's.
  readonly #owner: number =
    crypto.getRandomValues(new Uint32Array(1))[0]! >>> (32 - OWNER_BITS) || 1

  constructor(table: string, row: string) {
    this.table = table
    this.#table = `"${table.replaceAll('"', '""')}"`
    this.#row = sqlText(row)
  }

  /** Waits until the lock is free or has expired, and takes it. */
  async acquire(session: D1Session): Promise<void> {
    const deadline = Date.now() + PATIENCE
    for (;;) {
      const [result] = await session.execute([this.#taking()], { atomic: false, meta: false })
      if (result?.rows.length === 1) return
      if (Date.now() > deadline) {
        throw new SqliteError(
          'ERR_SQLITE_MIGRATION_LOCK',
          `Another migrator has held the lock in ${this.#table} for more than ${PATIENCE / 1000} seconds.`,
        )
      }
      await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 400))
    }
  }

  /** Gives the lock back, unless it is another's by now. */
  async release(session: D1Session): Promise<void> {
    const statement = bound(
      `update ${this.#table} set "is_locked" = 0 where "id" = ${this.#row} and ${this.#isOurs()}`,
    )
    await session.execute([statement], { atomic: false, meta: false })
  }

  /**
   * Statements for the beginning of a batch: it fails as a whole where the lock is another's by
   * now, by inserting the lock's row a second time; else the lock is renewed.
   */
  guarding(): BoundStatement[] {
    return [
      bound(
        `insert into ${this.#table} ("id", "is_locked") select "id", 0 from ${this.#table} where "id" = ${this.#row} and not ${this.#isOurs()}`,
      ),
      bound(`update ${this.#table} set "is_locked" = ${this.#renewed()} where "id" = ${this.#row}`),
    ]
  }

  #taking(): BoundStatement {
    return bound(
      `update ${this.#table} set "is_locked" = ${this.#renewed()} where "id" = ${this.#row} and (("is_locked" >> ${OWNER_BITS}) < unixepoch() or ${this.#isOurs()}) returning "id"`,
    )
  }

  #renewed(): string {
    return `((unixepoch() + ${DURATION}) << ${OWNER_BITS}) | ${this.#owner}`
  }

  #isOurs(): string {
    return `("is_locked" & ${2 ** OWNER_BITS - 1}) = ${this.#owner}`
  }
}

/** Nothing is bound: only without parameters, a batch is documented as atomic over HTTP too. */
function bound(sql: string): BoundStatement {
  return { sql, parameters: [] }
}
