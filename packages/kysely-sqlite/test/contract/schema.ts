import assert from 'node:assert/strict'
import { type Kysely, sql } from 'kysely'
import { contract, type ContractCase } from './contract.ts'
import type { Database } from './database.ts'

/** The SQL that made a table, index or view, as the database keeps it. */
async function definitionOf(db: Kysely<Database>, name: string): Promise<string | undefined> {
  const { rows } = await sql<{ sql: string }>`select sql from sqlite_schema
    where name = ${name}`.execute(db)
  return rows[0]?.sql
}

async function rowsOf(db: Kysely<Database>, table: string): Promise<unknown[]> {
  return (await sql`select * from ${sql.table(table)}`.execute(db)).rows
}

const insert = (db: Kysely<Database>, table: string, row: Record<string, unknown>) =>
  db
    .insertInto(table as 'author')
    .values(row as never)
    .execute()

export const createTableCases: ContractCase[] = contract('create table', (it) => {
  it('columns of every type', async ({ db }) => {
    await db.schema
      .createTable('t')
      .addColumn('a', 'integer')
      .addColumn('b', 'text')
      .addColumn('c', 'real')
      .addColumn('d', 'blob')
      .addColumn('e', 'numeric')
      .addColumn('f', 'varchar(10)')
      .addColumn('g', 'boolean')
      .addColumn('h', 'timestamp')
      .addColumn('i', sql`any`)
      .execute()
    assert.equal(
      await definitionOf(db, 't'),
      'CREATE TABLE "t" ("a" integer, "b" text, "c" real, "d" blob, "e" numeric, "f" varchar(10), "g" boolean, "h" timestamp, "i" any)',
    )
  })

  it('if not exists', async ({ db }) => {
    await db.schema.createTable('author').ifNotExists().addColumn('x', 'text').execute()
    await assert.rejects(
      db.schema.createTable('author').addColumn('x', 'text').execute(),
      /already exists/,
    )
  })

  it('primary key, autoincrement', async ({ db }) => {
    await db.schema
      .createTable('t')
      .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('a', 'text')
      .execute()
    await insert(db, 't', { a: 'x' })
    await db.deleteFrom('t' as 'author').execute()
    await insert(db, 't', { a: 'y' })
    assert.deepEqual(await rowsOf(db, 't'), [{ id: 2, a: 'y' }])
  })

  it('not null, unique, default, check', async ({ db }) => {
    await db.schema
      .createTable('t')
      .addColumn('a', 'text', (column) => column.notNull().unique())
      .addColumn('b', 'integer', (column) => column.defaultTo(5).check(sql`b < 10`))
      .addColumn('c', 'text', (column) => column.defaultTo(sql`(upper('x'))`))
      .addColumn('d', 'text', (column) => column.defaultTo("it's"))
      .addColumn('e', 'integer', (column) => column.defaultTo(9007199254740993n))
      .execute()
    await insert(db, 't', { a: 'x' })
    const { rows } = await sql`select a, b, c, d, cast(e as text) as e from t`.execute(db)
    assert.deepEqual(rows, [{ a: 'x', b: 5, c: 'X', d: "it's", e: '9007199254740993' }])
    await assert.rejects(insert(db, 't', { a: 'x' }), { code: 'ERR_SQLITE_UNIQUE' })
    await assert.rejects(insert(db, 't', { b: 1 }), { code: 'ERR_SQLITE_NOT_NULL' })
    await assert.rejects(insert(db, 't', { a: 'y', b: 10 }), { code: 'ERR_SQLITE_CHECK' })
  })

  it('references with actions', async ({ db }) => {
    await db.schema
      .createTable('t')
      .addColumn('author_id', 'integer', (column) =>
        column.references('author.id').onDelete('set null').onUpdate('cascade'),
      )
      .execute()
    await insert(db, 't', { author_id: 1 })
    await db.deleteFrom('author').where('id', '=', 1).execute()
    assert.deepEqual(await rowsOf(db, 't'), [{ author_id: null }])
  })

  it('constraints of the table', async ({ db }) => {
    await db.schema
      .createTable('t')
      .addColumn('a', 'integer')
      .addColumn('b', 'integer')
      .addColumn('c', 'integer')
      .addPrimaryKeyConstraint('t_key', ['a', 'b'])
      .addUniqueConstraint('t_unique', ['b', 'c'])
      .addCheckConstraint('t_check', sql`a > 0`)
      .addForeignKeyConstraint('t_author', ['c'], 'author', ['id'], (key) =>
        key.onDelete('cascade'),
      )
      .execute()
    await insert(db, 't', { a: 1, b: 1, c: 1 })
    await assert.rejects(insert(db, 't', { a: 1, b: 1, c: 2 }), { columns: ['a', 'b'] })
    await assert.rejects(insert(db, 't', { a: 2, b: 1, c: 1 }), { columns: ['b', 'c'] })
    await assert.rejects(insert(db, 't', { a: -1, b: 3, c: 1 }), { constraint: 't_check' })
    await assert.rejects(insert(db, 't', { a: 3, b: 3, c: 99 }), { code: 'ERR_SQLITE_FOREIGN_KEY' })
  })

  it('generated columns', async ({ db }) => {
    await db.schema
      .createTable('t')
      .addColumn('a', 'integer')
      .addColumn('double', 'integer', (column) => column.generatedAlwaysAs(sql`a * 2`))
      .addColumn('triple', 'integer', (column) => column.generatedAlwaysAs(sql`a * 3`).stored())
      .execute()
    await insert(db, 't', { a: 4 })
    assert.deepEqual(await rowsOf(db, 't'), [{ a: 4, double: 8, triple: 12 }])
  })

  it('strict, and without rowid', async ({ db }) => {
    await db.schema
      .createTable('t')
      .addColumn('a', 'text', (column) => column.primaryKey().notNull())
      .modifyEnd(sql`strict, without rowid`)
      .execute()
    await assert.rejects(insert(db, 't', { a: Uint8Array.of(1) }), { code: 'ERR_SQLITE_DATATYPE' })
    await assert.rejects(sql`select rowid from t`.execute(db), {
      code: 'ERR_SQLITE_NO_SUCH_COLUMN',
    })
  })

  it('from a select', async ({ db }) => {
    await db.schema
      .createTable('t')
      .as(
        db.selectFrom('author').select(['id', 'first_name']).where(sql.ref('id'), '<', sql.lit(3)),
      )
      .execute()
    assert.equal((await rowsOf(db, 't')).length, 2)
  })

  it('with a function called on the builder', async ({ db }) => {
    await db.schema
      .createTable('t')
      .addColumn('id', 'integer')
      .$call((builder) => builder.addColumn('created', 'text'))
      .execute()
    assert.match((await definitionOf(db, 't'))!, /"created" text/)
  })

  it('a hundred columns', async ({ db }) => {
    let builder = db.schema.createTable('t').addColumn('c0', 'integer')
    for (let index = 1; index < 100; index += 1) builder = builder.addColumn(`c${index}`, 'integer')
    await builder.execute()
    await insert(
      db,
      't',
      Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`c${index}`, index])),
    )
    const [row] = await rowsOf(db, 't')
    assert.equal(Object.keys(row!).length, 100)
  })
})

export const alterTableCases: ContractCase[] = contract('alter table', (it) => {
  it('add a column', async ({ db }) => {
    await db.schema
      .alterTable('author')
      .addColumn('email', 'text', (column) => column.defaultTo('none').notNull())
      .execute()
    const { rows } = await sql`select email from author limit 1`.execute(db)
    assert.deepEqual(rows, [{ email: 'none' }])
  })

  it('add a column with a reference', async ({ db }) => {
    await db.schema
      .alterTable('review')
      .addColumn('author_id', 'integer', (column) => column.references('author.id'))
      .execute()
    await assert.rejects(insert(db, 'review', { book_id: 1, stars: 1, author_id: 99 }), {
      code: 'ERR_SQLITE_FOREIGN_KEY',
    })
  })

  it('rename a column', async ({ db }) => {
    await db.schema.alterTable('author').renameColumn('born', 'year').execute()
    const { rows } = await sql`select year from author where id = 1`.execute(db)
    assert.deepEqual(rows, [{ year: 1929 }])
  })

  it('drop a column', async ({ db }) => {
    await db.schema.alterTable('author').dropColumn('born').execute()
    await assert.rejects(db.selectFrom('author').select('author.born').execute(), {
      code: 'ERR_SQLITE_NO_SUCH_COLUMN',
    })
  })

  it('rename the table', async ({ db }) => {
    await db.schema.alterTable('review').renameTo('opinion').execute()
    assert.equal((await rowsOf(db, 'opinion')).length, 3)
  })

  it('rebuild the table, foreign keys being checked at the end', async ({ db }) => {
    const { batch } = await import('@node-cf/kysely-sqlite')
    await batch(db, [
      sql`pragma defer_foreign_keys = on`,
      sql`create table author_new (id integer primary key, name text not null)`,
      sql`insert into author_new select id, first_name from author`,
      sql`drop table author`,
      sql`alter table author_new rename to author`,
    ])
    const { rows } = await sql`select * from author order by id limit 1`.execute(db)
    assert.deepEqual(rows, [{ id: 1, name: 'Ursula' }])
  })
})

export const dropCases: ContractCase[] = contract('drop', (it) => {
  it('a table', async ({ db }) => {
    await db.schema.dropTable('review').execute()
    assert.equal(await definitionOf(db, 'review'), undefined)
  })

  it('a table that does not exist', async ({ db }) => {
    await db.schema.dropTable('nothing').ifExists().execute()
    await assert.rejects(db.schema.dropTable('nothing').execute(), {
      code: 'ERR_SQLITE_NO_SUCH_TABLE',
    })
  })

  it('an index', async ({ db }) => {
    await db.schema.dropIndex('book_author').execute()
    assert.equal(await definitionOf(db, 'book_author'), undefined)
    await db.schema.dropIndex('book_author').ifExists().execute()
  })

  it('a view', async ({ db }) => {
    await db.schema.createView('v').as(db.selectFrom('author').select('id')).execute()
    await db.schema.dropView('v').execute()
    await db.schema.dropView('v').ifExists().execute()
    assert.equal(await definitionOf(db, 'v'), undefined)
  })
})

export const indexCases: ContractCase[] = contract('create index', (it) => {
  it('on a column', async ({ db }) => {
    await db.schema.createIndex('i').on('author').column('born').execute()
    assert.equal(await definitionOf(db, 'i'), 'CREATE INDEX "i" on "author" ("born")')
  })

  it('on several, descending, with a collation', async ({ db }) => {
    await db.schema
      .createIndex('i')
      .on('author')
      .columns(['first_name', 'last_name desc'])
      .execute()
    assert.match((await definitionOf(db, 'i'))!, /\("first_name", "last_name" desc\)/)
    await db.schema
      .createIndex('j')
      .on('author')
      .expression(sql`first_name collate nocase`)
      .execute()
  })

  it('unique, if not exists', async ({ db }) => {
    const create = db.schema
      .createIndex('i')
      .unique()
      .ifNotExists()
      .on('author')
      .column('first_name')
    await create.execute()
    await create.execute()
    await assert.rejects(
      db.insertInto('author').values({ first_name: 'Italo', kind: 'person' }).execute(),
      { code: 'ERR_SQLITE_UNIQUE' },
    )
  })

  it('partial', async ({ db }) => {
    await db.schema
      .createIndex('i')
      .unique()
      .on('author')
      .column('kind')
      .where('kind', '=', 'group')
      .execute()
    await db.insertInto('author').values({ first_name: 'x', kind: 'person' }).execute()
    await assert.rejects(
      db.insertInto('author').values({ first_name: 'x', kind: 'group' }).execute(),
      { code: 'ERR_SQLITE_UNIQUE' },
    )
  })
})

export const viewCases: ContractCase[] = contract('create view', (it) => {
  it('of a select', async ({ db }) => {
    await db.schema
      .createView('person')
      .as(
        db.selectFrom('author').select(['id', 'first_name']).where('kind', '=', sql.lit('person')),
      )
      .execute()
    assert.equal((await rowsOf(db, 'person')).length, 2)
  })

  it('with names of columns, if not exists', async ({ db }) => {
    const create = db.schema
      .createView('v')
      .ifNotExists()
      .columns(['number', 'name'])
      .as(db.selectFrom('author').select(['id', 'first_name']))
    await create.execute()
    await create.execute()
    assert.deepEqual((await rowsOf(db, 'v'))[0], { number: 1, name: 'Ursula' })
  })
})

export const otherSchemaCases: ContractCase[] = contract('schema', (it) => {
  it('triggers', async ({ db }) => {
    await sql`create trigger t after update of price on book begin
      update book set year = case when new.price > 10 then 2000 else 1000 end where id = new.id;
    end;`.execute(db)
    await db.updateTable('book').set({ price: 11 }).where('id', '=', 1).execute()
    const row = await db.selectFrom('book').select('year').where('id', '=', 1).executeTakeFirst()
    assert.deepEqual(row, { year: 2000 })
  })

  it('full-text search', async ({ db }) => {
    await sql`create virtual table page using fts5 (title, body)`.execute(db)
    await sql`insert into page values ('a', 'the quick brown fox'), ('b', 'lazy dog')`.execute(db)
    const { rows } = await sql`select title from page where page match ${'quick'}`.execute(db)
    assert.deepEqual(rows, [{ title: 'a' }])
  })

  it('a qualified table', async ({ db }) => {
    await db.schema.createTable('main.t').addColumn('a', 'integer').execute()
    await insert(db, 't', { a: 1 })
    const rows = await db
      .withSchema('main')
      .selectFrom('t' as 'author')
      .selectAll()
      .execute()
    assert.deepEqual(rows, [{ a: 1 }])
  })

  it('analyze and optimize', async ({ db }) => {
    await sql`pragma optimize`.execute(db)
    await sql`analyze`.execute(db)
  })
})
