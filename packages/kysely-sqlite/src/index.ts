export {
  batch,
  type BatchConnection,
  type BatchOptions,
  type BatchQuery,
  type BatchResults,
} from './batch.ts'
export { type BoundValue, decodeRows, decodeValue, encodeParameters } from './codec.ts'
export { type BoundStatement, countingQuery, type Counts, countsOf } from './counts.ts'
export { checkedFunction, WorkersSqliteDialect } from './dialect.ts'
export {
  CheckConstraintError,
  ForeignKeyConstraintError,
  NotNullConstraintError,
  OverloadedError,
  ParameterError,
  SqliteError,
  type SqliteErrorCode,
  type SqliteErrorOptions,
  TransientError,
  UniqueConstraintError,
} from './errors.ts'
export { idempotent, isIdempotent } from './idempotent.ts'
export { inList } from './in-list.ts'
export { insertMany, type InsertManyResult } from './insert-many.ts'
export {
  type ForeignKeyMetadata,
  type IndexMetadata,
  type SqliteColumnMetadata,
  type SqliteTableMetadata,
  WorkersSqliteIntrospector,
} from './introspector.ts'
export { checkLimits, LIMITS } from './limits.ts'
export { toSqliteError } from './platform-error.ts'
export { WorkersSqliteQueryCompiler } from './query-compiler.ts'
export { notify, type OnQuery, type QueryEvent } from './query-event.ts'
export { runScript, type ScriptConnection } from './script.ts'
export { oneStatement, splitStatements, type SqlToken, tokensOf } from './sql-text.ts'
export { type Statement, statementOf, statementOfText } from './statement.ts'
export {
  SqlMigrationProvider,
  wranglerMigrator,
  type WranglerMigratorOptions,
} from './wrangler-migrations.ts'
