import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { batch, runScript, wranglerMigrator } from '@node-cf/kysely-sqlite'
import { SqlFolderMigrationProvider } from '@node-cf/kysely-sqlite/node'
import { Kysely, SqliteDialect } from 'kysely'

/** Kysely's own dialect, on Node's SQLite. */
function openNodeDatabase(): Kysely<unknown> {
  const sqlite = new DatabaseSync(':memory:')
  const database = {
    close: () => sqlite.close(),
    prepare(sql: string) {
      const statement = sqlite.prepare(sql)
      const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[]
      return {
        reader: statement.columns().length > 0,
        all: (parameters: readonly unknown[]) => statement.all(...values(parameters)),
        run: (parameters: readonly unknown[]) => statement.run(...values(parameters)),
        iterate: (parameters: readonly unknown[]) => statement.iterate(...values(parameters)),
      }
    },
  }
  return new Kysely({ dialect: new SqliteDialect({ database }) })
}

describe('SqlFolderMigrationProvider', () => {
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'migrations-'))
    await writeFile(join(folder, '0002_rows.sql'), "insert into a values (1), (2); -- it's done")
    await writeFile(join(folder, '0001_init.sql'), 'create table a (b);\ncreate table c (d);\n')
    await writeFile(join(folder, 'README.md'), 'no migration')
    await writeFile(join(folder, '.0003_hidden.sql'), 'no migration')
    await mkdir(join(folder, '0004_folder.sql'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('finds the files that wrangler finds', async () => {
    const migrations = await new SqlFolderMigrationProvider(folder).getMigrations()
    expect(Object.keys(migrations).toSorted()).toEqual(['0001_init.sql', '0002_rows.sql'])
  })

  it('makes migrations that run on any dialect for SQLite', async () => {
    const db = openNodeDatabase()
    const migrations = new SqlFolderMigrationProvider(folder)
    const { error, results } = await wranglerMigrator({ db, migrations }).migrateToLatest()
    expect(error).toBeUndefined()
    expect(results).toHaveLength(2)
    const tables = await db.introspection.getTables()
    expect(tables.map(({ name }) => name)).toEqual(['a', 'c', 'd1_migrations'])
    await db.destroy()
  })

  it('says which folder is not there', async () => {
    const provider = new SqlFolderMigrationProvider(join(folder, 'nothing'))
    await expect(provider.getMigrations()).rejects.toThrow(/ENOENT.*nothing/)
  })
})

describe("Kysely's own dialect", () => {
  it('runs scripts one statement after the other', async () => {
    const db = openNodeDatabase()
    await runScript(db, 'create table a (b); create table c (d);')
    expect(await db.introspection.getTables()).toHaveLength(2)
    await db.destroy()
  })

  it('has no batches, and is told so', async () => {
    const db = openNodeDatabase()
    const query = db.selectFrom('a' as never).selectAll()
    await expect(batch(db, [query])).rejects.toMatchObject({ code: 'ERR_SQLITE_ARGUMENT' })
    await db.destroy()
  })
})
