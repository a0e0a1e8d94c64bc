/** Where data is kept on Node: a SQLite file, and attachments in memory. */
import { DatabaseSync } from 'node:sqlite'
import { wranglerMigrator } from '@node-cf/kysely-d1'
import { SqlFolderMigrationProvider } from '@node-cf/kysely-d1/node'
import { MemoryStore } from '@node-cf/r2'
import { Kysely, SqliteDialect } from 'kysely'

export const middleware = []

export const dialect = new SqliteDialect({
  database: asBetterSqlite(new DatabaseSync(process.env.DATABASE || ':memory:')),
})

export const files = new MemoryStore({ location: 'attachments', publicUrl: '/files/' })

const migrations = new SqlFolderMigrationProvider(`${import.meta.dirname}/../../migrations`)
const { error } = await wranglerMigrator({
  db: new Kysely({ dialect }),
  migrations,
}).migrateToLatest()
if (error) throw new Error('The migrations failed.', { cause: error })

/** `node:sqlite` in the form of better-sqlite3, which Kysely's dialect takes. */
function asBetterSqlite(database) {
  return {
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql)
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...parameters),
        run: (parameters) => statement.run(...parameters),
        iterate: (parameters) => statement.iterate(...parameters),
      }
    },
  }
}
