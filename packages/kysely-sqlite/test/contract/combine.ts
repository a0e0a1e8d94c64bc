import assert from 'node:assert/strict'
import { type Kysely, sql } from 'kysely'
import { contract, type ContractCase } from './contract.ts'
import type { Database } from './database.ts'

const names = (db: Kysely<Database>) => db.selectFrom('author').select('first_name as name')
const titles = (db: Kysely<Database>) => db.selectFrom('book').select('title as name')

export const setOperationCases: ContractCase[] = contract('set operation', (it) => {
  it('union', async ({ db }) => {
    const rows = await names(db).union(names(db)).orderBy('name').execute()
    assert.deepEqual(
      rows.map(({ name }) => name),
      ['Bourbaki', 'Italo', 'Ursula'],
    )
  })

  it('union all', async ({ db }) => {
    assert.equal((await names(db).unionAll(titles(db)).execute()).length, 7)
  })

  it('intersect', async ({ db }) => {
    const rows = await names(db)
      .intersect(names(db).where('id', '=', 2))
      .execute()
    assert.deepEqual(rows, [{ name: 'Italo' }])
  })

  it('except', async ({ db }) => {
    const rows = await names(db)
      .except(names(db).where('id', '<', 3))
      .execute()
    assert.deepEqual(rows, [{ name: 'Bourbaki' }])
  })

  it('several, with a limit', async ({ db }) => {
    const rows = await names(db)
      .unionAll(titles(db))
      .unionAll(names(db))
      .orderBy('name', 'desc')
      .limit(2)
      .execute()
    assert.deepEqual(rows, [{ name: 'Ursula' }, { name: 'Ursula' }])
  })

  it('in a subquery', async ({ db }) => {
    const row = await db
      .selectFrom(names(db).unionAll(titles(db)).as('all'))
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirst()
    assert.deepEqual(row, { n: 7 })
  })

  it('five terms, as many as the platforms take', async ({ db }) => {
    const rows = await names(db)
      .unionAll(names(db))
      .unionAll(names(db))
      .unionAll(names(db))
      .unionAll(names(db))
      .execute()
    assert.equal(rows.length, 15)
  })
})

export const subqueryCases: ContractCase[] = contract('subquery', (it) => {
  it('in the selection', async ({ db }) => {
    const rows = await db
      .selectFrom('author')
      .select((eb) => [
        'first_name',
        eb
          .selectFrom('book')
          .whereRef('book.author_id', '=', 'author.id')
          .select((book) => book.fn.countAll<number>().as('n'))
          .as('books'),
      ])
      .orderBy('author.id')
      .execute()
    assert.deepEqual(rows[0], { first_name: 'Ursula', books: 2 })
  })

  it('in from', async ({ db }) => {
    const rows = await db
      .selectFrom((eb) =>
        eb.selectFrom('book').select('id as number').where('year', '>', 1971).as('b'),
      )
      .select('b.number')
      .orderBy('b.number')
      .execute()
    assert.deepEqual(rows, [{ number: 1 }, { number: 3 }])
  })

  it('in order by', async ({ db }) => {
    const rows = await db
      .selectFrom('author')
      .select('id')
      .orderBy(
        (eb) =>
          eb
            .selectFrom('book')
            .whereRef('book.author_id', '=', 'author.id')
            .select((book) => book.fn.max('book.price').as('m')),
        'desc',
      )
      .execute()
    assert.equal(rows[0]!.id, 3)
  })
})

export const withCases: ContractCase[] = contract('with', (it) => {
  it('one common table expression', async ({ db }) => {
    const rows = await db
      .with('old', (query) => query.selectFrom('book').selectAll().where('year', '<', 1973))
      .selectFrom('old')
      .select('id')
      .orderBy('id')
      .execute()
    assert.deepEqual(rows, [{ id: 2 }, { id: 3 }])
  })

  it('one that uses another', async ({ db }) => {
    const row = await db
      .with('old', (query) => query.selectFrom('book').selectAll().where('year', '<', 1973))
      .with('cheap', (query) => query.selectFrom('old').selectAll().where('price', '<', 9))
      .selectFrom('cheap')
      .select('title')
      .executeTakeFirst()
    assert.deepEqual(row, { title: 'The Lathe of Heaven' })
  })

  it('named columns', async ({ db }) => {
    const row = await db
      .with('t(a, b)', (query) => query.selectFrom('book').select(['id as a', 'title as b']))
      .selectFrom('t')
      .selectAll()
      .where('a', '=', 4)
      .executeTakeFirst()
    assert.deepEqual(row, { a: 4, b: 'Elements' })
  })

  it('recursive', async ({ db }) => {
    const rows = await db
      .withRecursive('numbers(n)', (query) =>
        query.selectNoFrom(sql<number>`1`.as('n')).unionAll(
          query
            .selectFrom('numbers')
            .select(sql<number>`n + 1`.as('n'))
            .where('n', '<', 5),
        ),
      )
      .selectFrom('numbers')
      .select('n')
      .execute()
    assert.deepEqual(
      rows.map(({ n }) => n),
      [1, 2, 3, 4, 5],
    )
  })

  it('materialized', async ({ db }) => {
    const rows = await db
      .with(
        (name) => name('t').materialized(),
        (query) => query.selectFrom('book').select('id'),
      )
      .selectFrom('t')
      .selectAll()
      .execute()
    assert.equal(rows.length, 4)
  })

  it('an insert', async ({ db }) => {
    const result = await db
      .with('source', (query) =>
        query.selectFrom('author').select('first_name').where('id', '=', 1),
      )
      .insertInto('author')
      .columns(['first_name', 'kind'])
      .expression((eb) =>
        eb
          .selectFrom('source' as never)
          .select([sql<string>`first_name`.as('f'), sql.lit('group').as('k')]),
      )
      .executeTakeFirst()
    assert.equal(result.numInsertedOrUpdatedRows, 1n)
    assert.equal(result.insertId, 4n)
  })

  it('an update', async ({ db }) => {
    const result = await db
      .with('dear', (query) => query.selectFrom('book').select('id').where('price', '>', 11))
      .updateTable('book')
      .set({ price: 1 })
      .where('id', 'in', (eb) => eb.selectFrom('dear' as never).select(sql<number>`id`.as('id')))
      .executeTakeFirst()
    assert.equal(result.numUpdatedRows, 2n)
  })

  it('a delete', async ({ db }) => {
    const result = await db
      .with('dear', (query) => query.selectFrom('book').select('id').where('price', '>', 11))
      .deleteFrom('book')
      .where('id', 'in', (eb) => eb.selectFrom('dear' as never).select(sql<number>`id`.as('id')))
      .executeTakeFirst()
    assert.equal(result.numDeletedRows, 2n)
  })
})
