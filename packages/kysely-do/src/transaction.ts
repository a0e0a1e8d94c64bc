import { SqliteError } from '@node-cf/kysely-sqlite'
import { type Level, openLevel } from './level.ts'
import type { DurableObjectStorageLike } from './storage.ts'

/** How long a transaction may stand still while queries wait for its end, in milliseconds. */
const LONGEST_PAUSE = 100

export interface TransactionHooks {
  /** Called at the moment at which the transaction is open. */
  readonly opened: (transaction: ObjectTransaction) => void
  /** Called when it has ended, whatever the outcome. */
  readonly closed: (transaction: ObjectTransaction) => void
}

/**
 * An open transaction of an object, with its savepoints. While it is open the platform delivers no
 * event to the object but what the transaction itself began, and after 30 s it resets the object;
 * so a transaction that does not end by itself is rolled back before.
 */
export class ObjectTransaction {
  readonly #storage: DurableObjectStorageLike
  readonly #timeout: number
  /** The transaction, then its savepoints from the outermost to the innermost. */
  readonly #levels: (Level & { readonly savepoint?: string })[] = []
  #deadline = 0
  #steps = 0
  #isChanging = false
  #hasEnded = false
  #failure: SqliteError | undefined
  #onPause: (() => void) | undefined
  #timeoutTimer: ReturnType<typeof setTimeout> | undefined
  #pauseTimer: ReturnType<typeof setTimeout> | undefined

  private constructor(storage: DurableObjectStorageLike, timeout: number) {
    this.#storage = storage
    this.#timeout = timeout
  }

  /**
   * Begins a transaction as soon as no other is open.
   *
   * @param storage The object's storage
   * @param timeout How long it may be open, in milliseconds
   */
  static async begin(
    storage: DurableObjectStorageLike,
    timeout: number,
    { opened, closed }: TransactionHooks,
  ): Promise<ObjectTransaction> {
    const transaction = new ObjectTransaction(storage, timeout)
    const level = await openLevel(
      storage,
      () => opened(transaction),
      () => closed(transaction),
    )
    transaction.#levels.push(level)
    transaction.#deadline = Date.now() + timeout
    transaction.#watch()
    return transaction
  }

  /** Says that a statement is about to run in it. */
  step(): void {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#hasEnded) {
      throw new SqliteError('ERR_SQLITE_TRANSACTION', 'The transaction has ended.')
    }
    this.#steps += 1
  }

  async commit(): Promise<void> {
    this.step()
    this.#end()
    await this.#close(0, 'commit')
  }

  async rollback(): Promise<void> {
    // What has failed is rolled back already.
    if (this.#hasEnded) return
    this.#end()
    await this.#close(0, 'rollback')
  }

  async savepoint(name: string): Promise<void> {
    await this.#change(() => this.#open(name))
  }

  async releaseSavepoint(name: string): Promise<void> {
    await this.#change(() => this.#close(this.#positionOf(name), 'commit'))
  }

  /** Undoes what was done since the savepoint, which stays. */
  async rollbackToSavepoint(name: string): Promise<void> {
    await this.#change(async () => {
      await this.#close(this.#positionOf(name), 'rollback')
      await this.#open(name)
    })
  }

  /** Calls a function once the transaction stands still, as it does when it waits for its own end. */
  watchForPause(onPause: () => void): void {
    // A commit takes the time that it takes.
    if (this.#hasEnded) return
    this.#onPause = onPause
    if (this.#pauseTimer === undefined) this.#watchSteps()
  }

  async #open(savepoint: string): Promise<void> {
    const level = await openLevel(this.#storage)
    this.#levels.push({ savepoint, close: level.close })
  }

  /** Closes the levels from the innermost to that at the position: the platform allows no other. */
  async #close(position: number, outcome: 'commit' | 'rollback'): Promise<void> {
    while (this.#levels.length > position) await this.#levels.pop()!.close(outcome)
  }

  /** Opens or closes levels, during which nothing else may. */
  async #change(work: () => Promise<void>): Promise<void> {
    this.step()
    this.#isChanging = true
    try {
      await work()
    } finally {
      this.#isChanging = false
      if (this.#failure === undefined) this.#watch()
      else await this.#close(0, 'rollback')
    }
    if (this.#failure !== undefined) throw this.#failure
  }

  /** Of several savepoints of one name the innermost counts, and case does not, as in SQLite. */
  #positionOf(name: string): number {
    const position = this.#levels.findLastIndex(
      ({ savepoint }) => savepoint?.toLowerCase() === name.toLowerCase(),
    )
    if (position > 0) return position
    const names = this.#levels.flatMap(({ savepoint }) => savepoint ?? [])
    throw new SqliteError(
      'ERR_SQLITE_SAVEPOINT',
      `The transaction has no savepoint ${name}; it has ${names.join(', ') || 'none'}.`,
    )
  }

  #end(): void {
    this.#hasEnded = true
    clearTimeout(this.#timeoutTimer)
    clearTimeout(this.#pauseTimer)
  }

  /** A timer fires in the level only in which it was set: each change of levels sets them anew. */
  #watch(): void {
    clearTimeout(this.#timeoutTimer)
    this.#timeoutTimer = setTimeout(() => this.#expire(), this.#deadline - Date.now())
    if (this.#onPause !== undefined) this.#watchSteps()
  }

  #watchSteps(): void {
    clearTimeout(this.#pauseTimer)
    const steps = this.#steps
    this.#pauseTimer = setTimeout(() => {
      this.#pauseTimer = undefined
      if (this.#steps === steps) this.#onPause?.()
      else this.#watchSteps()
    }, LONGEST_PAUSE)
  }

  #expire(): void {
    this.#failure = new SqliteError(
      'ERR_SQLITE_TRANSACTION_TIMEOUT',
      `The transaction was rolled back after ${this.#timeout} ms. Inside a transaction, await its own queries only: what began before it (a fetch, a timer, the body of a request) goes on when it has ended, and so do queries outside of it. A transaction from startTransaction() has to be committed or rolled back on every path.`,
    )
    // The transaction may have been left behind, so that no query of it could throw this.
    console.error(this.#failure.message)
    this.#end()
    if (!this.#isChanging) {
      this.#close(0, 'rollback').catch((error: unknown) => console.error(error))
    }
  }
}
