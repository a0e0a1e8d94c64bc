import { SqliteError } from '@node-cf/kysely-sqlite'

/**
 * The migrations of an object failed, so it serves nothing. `cause` is what the migration threw.
 */
export class MigrationError extends SqliteError {
  override readonly name = 'MigrationError'
  /** What a request that meets it should be answered with; Express and Fastify do so. */
  readonly statusCode = 503
  /** The migration that failed, where one did: not where the list of them is wrong, say. */
  readonly migration: string | undefined

  constructor(migration: string | undefined, cause: unknown) {
    const subject = migration === undefined ? 'The migrations' : `The migration "${migration}"`
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(
      'ERR_SQLITE_MIGRATION',
      `${subject} failed, so the object serves no requests; its tables and rows are as they were before. ${reason}`,
      { cause },
    )
    this.migration = migration
  }
}
