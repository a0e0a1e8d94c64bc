import { MigrationError } from './errors.ts'
import type { DurableObjectStorageLike } from './storage.ts'

/** The part of an object's `ctx` that migrations need. */
export interface DurableObjectStateLike {
  readonly storage: DurableObjectStorageLike
  blockConcurrencyWhile<Result>(callback: () => Promise<Result>): Promise<Result>
}

/** What carries migrations out: Kysely's `Migrator`, or another that answers alike. */
export interface MigratorLike {
  migrateToLatest(): Promise<{
    readonly error?: unknown
    readonly results?: readonly { readonly migrationName: string; readonly status: string }[]
  }>
}

/**
 * Brings the tables of an object up to date. All migrations that are pending run in one
 * transaction: when one fails, none of them has taken effect.
 *
 * @param storage `ctx.storage` of the object
 * @param migrator The migrator, on a Kysely with a `DurableObjectDialect` on the same storage
 * @throws {MigrationError} `ERR_SQLITE_MIGRATION`, with what the migration threw as its `cause`
 */
export async function migrateObject(
  storage: DurableObjectStorageLike,
  migrator: MigratorLike,
): Promise<void> {
  await storage.transaction(async () => {
    const { error, results } = await migrator
      .migrateToLatest()
      .catch((thrown: unknown) => ({ error: thrown, results: undefined }))
    if (error === undefined) return
    const failed = results?.find(({ status }) => status === 'Error')
    throw new MigrationError(failed?.migrationName, error)
  })
}

/**
 * Brings the tables of an object up to date before it serves its first request, by
 * {@link migrateObject}. Where that fails, the platform refuses every request to the object with
 * the `MigrationError`. The next request starts the object anew, and tries again.
 *
 * Call it in the constructor of the object's class. It has to be done within 30 seconds.
 *
 * @param ctx The `ctx` of the constructor
 * @param migrator The migrator, on a Kysely with a `DurableObjectDialect` on `ctx.storage`
 */
export function migrateInConstructor(ctx: DurableObjectStateLike, migrator: MigratorLike): void {
  const migrated = ctx.blockConcurrencyWhile(() => migrateObject(ctx.storage, migrator))
  // Every request that waits for the object gets the error; nobody waits for this promise.
  migrated.catch(() => {})
}
