import { SqliteError } from '@node-cf/kysely-sqlite'
import {
  type DatabaseConnection,
  type Dialect,
  type Kysely,
  type MigrationLockOptions,
  SqliteAdapter,
} from 'kysely'
import { D1Connection } from './connection.ts'

/** What Kysely needs to know of D1. */
export class D1Adapter extends SqliteAdapter {
  readonly dialect: Dialect

  constructor(dialect: Dialect) {
    super()
    this.dialect = dialect
  }

  /** Queries run side by side. */
  override get supportsMultipleConnections(): boolean {
    return true
  }

  /** Waits for the lock, and makes one batch of each migration. */
  override async acquireMigrationLock(
    // oxlint-disable-next-line typescript/no-explicit-any
    db: Kysely<any>,
    { lockTable, lockRowId }: MigrationLockOptions,
  ): Promise<void> {
    await withConnection(db, (connection) => connection.startMigrations(lockTable, lockRowId))
  }

  // oxlint-disable-next-line typescript/no-explicit-any
  override async releaseMigrationLock(db: Kysely<any>): Promise<void> {
    await withConnection(db, (connection) => connection.endMigrations())
  }
}

async function withConnection<Result>(
  // oxlint-disable-next-line typescript/no-explicit-any
  db: Kysely<any>,
  work: (connection: D1Connection) => Promise<Result>,
): Promise<Result> {
  return db.getExecutor().provideConnection((connection) => work(d1Connection(connection)))
}

/** The connection of a dialect of this package. */
export function d1Connection(connection: DatabaseConnection): D1Connection {
  if (connection instanceof D1Connection) return connection
  throw new SqliteError(
    'ERR_SQLITE_ARGUMENT',
    'The database must be a Kysely whose dialect is D1Dialect or D1HttpDialect.',
  )
}
