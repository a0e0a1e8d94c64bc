import { SqliteAdapter } from 'kysely'

/** What Kysely needs to know of an object's SQLite. */
export class ObjectAdapter extends SqliteAdapter {
  /** The driver itself keeps statements apart where they must be. */
  override get supportsMultipleConnections(): boolean {
    return true
  }

  /** Migrations run in one transaction. */
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}
