import assert from 'node:assert/strict'
import { sql, type SqlBool } from 'kysely'
import { contract, type ContractCase } from './contract.ts'

export const joinCases: ContractCase[] = contract('join', (it) => {
  it('inner', async ({ db }) => {
    const rows = await db
      .selectFrom('book')
      .innerJoin('author', 'author.id', 'book.author_id')
      .select(['book.title', 'author.last_name'])
      .where('book.id', '=', 3)
      .execute()
    assert.deepEqual(rows, [{ title: 'Invisible Cities', last_name: 'Calvino' }])
  })

  it('inner, with ids of both under names of their own', async ({ db }) => {
    const row = await db
      .selectFrom('book')
      .innerJoin('author', 'author.id', 'book.author_id')
      .select(['book.id as bookId', 'author.id as authorId'])
      .where('book.id', '=', 4)
      .executeTakeFirst()
    assert.deepEqual(row, { bookId: 4, authorId: 3 })
  })

  it('left', async ({ db }) => {
    const rows = await db
      .selectFrom('book')
      .leftJoin('review', 'review.book_id', 'book.id')
      .select(['book.id', 'review.stars'])
      .orderBy('book.id')
      .orderBy('review.id')
      .execute()
    assert.deepEqual(rows, [
      { id: 1, stars: 5 },
      { id: 1, stars: 3 },
      { id: 2, stars: null },
      { id: 3, stars: 4 },
      { id: 4, stars: null },
    ])
  })

  it('right', async ({ db }) => {
    const rows = await db
      .selectFrom('review')
      .rightJoin('book', 'book.id', 'review.book_id')
      .select(['book.id', 'review.id as review'])
      .where('review.id', 'is', null)
      .orderBy('book.id')
      .execute()
    assert.deepEqual(rows, [
      { id: 2, review: null },
      { id: 4, review: null },
    ])
  })

  it('full', async ({ db }) => {
    const rows = await db
      .selectFrom('author')
      .fullJoin('book', (join) =>
        join.onRef('book.author_id', '=', 'author.id').on('book.year', '>', 1972),
      )
      .select(['author.id as author', 'book.id as book'])
      .orderBy('author.id')
      .orderBy('book.id')
      .execute()
    assert.equal(rows.length, 6)
    assert.deepEqual(rows.at(-1), { author: 3, book: null })
  })

  it('cross', async ({ db }) => {
    const rows = await db.selectFrom('author').crossJoin('book').select('book.id').execute()
    assert.equal(rows.length, 12)
  })

  it('with several conditions', async ({ db }) => {
    const rows = await db
      .selectFrom('author')
      .innerJoin('book', (join) =>
        join
          .onRef('book.author_id', '=', 'author.id')
          .on('book.price', '<', 11)
          .on((eb) => eb.or([eb('book.year', '=', 1971), eb('book.year', '=', 1972)])),
      )
      .select('book.id')
      .orderBy('book.id')
      .execute()
    assert.deepEqual(rows, [{ id: 2 }, { id: 3 }])
  })

  it('on true', async ({ db }) => {
    const rows = await db
      .selectFrom('author')
      .innerJoin('book', (join) => join.onTrue())
      .select('book.id')
      .execute()
    assert.equal(rows.length, 12)
  })

  it('of a table with itself', async ({ db }) => {
    const rows = await db
      .selectFrom('book as first')
      .innerJoin('book as second', 'second.author_id', 'first.author_id')
      .whereRef('first.id', '<', 'second.id')
      .select(['first.id as first', 'second.id as second'])
      .execute()
    assert.deepEqual(rows, [{ first: 1, second: 2 }])
  })

  it('of a subquery', async ({ db }) => {
    const rows = await db
      .selectFrom('book')
      .innerJoin(
        (eb) =>
          eb
            .selectFrom('review')
            .select((review) => ['book_id', review.fn.avg<number>('stars').as('stars')])
            .groupBy('book_id')
            .as('rating'),
        (join) => join.onRef('rating.book_id', '=', 'book.id'),
      )
      .select(['book.id', 'rating.stars'])
      .orderBy('book.id')
      .execute()
    assert.deepEqual(rows, [
      { id: 1, stars: 4 },
      { id: 3, stars: 4 },
    ])
  })

  it('of three tables', async ({ db }) => {
    const rows = await db
      .selectFrom('author')
      .innerJoin('book', 'book.author_id', 'author.id')
      .innerJoin('review', 'review.book_id', 'book.id')
      .select(['author.first_name', 'review.text'])
      .where('review.stars', '>=', 4)
      .orderBy('review.id')
      .execute()
    assert.deepEqual(rows, [
      { first_name: 'Ursula', text: 'wonderful' },
      { first_name: 'Italo', text: 'like a dream' },
    ])
  })

  it('with a raw expression', async ({ db }) => {
    const rows = await db
      .selectFrom('book')
      .innerJoin('author', (join) => join.on(sql<SqlBool>`author.id = book.author_id + ${0}`))
      .select('author.id')
      .where('book.id', '=', 1)
      .execute()
    assert.deepEqual(rows, [{ id: 1 }])
  })

  it('of several tables in from', async ({ db }) => {
    const rows = await db
      .selectFrom(['author', 'book', 'review'])
      .whereRef('book.author_id', '=', 'author.id')
      .whereRef('review.book_id', '=', 'book.id')
      .select('review.id')
      .execute()
    assert.equal(rows.length, 3)
  })
})
