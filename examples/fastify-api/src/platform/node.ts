/** Where data is kept on Node: a SQLite file, and covers in memory. */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { wranglerMigrator } from '@node-cf/kysely-d1'
import { SqlFolderMigrationProvider } from '@node-cf/kysely-d1/node'
import { MemoryStore } from '@node-cf/r2'
import type { FastifyPluginCallback } from 'fastify'
import { Kysely, SqliteDialect, type SqliteDatabase } from 'kysely'

export const plugins: FastifyPluginCallback[] = []

export const dialect = new SqliteDialect({
  database: asBetterSqlite(new DatabaseSync(process.env['DATABASE'] || ':memory:')),
})

export const files = new MemoryStore({ location: 'covers', publicUrl: '/covers/' })

const { error } = await wranglerMigrator({
  db: new Kysely({ dialect }),
  migrations: new SqlFolderMigrationProvider(`${import.meta.dirname}/../../migrations`),
}).migrateToLatest()
if (error) throw new Error('The migrations failed.', { cause: error })

/** `node:sqlite` in the form of better-sqlite3, which Kysely's dialect takes. */
function asBetterSqlite(database: DatabaseSync): SqliteDatabase {
  return {
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql)
      const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[]
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...values(parameters)),
        run: (parameters) => statement.run(...values(parameters)),
        iterate: (parameters) => statement.iterate(...values(parameters)),
      }
    },
  }
}
