import assert from 'node:assert/strict'
import { runScript, SqlMigrationProvider, wranglerMigrator } from '@node-cf/kysely-sqlite'
import { CamelCasePlugin, type Kysely, sql } from 'kysely'
import { type Migration, type MigrationResultSet, Migrator, NO_MIGRATIONS } from 'kysely/migration'
import { contract, type ContractCase } from './contract.ts'

// oxlint-disable-next-line typescript/no-explicit-any
type AnyDb = Kysely<any>

const makeTable = (name: string): Migration => ({
  async up(db) {
    await db.schema.createTable(name).addColumn('id', 'integer').execute()
    await sql`insert into ${sql.table(name)} values (1)`.execute(db)
  },
  async down(db) {
    await db.schema.dropTable(name).execute()
  },
})

function migratorOf(db: AnyDb, migrations: Record<string, Migration>): Migrator {
  return new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } })
}

async function names(db: AnyDb): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from sqlite_schema
    where type = 'table' and name glob 'm_*' order by name`.execute(db)
  return rows.map(({ name }) => name)
}

async function applied(db: AnyDb, table = 'kysely_migration'): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(table)}
    order by name`.execute(db)
  return rows.map(({ name }) => name)
}

function succeeded({ error, results }: MigrationResultSet): string[] {
  if (error !== undefined) throw error as Error
  return results!.map(({ migrationName, status }) => `${migrationName} ${status}`)
}

const ALL = { m1: makeTable('m_1'), m2: makeTable('m_2'), m3: makeTable('m_3') }

export const migratorCases: ContractCase[] = contract('Migrator', (it) => {
  it('migrates to the latest, once', async ({ db }) => {
    const migrator = migratorOf(db, ALL)
    assert.deepEqual(succeeded(await migrator.migrateToLatest()), [
      'm1 Success',
      'm2 Success',
      'm3 Success',
    ])
    assert.deepEqual(await names(db), ['m_1', 'm_2', 'm_3'])
    assert.deepEqual(await applied(db), ['m1', 'm2', 'm3'])
    assert.deepEqual(succeeded(await migrator.migrateToLatest()), [])
    const infos = await migrator.getMigrations()
    assert.ok(infos.every(({ executedAt }) => executedAt instanceof Date))
  })

  it('migrates one up and one down', async ({ db }) => {
    const migrator = migratorOf(db, ALL)
    succeeded(await migrator.migrateUp())
    assert.deepEqual(await names(db), ['m_1'])
    succeeded(await migrator.migrateUp())
    assert.deepEqual(succeeded(await migrator.migrateDown()), ['m2 Success'])
    assert.deepEqual(await names(db), ['m_1'])
    assert.deepEqual(await applied(db), ['m1'])
  })

  it('migrates to one of them, and to none', async ({ db }) => {
    const migrator = migratorOf(db, ALL)
    succeeded(await migrator.migrateTo('m2'))
    assert.deepEqual(await names(db), ['m_1', 'm_2'])
    succeeded(await migrator.migrateTo('m1'))
    assert.deepEqual(await names(db), ['m_1'])
    succeeded(await migrator.migrateTo(NO_MIGRATIONS))
    assert.deepEqual(await names(db), [])
  })

  it('applies nothing of a migration that throws', async ({ db }) => {
    const migrations = {
      ...ALL,
      m2: {
        async up(migrated: AnyDb) {
          await migrated.schema.createTable('m_half').addColumn('id', 'integer').execute()
          throw new RangeError('in the middle')
        },
      },
    }
    const { error, results } = await migratorOf(db, migrations).migrateToLatest()
    assert.ok(error instanceof RangeError)
    assert.deepEqual(
      results!.map(({ migrationName, status }) => [migrationName, status]).slice(1),
      [
        ['m2', 'Error'],
        ['m3', 'NotExecuted'],
      ],
    )
    assert.ok(!(await names(db)).includes('m_half'))
    assert.ok(!(await applied(db)).includes('m2'))
    // The next attempt goes on where this one ended.
    succeeded(await migratorOf(db, ALL).migrateToLatest())
    assert.deepEqual(await names(db), ['m_1', 'm_2', 'm_3'])
  })

  it('applies nothing of a migration whose SQL fails', async ({ db }) => {
    const migrations = {
      m1: {
        async up(migrated: AnyDb) {
          await migrated.schema.createTable('m_half').addColumn('id', 'integer').execute()
          await sql`insert into book (title, author_id) values ('Elements', 1)`.execute(migrated)
        },
      },
    }
    const { error } = await migratorOf(db, migrations).migrateToLatest()
    assert.equal((error as { code?: string }).code, 'ERR_SQLITE_UNIQUE')
    assert.deepEqual(await names(db), [])
    assert.deepEqual(await applied(db), [])
  })

  it('undoes nothing of a migration whose down fails', async ({ db }) => {
    const migrations = {
      m1: {
        ...makeTable('m_1'),
        async down(migrated: AnyDb) {
          await migrated.schema.dropTable('m_1').execute()
          await migrated.schema.dropTable('m_nothing').execute()
        },
      },
    }
    const migrator = migratorOf(db, migrations)
    succeeded(await migrator.migrateToLatest())
    assert.notEqual((await migrator.migrateDown()).error, undefined)
    assert.deepEqual(await names(db), ['m_1'])
    assert.deepEqual(await applied(db), ['m1'])
  })

  it('lets a migration read before it writes', async ({ db }) => {
    const migrations = {
      m1: {
        async up(migrated: AnyDb) {
          const authors = await migrated.selectFrom('author').select('id').execute()
          await migrated.schema.createTable('m_1').addColumn('id', 'integer').execute()
          for (const { id } of authors) {
            await migrated.insertInto('m_1').values({ id }).execute()
          }
        },
      },
    }
    succeeded(await migratorOf(db, migrations).migrateToLatest())
    assert.equal((await sql`select * from m_1`.execute(db)).rows.length, 3)
  })

  it('binds what a migration inserts', async ({ db }) => {
    const values = [`it's`, null, 2n ** 60n + 1n, Uint8Array.of(1, 2)]
    const migrations = {
      m1: {
        async up(migrated: AnyDb) {
          await migrated.schema
            .createTable('m_1')
            .addColumn('id', 'integer')
            .addColumn('v', sql`any`)
            .execute()
          await migrated
            .insertInto('m_1')
            .values(values.map((v, id) => ({ id, v })))
            .execute()
        },
      },
    }
    succeeded(await migratorOf(db, migrations).migrateToLatest())
    const { rows } = await sql`select quote(v) as v from m_1 order by id`.execute(db)
    assert.deepEqual(rows, [
      { v: `'it''s'` },
      { v: 'NULL' },
      { v: String(2n ** 60n + 1n) },
      { v: `X'0102'` },
    ])
  })

  it('never runs a migration twice, though several start at once', async ({ db, createDb }) => {
    const results = await Promise.all(
      Array.from({ length: 4 }, () => migratorOf(createDb(), ALL).migrateToLatest()),
    )
    const run = results.flatMap(succeeded)
    assert.deepEqual(run.toSorted(), ['m1 Success', 'm2 Success', 'm3 Success'])
    assert.equal((await sql`select * from m_1`.execute(db)).rows.length, 1)
  })

  it('keeps its tables where it is told', async ({ db }) => {
    const migrator = new Migrator({
      db,
      provider: { getMigrations: () => Promise.resolve({ "m'1": makeTable('m_1') }) },
      migrationTableName: 'my "migrations"',
      migrationLockTableName: `my 'lock'`,
    })
    succeeded(await migrator.migrateToLatest())
    assert.deepEqual(await applied(db, 'my "migrations"'), ["m'1"])
    succeeded(await migrator.migrateDown())
    assert.deepEqual(await applied(db, 'my "migrations"'), [])
  })

  it('works with plugins', async ({ createDb }) => {
    const db = createDb({ plugins: [new CamelCasePlugin()] }) as AnyDb
    const migrations = {
      m1: {
        async up(migrated: AnyDb) {
          await migrated.schema.createTable('mOne').addColumn('theId', 'integer').execute()
        },
      },
    }
    succeeded(await migratorOf(db, migrations).migrateToLatest())
    assert.deepEqual((await sql`select the_id from m_one`.execute(db)).rows, [])
    succeeded(await migratorOf(db, migrations).migrateToLatest())
  })

  it('complains of a migration that is gone', async ({ db }) => {
    succeeded(await migratorOf(db, ALL).migrateToLatest())
    const { error } = await migratorOf(db, { m1: ALL.m1 }).migrateToLatest()
    assert.match((error as Error).message, /previously executed migration m2 is missing/)
  })
})

const FILES = {
  '0001_shop.sql': `-- The shops; all of them.
    create table m_shop (id integer primary key, name text not null);
    insert into m_shop (name) values ('a;b'), ('it''s');`,
  '0002_log.sql': `create table m_log (text text);
    create trigger shop_log after insert on m_shop begin
      insert into m_log values (case when new.name = ';' then 'semicolon' else new.name end);
      insert into m_log values ('and again;');
    end;
    pragma optimize;
    select 1;
    insert into m_shop (name) values (';')`,
}

export const sqlMigrationCases: ContractCase[] = contract('SQL migrations', (it) => {
  it('run every statement of a file', async ({ db }) => {
    const migrator = new Migrator({ db, provider: new SqlMigrationProvider(FILES) })
    assert.deepEqual(succeeded(await migrator.migrateToLatest()), [
      '0001_shop.sql Success',
      '0002_log.sql Success',
    ])
    const { rows } = await sql`select text from m_log`.execute(db)
    assert.deepEqual(rows, [{ text: 'semicolon' }, { text: 'and again;' }])
  })

  it('apply a file as a whole or not at all', async ({ db }) => {
    const files = {
      ...FILES,
      '0003_bad.sql': 'create table m_bad (a); insert into m_nothing values (1);',
    }
    const migrator = new Migrator({ db, provider: new SqlMigrationProvider(files) })
    const { error } = await migrator.migrateToLatest()
    assert.equal((error as { code?: string }).code, 'ERR_SQLITE_NO_SUCH_TABLE')
    assert.ok(!(await names(db)).includes('m_bad'))
  })

  it('may contain nothing', async ({ db }) => {
    const provider = new SqlMigrationProvider({ '0001_empty.sql': '-- nothing yet\n' })
    assert.deepEqual(succeeded(await new Migrator({ db, provider }).migrateToLatest()), [
      '0001_empty.sql Success',
    ])
  })

  it('are text', () => {
    assert.throws(() => new SqlMigrationProvider({ 'a.sql': {} as never }), {
      code: 'ERR_SQLITE_MIGRATION',
    })
    return Promise.resolve()
  })

  it('have names that sort as their numbers do', () => {
    const files = { '9_nine.sql': '', '10_ten.sql': '' }
    assert.throws(() => new SqlMigrationProvider(files), {
      code: 'ERR_SQLITE_MIGRATION',
      message: /wrangler applies 9_nine.sql before 10_ten.sql/,
    })
    return Promise.resolve()
  })
})

export const wranglerCases: ContractCase[] = contract('wranglerMigrator', (it) => {
  it("records in wrangler's table", async ({ db }) => {
    const migrator = wranglerMigrator({ db, migrations: FILES })
    succeeded(await migrator.migrateToLatest())
    const { rows } = await sql<{
      applied_at: string
    }>`select * from d1_migrations order by id`.execute(db)
    assert.deepEqual(
      rows.map((row) => Object.values(row).slice(0, 2)),
      [
        [1, '0001_shop.sql'],
        [2, '0002_log.sql'],
      ],
    )
    assert.match(rows[0]!.applied_at, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
    assert.deepEqual(succeeded(await migrator.migrateToLatest()), [])
  })

  it("goes on where wrangler ended, in wrangler's own table", async ({ db }) => {
    await runScript(
      db,
      `CREATE TABLE d1_migrations(
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT UNIQUE,
        applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
      );
      ${FILES['0001_shop.sql']}
      insert into d1_migrations (name) values ('0001_shop.sql');`,
    )
    const migrator = wranglerMigrator({ db, migrations: FILES })
    assert.deepEqual(succeeded(await migrator.migrateToLatest()), ['0002_log.sql Success'])
    const [info] = await migrator.getMigrations()
    assert.ok(Math.abs(info!.executedAt!.getTime() - Date.now()) < 3_600_000)
  })

  it('applies a migration that came late', async ({ db }) => {
    succeeded(
      await wranglerMigrator({
        db,
        migrations: { '0002_b.sql': 'create table m_b (a)' },
      }).migrateToLatest(),
    )
    const migrations = {
      '0001_a.sql': 'create table m_a (a)',
      '0002_b.sql': 'create table m_b (a)',
    }
    assert.deepEqual(succeeded(await wranglerMigrator({ db, migrations }).migrateToLatest()), [
      '0001_a.sql Success',
    ])
  })

  it('takes another table, and any provider', async ({ db }) => {
    const provider = { getMigrations: () => Promise.resolve({ m1: makeTable('m_1') }) }
    const migrator = wranglerMigrator({ db, migrations: provider, table: 'my migrations' })
    succeeded(await migrator.migrateToLatest())
    assert.deepEqual(await applied(db, 'my migrations'), ['m1'])
    succeeded(await migrator.migrateDown())
    assert.deepEqual(await applied(db, 'my migrations'), [])
  })

  it('applies each once, though several start at once', async ({ db, createDb }) => {
    const results = await Promise.all(
      Array.from({ length: 3 }, () =>
        wranglerMigrator({ db: createDb(), migrations: FILES }).migrateToLatest(),
      ),
    )
    assert.deepEqual(results.flatMap(succeeded).toSorted(), [
      '0001_shop.sql Success',
      '0002_log.sql Success',
    ])
    assert.equal((await sql`select * from m_shop`.execute(db)).rows.length, 3)
  })
})

export const scriptCases: ContractCase[] = contract('runScript', (it) => {
  it('runs every statement', async ({ db }) => {
    await runScript(db, `create table m_1 (a); insert into m_1 values (1), (2); select 1; -- done`)
    assert.equal((await sql`select * from m_1`.execute(db)).rows.length, 2)
  })

  it('runs all or none', async ({ db }) => {
    await assert.rejects(runScript(db, `create table m_1 (a); insert into nothing values (1);`))
    assert.deepEqual(await names(db), [])
  })

  it('of nothing', ({ db }) => runScript(db, ' -- nothing\n;;'))
})
