import assert from 'node:assert/strict'
import { type SqliteTableMetadata, WorkersSqliteIntrospector } from '@node-cf/kysely-sqlite'
import { CamelCasePlugin, type Kysely, sql } from 'kysely'
import { contract, type ContractCase } from './contract.ts'
import type { Database } from './database.ts'

async function tableOf(db: Kysely<Database>, name: string): Promise<SqliteTableMetadata> {
  const tables = await new WorkersSqliteIntrospector(db).getTables()
  const table = tables.find((candidate) => candidate.name === name)
  return table ?? assert.fail(`There is no table ${name}`)
}

export const introspectionCases: ContractCase[] = contract('introspection', (it) => {
  it('tables, sorted', async ({ db }) => {
    const tables = await db.introspection.getTables()
    assert.deepEqual(
      tables.map(({ name }) => name),
      ['author', 'book', 'review'],
    )
    assert.ok(tables.every(({ isView, isForeign }) => !isView && !isForeign))
  })

  it('columns, as Kysely describes them', async ({ db }) => {
    const [author] = await db.introspection.getTables()
    const described = author!.columns.map((column) => [
      column.name,
      column.dataType,
      column.isNullable,
      column.isAutoIncrementing,
      column.hasDefaultValue,
    ])
    assert.deepEqual(described, [
      ['id', 'INTEGER', true, true, false],
      ['first_name', 'TEXT', false, false, false],
      ['last_name', 'TEXT', true, false, false],
      ['born', 'INTEGER', true, false, false],
      ['kind', 'TEXT', false, false, false],
    ])
  })

  it('defaults', async ({ db }) => {
    const { columns } = await tableOf(db, 'book')
    const price = columns.find(({ name }) => name === 'price')!
    assert.equal(price.defaultValue, '9.5')
    assert.equal(price.hasDefaultValue, true)
    assert.equal(columns[0]!.defaultValue, undefined)
  })

  it('no schemas', async ({ db }) => {
    assert.deepEqual(await db.introspection.getSchemas(), [])
  })

  it('nothing of the platform, and nothing of SQLite', async ({ db }) => {
    const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
    assert.ok(tables.every(({ name }) => !/^(?:_cf_|sqlite_)/.test(name)))
  })

  it('tables whose names only look like those of the platform', async ({ db }) => {
    await sql`create table "xcf_a" (a)`.execute(db)
    await sql`create table "sqlitex" (a)`.execute(db)
    const tables = await db.introspection.getTables()
    assert.deepEqual(
      tables.map(({ name }) => name),
      ['author', 'book', 'review', 'sqlitex', 'xcf_a'],
    )
  })

  it("Kysely's own tables only when asked for", async ({ db }) => {
    await sql`create table kysely_migration (name text)`.execute(db)
    await sql`create table kysely_migration_lock (id text)`.execute(db)
    assert.equal((await db.introspection.getTables()).length, 3)
    const all = await db.introspection.getTables({ withInternalKyselyTables: true })
    assert.equal(all.length, 5)
  })

  it('views', async ({ db }) => {
    await sql`create view person as select id, first_name as name from author`.execute(db)
    const view = await tableOf(db, 'person')
    assert.equal(view.isView, true)
    assert.deepEqual(
      view.columns.map(({ name, isAutoIncrementing }) => [name, isAutoIncrementing]),
      [
        ['id', false],
        ['name', false],
      ],
    )
    assert.match(view.sql, /^CREATE VIEW person/i)
  })

  it('a rowid that needs no autoincrement', async ({ db }) => {
    const { columns, primaryKey } = await tableOf(db, 'review')
    assert.equal(columns[0]!.isAutoIncrementing, true)
    assert.deepEqual(primaryKey, ['id'])
  })

  it('primary keys of several columns, in their order', async ({ db }) => {
    await sql`create table t (a integer, b integer, c integer, primary key (c, a))`.execute(db)
    const { columns, primaryKey } = await tableOf(db, 't')
    assert.deepEqual(primaryKey, ['c', 'a'])
    assert.ok(columns.every(({ isAutoIncrementing }) => !isAutoIncrementing))
  })

  it('a table without rowids, and a strict one', async ({ db }) => {
    await sql`create table t (id integer primary key) strict, without rowid`.execute(db)
    const table = await tableOf(db, 't')
    assert.equal(table.isStrict, true)
    assert.equal(table.isWithoutRowid, true)
    assert.equal(table.columns[0]!.isAutoIncrementing, false)
    const author = await tableOf(db, 'author')
    assert.deepEqual([author.isStrict, author.isWithoutRowid], [false, false])
  })

  it('generated columns', async ({ db }) => {
    await sql`create table t (a integer, b integer as (a * 2), c integer as (a * 3) stored)`.execute(
      db,
    )
    const { columns } = await tableOf(db, 't')
    assert.deepEqual(
      columns.map(({ name, generated }) => [name, generated]),
      [
        ['a', undefined],
        ['b', 'virtual'],
        ['c', 'stored'],
      ],
    )
  })

  it('foreign keys', async ({ db }) => {
    await sql`create table parent (a, b, primary key (a, b))`.execute(db)
    await sql`create table t (x, y, z references author on delete cascade,
      foreign key (x, y) references parent (a, b) on update set null)`.execute(db)
    const { foreignKeys } = await tableOf(db, 't')
    assert.deepEqual(
      foreignKeys.toSorted((one, other) => one.columns.length - other.columns.length),
      [
        {
          columns: ['z'],
          referencedTable: 'author',
          referencedColumns: [],
          onUpdate: 'NO ACTION',
          onDelete: 'CASCADE',
        },
        {
          columns: ['x', 'y'],
          referencedTable: 'parent',
          referencedColumns: ['a', 'b'],
          onUpdate: 'SET NULL',
          onDelete: 'NO ACTION',
        },
      ],
    )
  })

  it('indexes', async ({ db }) => {
    await sql`create unique index lower_title on book (lower(title), year) where year > 1900`.execute(
      db,
    )
    const { indexes } = await tableOf(db, 'book')
    assert.deepEqual(indexes, [
      {
        name: 'book_author',
        columns: ['author_id'],
        isUnique: false,
        isPartial: false,
        isExplicit: true,
      },
      {
        name: 'lower_title',
        columns: [undefined, 'year'],
        isUnique: true,
        isPartial: true,
        isExplicit: true,
      },
      {
        name: 'sqlite_autoindex_book_1',
        columns: ['title'],
        isUnique: true,
        isPartial: false,
        isExplicit: false,
      },
    ])
  })

  it('names with quotes and percent signs', async ({ db }) => {
    await sql`create table ${sql.table(`a"b'%_`)} (${sql.id('c"d')} integer)`.execute(db)
    const table = await tableOf(db, `a"b'%_`)
    assert.equal(table.columns[0]!.name, 'c"d')
  })

  it('is not changed by plugins', async ({ createDb }) => {
    const db = createDb({ plugins: [new CamelCasePlugin()] })
    const [author] = await db.introspection.getTables()
    assert.equal(author!.columns[1]!.name, 'first_name')
  })

  it('a full-text table with its own tables', async ({ db }) => {
    await sql`create virtual table page using fts5 (body)`.execute(db)
    const table = await tableOf(db, 'page')
    assert.deepEqual(
      table.columns.map(({ name }) => name),
      ['body'],
    )
  })
})
