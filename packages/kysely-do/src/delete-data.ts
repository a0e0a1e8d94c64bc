import { databaseOf } from './object-database.ts'
import { checkedStorage, type DurableObjectStorageLike } from './storage.ts'

/** The part of a Durable Object's `ctx.storage` that deletes. */
export interface DeletableStorageLike extends DurableObjectStorageLike {
  deleteAlarm(): Promise<void>
  deleteAll(): Promise<void>
  sync(): Promise<void>
}

/**
 * Deletes all that an object has stored: its tables, its key-value pairs and its alarm. Once it has
 * shut down, nothing of the object is left and nothing of it is billed.
 *
 * The running object goes on without tables: it migrates when it starts the next time, which
 * `ctx.abort()` brings about.
 *
 * @param storage `ctx.storage` of the object
 * @returns When the deletion is durable
 * @throws {SqliteError} `ERR_SQLITE_ARGUMENT` when the storage is none
 */
export async function deleteData(storage: DeletableStorageLike): Promise<void> {
  const options = { sql: 'delete', transaction: undefined, signal: undefined }
  const deleted = await databaseOf(checkedStorage(storage)).run(options, () => [
    storage.deleteAlarm(),
    storage.deleteAll(),
  ])
  await Promise.all(deleted)
  await storage.sync()
}
