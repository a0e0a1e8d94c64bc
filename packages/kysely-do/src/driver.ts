import { type OnQuery, SqliteError, toSqliteError } from '@node-cf/kysely-sqlite'
import type { DatabaseConnection, Driver, TransactionSettings } from 'kysely'
import { ObjectConnection } from './connection.ts'
import { databaseOf } from './object-database.ts'
import type { DurableObjectStorageLike } from './storage.ts'

/** The options of the dialect as they are used: checked, with defaults. */
export interface DriverSettings {
  readonly storage: () => DurableObjectStorageLike
  readonly onQuery: OnQuery | undefined
  /** How long a transaction may be open, in milliseconds. */
  readonly transactionTimeout: number
}

/** Gives each caller a connection of its own to the one database of the object. */
export class ObjectDriver implements Driver {
  readonly #settings: DriverSettings
  /** What callers gave back, for the next ones: Kysely does more with a connection that is new. */
  readonly #idle = new WeakMap<DurableObjectStorageLike, ObjectConnection[]>()

  constructor(settings: DriverSettings) {
    this.#settings = settings
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const storage = this.#settings.storage()
    return (
      this.#idle.get(storage)?.pop() ??
      new ObjectConnection(databaseOf(storage), this.#settings.onQuery)
    )
  }

  async beginTransaction(
    connection: DatabaseConnection,
    { isolationLevel, accessMode }: TransactionSettings,
  ): Promise<void> {
    const option = isolationLevel ?? accessMode
    if (option !== undefined) {
      throw new SqliteError(
        'ERR_SQLITE_TRANSACTION',
        `A transaction of an object has no options, as it is always alone; got ${option}. Leave out setIsolationLevel() and setAccessMode().`,
      )
    }
    await mapped(objectConnection(connection).begin(this.#settings.transactionTimeout))
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await mapped(objectConnection(connection).commit())
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await mapped(objectConnection(connection).rollback())
  }

  async savepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await mapped(objectConnection(connection).transaction.savepoint(name))
  }

  async rollbackToSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await mapped(objectConnection(connection).transaction.rollbackToSavepoint(name))
  }

  async releaseSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await mapped(objectConnection(connection).transaction.releaseSavepoint(name))
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    const released = objectConnection(connection)
    const idle = this.#idle.get(released.storage)
    if (idle === undefined) this.#idle.set(released.storage, [released])
    else idle.push(released)
  }

  async destroy(): Promise<void> {}
}

function objectConnection(connection: DatabaseConnection): ObjectConnection {
  return connection as ObjectConnection
}

async function mapped(work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    throw toSqliteError(error)
  }
}
