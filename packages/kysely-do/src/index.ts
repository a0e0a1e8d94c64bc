export { DurableObjectDialect, type DurableObjectDialectOptions } from './dialect.ts'
export { deleteData, type DeletableStorageLike } from './delete-data.ts'
export { MigrationError } from './errors.ts'
export { exportJson } from './export-json.ts'
export { exportSql } from './export-sql.ts'
export {
  type DurableObjectStateLike,
  migrateInConstructor,
  migrateObject,
  type MigratorLike,
} from './migrate.ts'
export type { DurableObjectStorageLike, SqlStorageCursorLike, SqlStorageLike } from './storage.ts'
export {
  batch,
  type BatchOptions,
  type BatchQuery,
  type BatchResults,
  CheckConstraintError,
  ForeignKeyConstraintError,
  inList,
  insertMany,
  type InsertManyResult,
  NotNullConstraintError,
  type OnQuery,
  ParameterError,
  type QueryEvent,
  runScript,
  SqliteError,
  type SqliteErrorCode,
  SqlMigrationProvider,
  UniqueConstraintError,
  wranglerMigrator,
  type WranglerMigratorOptions,
} from '@node-cf/kysely-sqlite'
