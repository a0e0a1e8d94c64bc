import { SqliteError } from '@node-cf/kysely-sqlite'

/** The part of a Durable Object's `ctx.storage` that this package calls. */
export interface DurableObjectStorageLike {
  readonly sql: SqlStorageLike
  transaction<Result>(
    closure: (transaction: { rollback(): void }) => Promise<Result>,
  ): Promise<Result>
  transactionSync<Result>(closure: () => Result): Result
}

/** The part of `ctx.storage.sql` that this package calls. */
export interface SqlStorageLike {
  exec(
    query: string,
    ...bindings: readonly (string | number | Uint8Array | null)[]
  ): SqlStorageCursorLike
}

/** The part of a cursor that this package calls. */
export interface SqlStorageCursorLike {
  raw(): Iterator<unknown[]>
  one(): unknown
  readonly columnNames: string[]
  readonly rowsRead: number
  readonly rowsWritten: number
}

/** Returns the storage, once it is known to be that of an object. */
export function checkedStorage(storage: DurableObjectStorageLike): DurableObjectStorageLike {
  if (typeof (storage as Partial<DurableObjectStorageLike> | null)?.transaction === 'function') {
    return storage
  }
  throw new SqliteError(
    'ERR_SQLITE_ARGUMENT',
    `storage must be ctx.storage of a Durable Object, or a function that returns it; got ${storage === null ? 'null' : typeof storage}.`,
  )
}
