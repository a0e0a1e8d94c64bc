import {
  checkedFunction,
  type OnQuery,
  SqliteError,
  WorkersSqliteDialect,
} from '@node-cf/kysely-sqlite'
import type { DialectAdapter, Driver } from 'kysely'
import { ObjectAdapter } from './adapter.ts'
import { type DriverSettings, ObjectDriver } from './driver.ts'
import { checkedStorage, type DurableObjectStorageLike } from './storage.ts'

export interface DurableObjectDialectOptions {
  /** `ctx.storage` of the object, or a function that returns it, called for each query. */
  storage: DurableObjectStorageLike | (() => DurableObjectStorageLike)
  /** Is told about each query when it has ended. */
  onQuery?: OnQuery
  /**
   * How long a transaction may be open, in milliseconds, before it is rolled back. By default
   * 10,000, at most 25,000: at 30,000 the platform resets the object.
   */
  transactionTimeout?: number
}

/** Kysely's dialect for the SQLite of a Durable Object. */
export class DurableObjectDialect extends WorkersSqliteDialect {
  readonly #settings: DriverSettings

  /**
   * @param options The storage, and how queries run
   * @throws {SqliteError} `ERR_SQLITE_ARGUMENT` for an option that is not as described
   */
  constructor(options: DurableObjectDialectOptions) {
    super()
    const { storage, transactionTimeout = 10_000 } = options
    const onQuery = checkedFunction('onQuery', options.onQuery)
    if (
      !(
        Number.isFinite(transactionTimeout) &&
        transactionTimeout > 0 &&
        transactionTimeout <= 25_000
      )
    ) {
      throw new SqliteError(
        'ERR_SQLITE_ARGUMENT',
        `transactionTimeout must be a number of milliseconds above 0, at most 25000; got ${String(transactionTimeout)}.`,
      )
    }
    this.#settings = { storage: storageFunction(storage), onQuery, transactionTimeout }
  }

  createAdapter(): DialectAdapter {
    return new ObjectAdapter()
  }

  createDriver(): Driver {
    return new ObjectDriver(this.#settings)
  }
}

function storageFunction(
  storage: DurableObjectDialectOptions['storage'],
): () => DurableObjectStorageLike {
  if (typeof storage === 'function') return () => checkedStorage(storage())
  const checked = checkedStorage(storage)
  return () => checked
}
