import assert from 'node:assert/strict'
import { ParseJSONResultsPlugin, sql } from 'kysely'
import { jsonArrayFrom, jsonBuildObject, jsonObjectFrom } from 'kysely/helpers/sqlite'
import { contract, type ContractCase } from './contract.ts'

export const jsonCases: ContractCase[] = contract('JSON', (it) => {
  it('jsonArrayFrom', async ({ createDb }) => {
    const db = createDb({ plugins: [new ParseJSONResultsPlugin()] })
    const rows = await db
      .selectFrom('author')
      .select((eb) => [
        'id',
        jsonArrayFrom(
          eb
            .selectFrom('book')
            .select(['book.id', 'title'])
            .whereRef('author_id', '=', 'author.id')
            .orderBy('book.id'),
        ).as('books'),
      ])
      .orderBy('id')
      .limit(1)
      .execute()
    assert.deepEqual(rows, [
      {
        id: 1,
        books: [
          { id: 1, title: 'The Dispossessed' },
          { id: 2, title: 'The Lathe of Heaven' },
        ],
      },
    ])
  })

  it('jsonArrayFrom of nothing', async ({ createDb }) => {
    const db = createDb({ plugins: [new ParseJSONResultsPlugin()] })
    const row = await db
      .selectNoFrom((eb) =>
        jsonArrayFrom(eb.selectFrom('book').select('id').where('id', '=', 99)).as('books'),
      )
      .executeTakeFirst()
    assert.deepEqual(row, { books: [] })
  })

  it('jsonObjectFrom', async ({ createDb }) => {
    const db = createDb({ plugins: [new ParseJSONResultsPlugin()] })
    const row = await db
      .selectFrom('book')
      .select((eb) => [
        'title',
        jsonObjectFrom(
          eb
            .selectFrom('author')
            .select(['author.first_name', 'author.born'])
            .whereRef('author.id', '=', 'book.author_id'),
        ).as('author'),
      ])
      .where('book.id', '=', 3)
      .executeTakeFirst()
    assert.deepEqual(row, {
      title: 'Invisible Cities',
      author: { first_name: 'Italo', born: 1923 },
    })
  })

  it('jsonBuildObject', async ({ createDb }) => {
    const db = createDb({ plugins: [new ParseJSONResultsPlugin()] })
    const row = await db
      .selectFrom('author')
      .select((eb) =>
        jsonBuildObject({
          first: eb.ref('first_name'),
          length: eb.fn<number>('length', ['first_name']),
        }).as('name'),
      )
      .where('id', '=', 1)
      .executeTakeFirst()
    assert.deepEqual(row, { name: { first: 'Ursula', length: 6 } })
  })

  it('jsonArrayFrom inside jsonArrayFrom', async ({ createDb }) => {
    const db = createDb({ plugins: [new ParseJSONResultsPlugin()] })
    const row = await db
      .selectFrom('author')
      .select((author) =>
        jsonArrayFrom(
          author
            .selectFrom('book')
            .select((book) => [
              'book.id',
              jsonArrayFrom(
                book
                  .selectFrom('review')
                  .select('stars')
                  .whereRef('review.book_id', '=', 'book.id')
                  .orderBy('review.id'),
              ).as('reviews'),
            ])
            .whereRef('book.author_id', '=', 'author.id')
            .orderBy('book.id'),
        ).as('books'),
      )
      .where('author.id', '=', 1)
      .executeTakeFirst()
    assert.deepEqual(row, {
      books: [
        { id: 1, reviews: [{ stars: 5 }, { stars: 3 }] },
        { id: 2, reviews: [] },
      ],
    })
  })

  it('text without ParseJSONResultsPlugin', async ({ db }) => {
    const row = await db
      .selectNoFrom((eb) =>
        jsonArrayFrom(eb.selectFrom('book').select('id').where('id', '=', 1)).as('books'),
      )
      .executeTakeFirst()
    assert.equal(row!.books, '[{"id":1}]')
  })

  it('extraction by -> and ->>', async ({ db }) => {
    await sql`create table document (id integer primary key, body text)`.execute(db)
    interface Body {
      title: string
      tags: string[]
      size: { width: number }
    }
    const documents = db.$extendTables<{ document: { id: number; body: Body } }>()
    const body = JSON.stringify({ title: 'x', tags: ['a', 'b'], size: { width: 3 } })
    await documents
      .insertInto('document')
      .values({ id: 1, body: body as never })
      .execute()
    const row = await documents
      .selectFrom('document')
      .select((eb) => [
        eb.ref('body', '->>').key('title').as('title'),
        eb.ref('body', '->').key('tags').at(1).as('tag'),
        eb.ref('body', '->>').key('size').key('width').as('width'),
        eb.ref('body', '->>$').key('tags').at(0).as('first'),
      ])
      .executeTakeFirst()
    assert.deepEqual(row, { title: 'x', tag: '"b"', width: 3, first: 'a' })
  })

  it('each and tree', async ({ db }) => {
    const { rows } =
      await sql`select key, value, type from json_each(${'{"a":1,"b":[2]}'})`.execute(db)
    assert.deepEqual(rows, [
      { key: 'a', value: 1, type: 'integer' },
      { key: 'b', value: '[2]', type: 'array' },
    ])
  })

  it('set, patch and validity', async ({ db }) => {
    const { rows } = await sql`select json_set(${'{"a":1}'}, '$.b', ${'x'}) as a,
      json_patch('{"a":1}', '{"a":null}') as b, json_valid('{') as c`.execute(db)
    assert.deepEqual(rows, [{ a: '{"a":1,"b":"x"}', b: '{}', c: 0 }])
  })
})
