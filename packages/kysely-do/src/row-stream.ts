import { SqliteError, toSqliteError } from '@node-cf/kysely-sqlite'
import { type Row, rowOf } from './rows.ts'
import type { SqlStorageCursorLike } from './storage.ts'

/** A cursor that is read a part at a time. */
export class RowStream {
  readonly #cursor: SqlStorageCursorLike
  readonly #lists: Iterator<unknown[]>
  #state: 'open' | 'ended' | 'interrupted' = 'open'

  constructor(cursor: SqlStorageCursorLike) {
    this.#cursor = cursor
    this.#lists = cursor.raw()
  }

  /** Whether its cursor is open. */
  get isOpen(): boolean {
    return this.#state === 'open'
  }

  /** Whether every row was read, or the stream was closed. */
  get hasEnded(): boolean {
    return this.#state === 'ended'
  }

  get rowsRead(): number {
    return this.#cursor.rowsRead
  }

  get rowsWritten(): number {
    return this.#cursor.rowsWritten
  }

  /** Reads up to so many rows; after the last one the stream has ended. */
  read(count: number): Row[] {
    if (this.#state === 'interrupted') throw interruption()
    const { columnNames } = this.#cursor
    const rows: Row[] = []
    try {
      while (rows.length < count) {
        const { done, value } = this.#lists.next()
        if (done === true) {
          this.#state = 'ended'
          break
        }
        rows.push(rowOf(columnNames, value))
      }
    } catch (error) {
      this.#state = 'ended'
      throw String(error).includes('SQLITE_ABORT') ? interruption(error) : toSqliteError(error)
    }
    return rows
  }

  /** Ends the cursor, which would otherwise be open until it is collected as garbage. */
  close(): void {
    if (this.#state !== 'open') return
    this.#state = 'ended'
    try {
      // The one call that ends a cursor: it throws unless exactly one row is left.
      this.#cursor.one()
    } catch {}
  }

  /** Ends the cursor; reading on throws. */
  interrupt(): void {
    this.close()
    this.#state = 'interrupted'
  }
}

function interruption(cause?: unknown): SqliteError {
  return new SqliteError(
    'ERR_SQLITE_STREAM',
    'The tables changed in the middle of stream(), by a drop or by the rollback of a transaction that had changed them, so the rows that are left cannot be read.',
    { cause },
  )
}
