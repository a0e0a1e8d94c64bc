import { type BoundValue, SqliteError, toSqliteError } from '@node-cf/kysely-sqlite'
import { RowStream } from './row-stream.ts'
import { type Row, rowsOf } from './rows.ts'
import type { DurableObjectStorageLike, SqlStorageCursorLike } from './storage.ts'
import { ObjectTransaction } from './transaction.ts'

/** What waits for the open transaction to end. */
interface Waiter {
  readonly sql: string
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** How a statement runs. */
export interface RunOptions {
  readonly sql: string
  /** The transaction in which it runs; outside of any by default. */
  readonly transaction: ObjectTransaction | undefined
  readonly signal: AbortSignal | undefined
}

/**
 * The database of one object, shared by all that use it. SQL runs synchronously, and the platform
 * runs one transaction after the other, so all that is left is to keep statements from outside out
 * of an open transaction: they would run inside of it, as there is one connection only.
 */
export class ObjectDatabase {
  readonly storage: DurableObjectStorageLike
  readonly #waiters = new Set<Waiter>()
  readonly #streams = new Set<WeakRef<RowStream>>()
  #open: ObjectTransaction | undefined

  constructor(storage: DurableObjectStorageLike) {
    this.storage = storage
  }

  /** Does work that is synchronous when its turn has come. */
  async run<Result>(options: RunOptions, work: () => Result): Promise<Result> {
    options.signal?.throwIfAborted()
    if (options.transaction !== undefined) options.transaction.step()
    else await this.#turn(options.sql, options.signal)
    return work()
  }

  /** Begins a transaction when its turn has come. */
  async begin(timeout: number): Promise<ObjectTransaction> {
    await this.#turn('begin', undefined)
    return ObjectTransaction.begin(this.storage, timeout, {
      opened: (transaction) => {
        this.#open = transaction
      },
      closed: (transaction) => {
        if (this.#open === transaction) this.#open = undefined
        for (const waiter of this.#waiters) waiter.resolve()
      },
    })
  }

  /** Executes a statement at once. */
  execute(sql: string, parameters: readonly BoundValue[] = []): SqlStorageCursorLike {
    try {
      return this.#execute(sql, parameters)
    } catch (error) {
      throw toSqliteError(error, sql)
    }
  }

  /** Executes a statement at once, and reads all its rows. */
  query(sql: string, parameters: readonly BoundValue[] = []): Row[] {
    try {
      return rowsOf(this.execute(sql, parameters))
    } catch (error) {
      throw toSqliteError(error, sql)
    }
  }

  /** Opens a cursor that stays open until its rows are read, or it is closed. */
  stream(sql: string, parameters: readonly BoundValue[]): RowStream {
    const stream = new RowStream(this.execute(sql, parameters))
    for (const reference of this.#streams) {
      if (reference.deref()?.isOpen !== true) this.#streams.delete(reference)
    }
    this.#streams.add(new WeakRef(stream))
    return stream
  }

  #execute(sql: string, parameters: readonly BoundValue[]): SqlStorageCursorLike {
    try {
      return this.storage.sql.exec(sql, ...parameters)
    } catch (error) {
      // `drop table` needs that no cursor is open.
      if (!String(error).includes('SQLITE_LOCKED') || !this.#interruptStreams()) throw error
      return this.storage.sql.exec(sql, ...parameters)
    }
  }

  /** Waits until no transaction is open, behind those that wait already. */
  async #turn(sql: string, signal: AbortSignal | undefined): Promise<void> {
    while (this.#open !== undefined) await this.#endOf(this.#open, sql, signal)
  }

  #endOf(
    transaction: ObjectTransaction,
    sql: string,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    transaction.watchForPause(() => this.#explainPause())
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        sql,
        resolve: () => {
          forget()
          resolve()
        },
        reject: (error) => {
          forget()
          reject(error)
        },
      }
      const abort = (): void => waiter.reject(signal?.reason)
      const forget = (): void => {
        this.#waiters.delete(waiter)
        signal?.removeEventListener('abort', abort)
      }
      this.#waiters.add(waiter)
      signal?.addEventListener('abort', abort)
    })
  }

  /**
   * While a transaction is open, the platform runs no code but what the transaction called. So when
   * it stands still and a query has come from outside of it, it is that query which it awaits.
   */
  #explainPause(): void {
    for (const { sql, reject } of this.#waiters) {
      reject(
        new SqliteError(
          'ERR_SQLITE_DEADLOCK',
          'The query waits for a transaction to end, and that transaction seems to wait for the query. Inside db.transaction().execute(async (trx) => …) use trx for every query, never db.',
          { sql },
        ),
      )
    }
  }

  /** Ends every stream that is open, and tells whether there was one. */
  #interruptStreams(): boolean {
    let hadOpen = false
    for (const reference of this.#streams) {
      const stream = reference.deref()
      if (stream?.isOpen !== true) continue
      stream.interrupt()
      hadOpen = true
    }
    this.#streams.clear()
    return hadOpen
  }
}

const databases = new WeakMap<DurableObjectStorageLike, ObjectDatabase>()

/** The database of an object: the same for everything that uses its storage. */
export function databaseOf(storage: DurableObjectStorageLike): ObjectDatabase {
  let database = databases.get(storage)
  if (database === undefined) {
    database = new ObjectDatabase(storage)
    databases.set(storage, database)
  }
  return database
}
