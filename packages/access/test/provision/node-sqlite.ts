import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely'

/** Kysely's dialect over the SQLite that comes with Node. */
export function nodeSqlite(): SqliteDialect {
  const database = new DatabaseSync(':memory:')
  const adapted: SqliteDatabase = {
    close: () => database.close(),
    prepare(text): SqliteStatement {
      const statement = database.prepare(text)
      const values = (parameters: readonly unknown[]): SQLInputValue[] => [
        ...(parameters as SQLInputValue[]),
      ]
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...values(parameters)),
        run: (parameters) => statement.run(...values(parameters)),
        iterate: (parameters) => statement.iterate(...values(parameters)),
      }
    },
  }
  return new SqliteDialect({ database: adapted })
}
