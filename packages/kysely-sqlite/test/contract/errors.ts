import assert from 'node:assert/strict'
import {
  CheckConstraintError,
  ForeignKeyConstraintError,
  NotNullConstraintError,
  SqliteError,
  UniqueConstraintError,
} from '@node-cf/kysely-sqlite'
import { type Kysely, sql } from 'kysely'
import { contract, type ContractCase } from './contract.ts'
import type { Database } from './database.ts'

/** What a query throws. */
async function thrownBy(query: Promise<unknown>): Promise<SqliteError> {
  try {
    await query
  } catch (error) {
    assert.ok(error instanceof SqliteError, String(error))
    assert.equal(error.retryable, false)
    return error
  }
  return assert.fail('The query succeeded')
}

export const errorCases: ContractCase[] = contract('errors', (it) => {
  it('unique', async ({ db }) => {
    const error = await thrownBy(
      db.insertInto('book').values({ title: 'Elements', author_id: 1 }).execute(),
    )
    assert.ok(error instanceof UniqueConstraintError)
    assert.equal(error.code, 'ERR_SQLITE_UNIQUE')
    assert.equal(error.table, 'book')
    assert.deepEqual(error.columns, ['title'])
    assert.equal(error.index, undefined)
    assert.match(error.sql!, /^insert into "book"/)
    assert.ok(error.cause instanceof Error)
    assert.doesNotMatch(`${error.message}${error.sql}`, /Elements/)
  })

  it('unique, of several columns', async ({ db }) => {
    await sql`create unique index both on review (book_id, stars)`.execute(db)
    const error = await thrownBy(db.insertInto('review').values({ book_id: 1, stars: 5 }).execute())
    assert.ok(error instanceof UniqueConstraintError)
    assert.deepEqual(error.columns, ['book_id', 'stars'])
  })

  it('unique, of an expression', async ({ db }) => {
    await sql`create unique index lower_title on book (lower(title))`.execute(db)
    const error = await thrownBy(
      db.insertInto('book').values({ title: 'ELEMENTS', author_id: 1 }).execute(),
    )
    assert.ok(error instanceof UniqueConstraintError)
    assert.equal(error.index, 'lower_title')
    assert.equal(error.table, undefined)
    assert.deepEqual(error.columns, [])
  })

  it('primary key', async ({ db }) => {
    const error = await thrownBy(
      db.insertInto('author').values({ id: 1, first_name: 'M', kind: 'person' }).execute(),
    )
    assert.ok(error instanceof UniqueConstraintError)
    assert.equal(error.table, 'author')
    assert.deepEqual(error.columns, ['id'])
  })

  it('not null', async ({ db }) => {
    const error = await thrownBy(
      db
        .insertInto('author')
        .values({ first_name: null as never, kind: 'person' })
        .execute(),
    )
    assert.ok(error instanceof NotNullConstraintError)
    assert.equal(error.code, 'ERR_SQLITE_NOT_NULL')
    assert.equal(error.table, 'author')
    assert.equal(error.column, 'first_name')
  })

  it('check', async ({ db }) => {
    const error = await thrownBy(db.insertInto('review').values({ book_id: 1, stars: 6 }).execute())
    assert.ok(error instanceof CheckConstraintError)
    assert.equal(error.code, 'ERR_SQLITE_CHECK')
    assert.equal(error.constraint, 'stars between 1 and 5')
  })

  it('check, with a name', async ({ db }) => {
    await sql`create table t (a integer, constraint positive check (a > 0))`.execute(db)
    const error = await thrownBy(sql`insert into t values (-1)`.execute(db))
    assert.ok(error instanceof CheckConstraintError)
    assert.equal(error.constraint, 'positive')
  })

  it('foreign key', async ({ db }) => {
    const error = await thrownBy(
      db.insertInto('review').values({ book_id: 99, stars: 1 }).execute(),
    )
    assert.ok(error instanceof ForeignKeyConstraintError)
    assert.equal(error.code, 'ERR_SQLITE_FOREIGN_KEY')
  })

  const codes: Record<string, [(db: Kysely<Database>) => Promise<unknown>, string]> = {
    'a syntax error': [(db) => sql`selct 1`.execute(db), 'ERR_SQLITE_SYNTAX'],
    'incomplete input': [(db) => sql`select (`.execute(db), 'ERR_SQLITE_SYNTAX'],
    'an unrecognized token': [(db) => sql`select #`.execute(db), 'ERR_SQLITE_SYNTAX'],
    'no such table': [
      (db) =>
        db
          .selectFrom('nothing' as 'book')
          .selectAll()
          .execute(),
      'ERR_SQLITE_NO_SUCH_TABLE',
    ],
    'no such column': [
      (db) =>
        db
          .selectFrom('book')
          .select('book.nothing' as 'id')
          .execute(),
      'ERR_SQLITE_NO_SUCH_COLUMN',
    ],
    'no such column of an insert': [
      (db) =>
        db
          .insertInto('book')
          .values({ nothing: 1 } as never)
          .execute(),
      'ERR_SQLITE_NO_SUCH_COLUMN',
    ],
    'no such function': [(db) => sql`select nope(1)`.execute(db), 'ERR_SQLITE_QUERY'],
    'a trigger that raises': [
      async (db) => {
        await sql`create trigger t before insert on review begin select raise(abort, 'not today'); end`.execute(
          db,
        )
        await db.insertInto('review').values({ book_id: 1, stars: 1 }).execute()
      },
      'ERR_SQLITE_TRIGGER',
    ],
    'text in a column of a strict table': [
      async (db) => {
        await sql`create table t (a integer) strict`.execute(db)
        await sql`insert into t values (${'x'})`.execute(db)
      },
      'ERR_SQLITE_DATATYPE',
    ],
    'text as a rowid': [
      (db) =>
        db
          .insertInto('review')
          .values({ id: 'x' as never, book_id: 1, stars: 1 })
          .execute(),
      'ERR_SQLITE_DATATYPE',
    ],
    'a temporary table': [
      (db) => db.schema.createTable('t').temporary().addColumn('a', 'text').execute(),
      'ERR_SQLITE_NOT_AUTHORIZED',
    ],
    attach: [(db) => sql`attach ':memory:' as x`.execute(db), 'ERR_SQLITE_NOT_AUTHORIZED'],
    'a pragma that is not allowed': [
      (db) => sql`pragma journal_mode`.execute(db),
      'ERR_SQLITE_NOT_AUTHORIZED',
    ],
    'too few parameters': [(db) => sql`select ?, ${1}`.execute(db), 'ERR_SQLITE_PARAMETER_COUNT'],
    'an integer overflow': [
      (db) => sql`select abs(-9223372036854775808)`.execute(db),
      'ERR_SQLITE_QUERY',
    ],
    'malformed JSON': [(db) => sql`select json('{')`.execute(db), 'ERR_SQLITE_QUERY'],
    'a compound of six selects': [
      (db) =>
        sql`${sql.join(
          Array.from({ length: 6 }, () => sql`select 1`),
          sql` union all `,
        )}`.execute(db),
      'ERR_SQLITE_LIMIT',
    ],
    'a table of 101 columns': [
      (db) =>
        sql`create table t (${sql.join(Array.from({ length: 101 }, (_, index) => sql.id(`c${index}`)))})`.execute(
          db,
        ),
      'ERR_SQLITE_LIMIT',
    ],
  }
  for (const [name, [run, code]] of Object.entries(codes)) {
    it(name, async ({ db }) => {
      const error = await thrownBy(run(db))
      assert.equal(error.code, code, error.message)
      assert.doesNotMatch(error.message, /D1_|SQLITE_/)
      assert.ok(error.message.length > 5)
    })
  }

  it('a failed query leaves the next one alone', async ({ db }) => {
    const results = await Promise.allSettled([
      sql`selct`.execute(db),
      db.selectFrom('author').select('id').execute(),
      db.insertInto('book').values({ title: 'Elements', author_id: 1 }).execute(),
      db.selectFrom('book').select('id').execute(),
    ])
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'fulfilled', 'rejected', 'fulfilled'],
    )
  })
})

export const limitCases: ContractCase[] = contract('limits', (it) => {
  it('101 parameters', async ({ db }) => {
    const ids = Array.from({ length: 101 }, (_, index) => index)
    const error = await thrownBy(
      db.selectFrom('book').select('id').where('id', 'in', ids).execute(),
    )
    assert.equal(error.code, 'ERR_SQLITE_TOO_MANY_PARAMETERS')
    assert.match(error.message, /101 parameters; at most 100 .*insertMany.*inList/)
  })

  it('SQL of more than 100,000 bytes', async ({ db }) => {
    const error = await thrownBy(sql.raw(`select '${'x'.repeat(100_000)}'`).execute(db))
    assert.equal(error.code, 'ERR_SQLITE_SQL_TOO_LONG')
    const umlauts = await thrownBy(sql.raw(`select '${'ü'.repeat(50_000)}'`).execute(db))
    assert.equal(umlauts.code, 'ERR_SQLITE_SQL_TOO_LONG')
  })

  it('SQL of almost 100,000 bytes', async ({ db }) => {
    const { rows } = await sql<{
      n: number
    }>`${sql.raw(`select length('${'x'.repeat(99_000)}') as n`)}`.execute(db)
    assert.deepEqual(rows, [{ n: 99_000 }])
  })

  it('a value of more than 2,000,000 bytes', async ({ db }) => {
    const values = ['x'.repeat(2_000_001), 'ü'.repeat(1_000_001), new Uint8Array(2_000_001)]
    for (const value of values) {
      const error = await thrownBy(sql`select length(${value})`.execute(db))
      assert.equal(error.code, 'ERR_SQLITE_ROW_TOO_BIG')
      assert.match(error.message, /^Parameter 1 is longer than 2000000 bytes/)
    }
  })

  it('a value of almost 2,000,000 bytes', async ({ db }) => {
    const text = 'x'.repeat(1_900_000)
    await db.insertInto('review').values({ book_id: 1, stars: 1, text }).execute()
    const row = await db.selectFrom('review').select('text').where('id', '=', 4).executeTakeFirst()
    assert.equal(row!.text, text)
  })
})
