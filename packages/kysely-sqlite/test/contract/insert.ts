import assert from 'node:assert/strict'
import { InsertResult, sql } from 'kysely'
import { contract, type ContractCase } from './contract.ts'

const MARY = { first_name: 'Mary', last_name: 'Shelley', born: 1797, kind: 'person' } as const

export const insertCases: ContractCase[] = contract('insert', (it) => {
  it('one row', async ({ db }) => {
    const results = await db.insertInto('author').values(MARY).execute()
    assert.equal(results.length, 1)
    assert.ok(results[0] instanceof InsertResult)
    assert.equal(results[0].insertId, 4n)
    assert.equal(results[0].numInsertedOrUpdatedRows, 1n)
    const row = await db.selectFrom('author').selectAll().where('id', '=', 4).executeTakeFirst()
    assert.deepEqual(row, { id: 4, ...MARY })
  })

  it('several rows', async ({ db }) => {
    const result = await db
      .insertInto('author')
      .values([MARY, { ...MARY, first_name: 'Percy' }, { ...MARY, first_name: 'William' }])
      .executeTakeFirst()
    assert.equal(result.insertId, 6n)
    assert.equal(result.numInsertedOrUpdatedRows, 3n)
  })

  it('rows of which some leave a column out', async ({ db }) => {
    await db
      .insertInto('author')
      .values([MARY, { first_name: 'Homer', kind: 'group' }])
      .execute()
    const row = await db.selectFrom('author').selectAll().where('id', '=', 5).executeTakeFirst()
    assert.deepEqual(row, {
      id: 5,
      first_name: 'Homer',
      last_name: null,
      born: null,
      kind: 'group',
    })
  })

  it('undefined as a value is left out', async ({ db }) => {
    const row = await db
      .insertInto('book')
      .values({ title: 'x', author_id: 1, price: undefined })
      .returning('price')
      .executeTakeFirst()
    assert.deepEqual(row, { price: 9.5 })
  })

  it('with a given id', async ({ db }) => {
    const result = await db
      .insertInto('author')
      .values({ id: 41, ...MARY })
      .executeTakeFirst()
    assert.equal(result.insertId, 41n)
  })

  it('default values', async ({ db }) => {
    await sql`create table counter (id integer primary key, n integer not null default 7)`.execute(
      db,
    )
    const counters = db.$extendTables<{ counter: { id: number; n: number } }>()
    const row = await counters
      .insertInto('counter')
      .defaultValues()
      .returningAll()
      .executeTakeFirst()
    assert.deepEqual(row, { id: 1, n: 7 })
    const result = await counters.insertInto('counter').defaultValues().executeTakeFirst()
    assert.equal(result.insertId, 2n)
  })

  it('an expression', async ({ db }) => {
    const row = await db
      .insertInto('author')
      .values((eb) => ({
        first_name: sql<string>`upper(${'mary'})`,
        born: eb.selectFrom('author').select((author) => author.fn.max('born').as('m')),
        kind: 'person' as const,
      }))
      .returning(['first_name', 'born'])
      .executeTakeFirst()
    assert.deepEqual(row, { first_name: 'MARY', born: 1929 })
  })

  it('from a select', async ({ db }) => {
    const result = await db
      .insertInto('author')
      .columns(['first_name', 'kind'])
      .expression((eb) =>
        eb.selectFrom('author as a').select(['a.first_name', sql.lit('group').as('kind')]),
      )
      .executeTakeFirst()
    assert.equal(result.numInsertedOrUpdatedRows, 3n)
    assert.equal(result.insertId, 6n)
  })

  it('returning one column', async ({ db }) => {
    const row = await db.insertInto('author').values(MARY).returning('id').executeTakeFirst()
    assert.deepEqual(row, { id: 4 })
  })

  it('returning several columns of several rows', async ({ db }) => {
    const rows = await db
      .insertInto('author')
      .values([MARY, { ...MARY, first_name: 'Percy' }])
      .returning(['id', 'first_name as name'])
      .execute()
    assert.deepEqual(rows, [
      { id: 4, name: 'Mary' },
      { id: 5, name: 'Percy' },
    ])
  })

  it('returning all and an expression', async ({ db }) => {
    const row = await db
      .insertInto('author')
      .values(MARY)
      .returningAll()
      .returning(sql<number>`id * 2`.as('double'))
      .executeTakeFirst()
    assert.deepEqual(row, { id: 4, ...MARY, double: 8 })
  })

  it('or ignore', async ({ db }) => {
    const result = await db
      .insertInto('book')
      .orIgnore()
      .values({ title: 'Elements', author_id: 1 })
      .executeTakeFirst()
    assert.equal(result.numInsertedOrUpdatedRows, 0n)
    assert.equal(result.insertId, undefined)
  })

  it('or ignore, that inserts', async ({ db }) => {
    const result = await db
      .insertInto('book')
      .orIgnore()
      .values({ title: 'Emma', author_id: 1 })
      .executeTakeFirst()
    assert.equal(result.numInsertedOrUpdatedRows, 1n)
    assert.equal(result.insertId, 5n)
  })

  it('or replace', async ({ db }) => {
    const result = await db
      .insertInto('book')
      .orReplace()
      .values({ title: 'Elements', author_id: 1 })
      .executeTakeFirst()
    assert.equal(result.numInsertedOrUpdatedRows, 1n)
    assert.equal(result.insertId, 5n)
    const row = await db
      .selectFrom('book')
      .selectAll()
      .where('title', '=', 'Elements')
      .executeTakeFirst()
    assert.deepEqual(row, { id: 5, title: 'Elements', author_id: 1, year: null, price: 9.5 })
  })

  it('or abort, or fail, or rollback', async ({ db }) => {
    const book = { title: 'Elements', author_id: 1 }
    await assert.rejects(db.insertInto('book').orAbort().values(book).execute(), /UNIQUE/)
    await assert.rejects(db.insertInto('book').orFail().values(book).execute(), /UNIQUE/)
  })

  it('replace into', async ({ db }) => {
    const result = await db
      .replaceInto('book')
      .values({ id: 2, title: 'Elements', author_id: 2 })
      .executeTakeFirst()
    assert.equal(result.numInsertedOrUpdatedRows, 1n)
    assert.equal(result.insertId, 2n)
    assert.equal((await db.selectFrom('book').select('id').execute()).length, 3)
  })

  it('on conflict do nothing', async ({ db }) => {
    const result = await db
      .insertInto('book')
      .values({ title: 'Elements', author_id: 1 })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    assert.equal(result.numInsertedOrUpdatedRows, 0n)
    assert.equal(result.insertId, undefined)
  })

  it('on conflict of a column do nothing, for one of two rows', async ({ db }) => {
    const result = await db
      .insertInto('book')
      .values([
        { title: 'Emma', author_id: 1 },
        { title: 'Elements', author_id: 1 },
      ])
      .onConflict((conflict) => conflict.column('title').doNothing())
      .executeTakeFirst()
    assert.equal(result.numInsertedOrUpdatedRows, 1n)
    assert.equal(result.insertId, 5n)
  })

  it('on conflict do update', async ({ db }) => {
    const result = await db
      .insertInto('book')
      .values({ title: 'Elements', author_id: 1, price: 3 })
      .onConflict((conflict) =>
        conflict.column('title').doUpdateSet((eb) => ({ price: eb.ref('excluded.price') })),
      )
      .executeTakeFirst()
    assert.equal(result.numInsertedOrUpdatedRows, 1n)
    assert.equal(result.insertId, undefined)
    const row = await db.selectFrom('book').selectAll().where('id', '=', 4).executeTakeFirst()
    assert.deepEqual(row, { id: 4, title: 'Elements', author_id: 3, year: null, price: 3 })
  })

  it('on conflict do update with conditions and returning', async ({ db }) => {
    const upsert = (price: number): Promise<{ id: number; price: number } | undefined> =>
      db
        .insertInto('book')
        .values({ title: 'Elements', author_id: 1, price })
        .onConflict((conflict) =>
          conflict
            .columns(['title'])
            .doUpdateSet({ price })
            .whereRef('excluded.price', '<', 'book.price'),
        )
        .returning(['id', 'price'])
        .executeTakeFirst()
    assert.deepEqual(await upsert(50), { id: 4, price: 50 })
    assert.equal(await upsert(60), undefined)
  })

  it('on conflict of an expression', async ({ db }) => {
    await sql`create unique index lower_title on book (lower(title))`.execute(db)
    const result = await db
      .insertInto('book')
      .values({ title: 'ELEMENTS', author_id: 1 })
      .onConflict((conflict) => conflict.expression(sql`lower(title)`).doNothing())
      .executeTakeFirst()
    assert.equal(result.numInsertedOrUpdatedRows, 0n)
  })

  it('twenty at once', async ({ db }) => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        db
          .insertInto('author')
          .values({ ...MARY, born: index })
          .executeTakeFirstOrThrow(),
      ),
    )
    const ids = results.map(({ insertId }) => Number(insertId)).toSorted((a, b) => a - b)
    assert.deepEqual(
      ids,
      Array.from({ length: 20 }, (_, index) => index + 4),
    )
  })

  it('a hundred parameters', async ({ db }) => {
    const rows = Array.from({ length: 25 }, () => MARY)
    const result = await db.insertInto('author').values(rows).executeTakeFirst()
    assert.equal(result.numInsertedOrUpdatedRows, 25n)
  })

  it('with its query plan, which inserts nothing', async ({ db }) => {
    const plan = await db.insertInto('author').values(MARY).explain()
    assert.ok(plan.length > 0)
    assert.equal((await db.selectFrom('author').select('id').execute()).length, 3)
  })
})

export const updateCases: ContractCase[] = contract('update', (it) => {
  it('one row', async ({ db }) => {
    const result = await db
      .updateTable('book')
      .set({ title: 'Euclid', price: 1 })
      .where('id', '=', 4)
      .executeTakeFirst()
    assert.equal(result.numUpdatedRows, 1n)
    const row = await db.selectFrom('book').selectAll().where('id', '=', 4).executeTakeFirst()
    assert.deepEqual(row, { id: 4, title: 'Euclid', author_id: 3, year: null, price: 1 })
  })

  it('all rows', async ({ db }) => {
    const result = await db.updateTable('book').set('price', 1).executeTakeFirst()
    assert.equal(result.numUpdatedRows, 4n)
  })

  it('no rows', async ({ db }) => {
    const result = await db
      .updateTable('book')
      .set({ price: 1 })
      .where('id', '=', 99)
      .executeTakeFirst()
    assert.equal(result.numUpdatedRows, 0n)
  })

  it('rows that were already so', async ({ db }) => {
    const result = await db
      .updateTable('book')
      .set({ price: 8 })
      .where('id', '=', 2)
      .executeTakeFirst()
    assert.equal(result.numUpdatedRows, 1n)
  })

  it('to null', async ({ db }) => {
    await db.updateTable('author').set({ last_name: null }).where('id', '=', 1).execute()
    const row = await db
      .selectFrom('author')
      .select('last_name')
      .where('id', '=', 1)
      .executeTakeFirst()
    assert.deepEqual(row, { last_name: null })
  })

  it('with an expression', async ({ db }) => {
    const rows = await db
      .updateTable('book')
      .set((eb) => ({ price: eb('price', '*', 2), title: sql<string>`upper(title)` }))
      .where('author_id', '=', 1)
      .returning(['title', 'price'])
      .execute()
    assert.deepEqual(
      rows.toSorted((a, b) => a.price - b.price),
      [
        { title: 'THE LATHE OF HEAVEN', price: 16 },
        { title: 'THE DISPOSSESSED', price: 25 },
      ],
    )
  })

  it('from a subquery', async ({ db }) => {
    await db
      .updateTable('book')
      .set((eb) => ({
        price: eb.selectFrom('review').select((review) => review.fn.max('stars').as('m')),
      }))
      .where('id', '=', 1)
      .execute()
    const row = await db.selectFrom('book').select('price').where('id', '=', 1).executeTakeFirst()
    assert.deepEqual(row, { price: 5 })
  })

  it('from another table', async ({ db }) => {
    const result = await db
      .updateTable('book')
      .from('author')
      .set((eb) => ({ title: eb.ref('author.first_name') }))
      .whereRef('book.author_id', '=', 'author.id')
      .where('author.id', '>', 1)
      .executeTakeFirst()
    assert.equal(result.numUpdatedRows, 2n)
    const row = await db.selectFrom('book').select('title').where('id', '=', 4).executeTakeFirst()
    assert.deepEqual(row, { title: 'Bourbaki' })
  })

  it('returning all', async ({ db }) => {
    const row = await db
      .updateTable('review')
      .set({ stars: 1 })
      .where('id', '=', 2)
      .returningAll()
      .executeTakeFirst()
    assert.deepEqual(row, { id: 2, book_id: 1, stars: 1, text: null })
  })

  it('with an alias', async ({ db }) => {
    const result = await db
      .updateTable('book as b')
      .set({ price: 0 })
      .where('b.id', '=', 1)
      .executeTakeFirst()
    assert.equal(result.numUpdatedRows, 1n)
  })

  it('with $if', async ({ db }) => {
    const result = await db
      .updateTable('book')
      .set({ price: 0 })
      .$if(true, (query) => query.where('id', 'in', [1, 2]))
      .executeTakeFirst()
    assert.equal(result.numUpdatedRows, 2n)
  })
})

export const deleteCases: ContractCase[] = contract('delete', (it) => {
  it('one row', async ({ db }) => {
    const result = await db.deleteFrom('review').where('id', '=', 1).executeTakeFirst()
    assert.equal(result.numDeletedRows, 1n)
    assert.equal((await db.selectFrom('review').select('id').execute()).length, 2)
  })

  it('all rows', async ({ db }) => {
    const result = await db.deleteFrom('review').executeTakeFirst()
    assert.equal(result.numDeletedRows, 3n)
  })

  it('no rows', async ({ db }) => {
    const result = await db.deleteFrom('review').where('id', '=', 99).executeTakeFirst()
    assert.equal(result.numDeletedRows, 0n)
  })

  it('returning', async ({ db }) => {
    const rows = await db.deleteFrom('review').where('stars', '<', 5).returning('id').execute()
    assert.deepEqual(
      rows.map(({ id }) => id).toSorted((a, b) => a - b),
      [2, 3],
    )
  })

  it('where a subquery says', async ({ db }) => {
    const result = await db
      .deleteFrom('review')
      .where('book_id', 'in', (eb) =>
        eb.selectFrom('book').select('id').where('title', 'like', 'The%'),
      )
      .executeTakeFirst()
    assert.equal(result.numDeletedRows, 2n)
  })

  it('with $call and a compiled query', async ({ db }) => {
    const query = db
      .deleteFrom('review')
      .$call((builder) => builder.where('id', '=', 3))
      .compile()
    const result = await db.executeQuery(query)
    assert.equal(result.numAffectedRows, 1n)
    assert.equal(result.insertId, undefined)
    assert.deepEqual(result.rows, [])
  })
})

export const countCases: ContractCase[] = contract('counts', (it) => {
  it('a delete does not count what it cascades to', async ({ db }) => {
    const result = await db.deleteFrom('author').where('id', '=', 1).executeTakeFirst()
    assert.equal(result.numDeletedRows, 1n)
    assert.equal((await db.selectFrom('book').select('id').execute()).length, 2)
    assert.equal((await db.selectFrom('review').select('id').execute()).length, 1)
  })

  it('an insert does not count what its triggers do', async ({ db }) => {
    await sql`create table log (id integer primary key, text text)`.execute(db)
    await sql`create trigger logged after insert on author begin
      insert into log (id, text) values (77, new.first_name);
      insert into log (id, text) values (78, 'again');
    end`.execute(db)
    const result = await db
      .insertInto('author')
      .values({ first_name: 'Mary', kind: 'person' })
      .executeTakeFirst()
    assert.equal(result.numInsertedOrUpdatedRows, 1n)
    assert.equal(result.insertId, 4n)
  })

  it('an ignored insert right after another has no insertId', async ({ db }) => {
    await db.insertInto('book').values({ title: 'Emma', author_id: 1 }).execute()
    const result = await db
      .insertInto('book')
      .values({ title: 'Emma', author_id: 1 })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    assert.equal(result.insertId, undefined)
  })

  it('updates and deletes have no insertId', async ({ db }) => {
    await db.insertInto('book').values({ title: 'Emma', author_id: 1 }).execute()
    const update = db.updateTable('book').set({ price: 1 }).compile()
    assert.equal((await db.executeQuery(update)).insertId, undefined)
    assert.equal((await db.executeQuery(db.deleteFrom('book').compile())).insertId, undefined)
  })

  it('a table without rowids has no insertId', async ({ db }) => {
    await sql`create table pair (a text, b text, primary key (a, b)) without rowid`.execute(db)
    const pairs = db.$extendTables<{ pair: { a: string; b: string } }>()
    await db.insertInto('book').values({ title: 'Emma', author_id: 1 }).execute()
    const result = await pairs.insertInto('pair').values({ a: 'x', b: 'y' }).executeTakeFirst()
    assert.equal(result.numInsertedOrUpdatedRows, 1n)
    assert.equal(result.insertId, undefined)
  })

  it('an insertId may need all of its 64 bits', async ({ db }) => {
    const id = 2n ** 63n - 1n
    const result = await db
      .insertInto('review')
      .values({ id: id as never, book_id: 1, stars: 5 })
      .executeTakeFirst()
    assert.equal(result.insertId, id)
  })

  it('an insert that returns rows counts them too', async ({ db }) => {
    const query = db
      .insertInto('review')
      .values([
        { book_id: 1, stars: 5 },
        { book_id: 1, stars: 4 },
      ])
      .returning('id')
    const result = await db.executeQuery(query.compile())
    assert.equal(result.rows.length, 2)
    assert.equal(result.numAffectedRows, 2n)
    assert.equal(result.insertId, 5n)
  })

  it('an insert into a table with indexes counts rows', async ({ db }) => {
    await sql`create index price on book (price)`.execute(db)
    await sql`create unique index both on book (title, year)`.execute(db)
    const result = await db
      .insertInto('book')
      .values({ title: 'Emma', author_id: 1 })
      .executeTakeFirst()
    assert.equal(result.numInsertedOrUpdatedRows, 1n)
  })

  it('an insert into a view counts none of its own rows', async ({ db }) => {
    await sql`create view person as select id, first_name from author`.execute(db)
    await sql`create trigger through instead of insert on person begin
      insert into author (first_name, kind) values (new.first_name, 'person');
    end`.execute(db)
    const people = db.$extendTables<{ person: { first_name: string } }>()
    const result = await people.insertInto('person').values({ first_name: 'M' }).executeTakeFirst()
    assert.equal(result.numInsertedOrUpdatedRows, 0n)
    assert.equal(result.insertId, undefined)
    assert.equal((await db.selectFrom('author').select('id').execute()).length, 4)
  })

  it('a full-text table has rowids', async ({ db }) => {
    await sql`create virtual table page using fts5 (body)`.execute(db)
    const pages = db.$extendTables<{ page: { body: string } }>()
    const result = await pages.insertInto('page').values({ body: 'hello' }).executeTakeFirst()
    assert.equal(result.insertId, 1n)
    assert.equal(result.numInsertedOrUpdatedRows, 1n)
  })

  const raw: Record<string, [string, bigint | undefined, bigint | undefined]> = {
    'an insert': [`insert into review (book_id, stars) values (1, 5)`, 1n, 4n],
    'an insert in capitals, after a comment': [
      `/* insert */ INSERT INTO "review" (book_id, stars) VALUES (1, 5), (1, 4)`,
      2n,
      5n,
    ],
    'an insert into a qualified name': [
      'insert or abort into main.[review] (book_id, stars) values (1, 5)',
      1n,
      4n,
    ],
    'an insert after with': [
      'with s (n) as (select 5) insert into review (book_id, stars) select 1, n from s',
      1n,
      4n,
    ],
    replace: [`replace into review (id, book_id, stars) values (1, 1, 5)`, 1n, 1n],
    'an upsert': [
      `insert into review (id, book_id, stars) values (9, 1, 5) on conflict do update set stars = 1`,
      1n,
      undefined,
    ],
    'an update': ['update review set stars = 1', 3n, undefined],
    'a delete': ['delete from review where id > 1', 2n, undefined],
    'a select': ['select 1', undefined, undefined],
    'a select after with, of what is called replace': [
      'with replace as (select 1 as a) select a from replace',
      undefined,
      undefined,
    ],
    'a select after with': ['with t as (select 1) select * from t', undefined, undefined],
    values: ['values (1)', undefined, undefined],
    'an insert with a quoted name': [`insert into "re""view" (a) values (1) returning a`, 1n, 1n],
    'a pragma': ['pragma foreign_key_check', undefined, undefined],
    explain: ['explain delete from review', undefined, undefined],
    'create table': ['create table t (a)', undefined, undefined],
    'create table as': ['create table t as select * from review', undefined, undefined],
  }
  for (const [name, [text, changed, inserted]] of Object.entries(raw)) {
    it(`${name} as raw SQL`, async ({ db }) => {
      await db.insertInto('author').values({ first_name: 'x', kind: 'group' }).execute()
      await sql`create table "re""view" (a)`.execute(db)
      const { numAffectedRows, insertId } = await sql.raw(text).execute(db)
      assert.equal(numAffectedRows, changed)
      assert.equal(insertId, inserted)
    })
  }
})
