export { SqlFolderMigrationProvider } from '@node-cf/kysely-sqlite/node'
export { LocalD1Dialect, type LocalD1DialectOptions } from './local-dialect.ts'
