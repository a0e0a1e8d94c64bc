import { SqliteError } from '@node-cf/kysely-sqlite'
import type { DatabaseConnection, Driver } from 'kysely'
import { type ConnectionSettings, D1Connection } from './connection.ts'

/** Gives each caller a connection of its own: D1 takes any number of queries at once. */
export class D1Driver implements Driver {
  readonly #settings: ConnectionSettings

  constructor(settings: ConnectionSettings) {
    this.#settings = settings
  }

  async init(): Promise<void> {}

  acquireConnection(): Promise<DatabaseConnection> {
    return Promise.resolve(new D1Connection(this.#settings))
  }

  beginTransaction(): Promise<void> {
    return Promise.reject(
      new SqliteError(
        'ERR_SQLITE_TRANSACTION',
        'D1 has no transactions that wait for code between queries. Use batch(db, [query, query]) of @node-cf/kysely-d1: all of its queries take effect, or none.',
      ),
    )
  }

  // Never reached: no transaction begins.
  async commitTransaction(): Promise<void> {}
  async rollbackTransaction(): Promise<void> {}

  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {
    await this.#settings.onDestroy?.()
  }
}
