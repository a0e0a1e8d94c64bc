export type {
  D1DatabaseLike,
  D1DatabaseSessionLike,
  D1PreparedStatementLike,
  D1QueryableLike,
  D1ResultLike,
} from './binding.ts'
export { type D1SessionConstraint, isBookmark } from './bookmark.ts'
export { D1Dialect, type D1DialectOptions } from './dialect.ts'
export type { RetryOptions } from './retry.ts'
export type { D1Meta } from './session.ts'
export { SessionScope } from './session-scope.ts'
export { type D1KyselySession, withSession } from './with-session.ts'
export {
  batch,
  type BatchOptions,
  type BatchQuery,
  type BatchResults,
  CheckConstraintError,
  ForeignKeyConstraintError,
  idempotent,
  inList,
  insertMany,
  type InsertManyResult,
  NotNullConstraintError,
  type OnQuery,
  OverloadedError,
  ParameterError,
  type QueryEvent,
  runScript,
  type SqliteColumnMetadata,
  SqliteError,
  type SqliteErrorCode,
  type SqliteTableMetadata,
  SqlMigrationProvider,
  TransientError,
  UniqueConstraintError,
  WorkersSqliteIntrospector,
  wranglerMigrator,
  type WranglerMigratorOptions,
} from '@node-cf/kysely-sqlite'
