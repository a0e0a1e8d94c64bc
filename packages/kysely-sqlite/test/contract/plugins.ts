import assert from 'node:assert/strict'
import {
  CamelCasePlugin,
  DeduplicateJoinsPlugin,
  type Generated,
  HandleEmptyInListsPlugin,
  type KyselyPlugin,
  ParseJSONResultsPlugin,
  replaceWithNoncontingentExpression,
  SafeNullComparisonPlugin,
  sql,
} from 'kysely'
import { contract, type ContractCase } from './contract.ts'

interface CamelDatabase {
  author: { id: Generated<number>; firstName: string; lastName: string | null; kind: string }
  book: { id: Generated<number>; title: string; authorId: number }
}

export const pluginCases: ContractCase[] = contract('plugins', (it) => {
  it('CamelCasePlugin, select', async ({ createDb }) => {
    const db = createDb<CamelDatabase>({ plugins: [new CamelCasePlugin()] })
    const row = await db
      .selectFrom('book')
      .innerJoin('author', 'author.id', 'book.authorId')
      .select(['author.firstName', 'book.authorId as theAuthor'])
      .where('author.lastName', '=', 'Calvino')
      .executeTakeFirst()
    assert.deepEqual(row, { firstName: 'Italo', theAuthor: 2 })
  })

  it('CamelCasePlugin, insert, update, delete', async ({ createDb }) => {
    const db = createDb<CamelDatabase>({ plugins: [new CamelCasePlugin()] })
    const inserted = await db
      .insertInto('author')
      .values({ firstName: 'Mary', kind: 'person' })
      .returning(['id', 'firstName'])
      .executeTakeFirst()
    assert.deepEqual(inserted, { id: 4, firstName: 'Mary' })
    const updated = await db
      .updateTable('author')
      .set({ lastName: 'S' })
      .where('firstName', '=', 'Mary')
      .executeTakeFirst()
    assert.equal(updated.numUpdatedRows, 1n)
    const deleted = await db.deleteFrom('author').where('lastName', '=', 'S').executeTakeFirst()
    assert.equal(deleted.numDeletedRows, 1n)
  })

  it('CamelCasePlugin, schema', async ({ createDb, db: plain }) => {
    const db = createDb<CamelDatabase>({ plugins: [new CamelCasePlugin()] })
    await db.schema.createTable('bookShop').addColumn('openSince', 'integer').execute()
    const { rows } = await sql`select open_since from book_shop`.execute(plain)
    assert.deepEqual(rows, [])
  })

  it('CamelCasePlugin leaves blobs alone', async ({ createDb }) => {
    const db = createDb<CamelDatabase>({ plugins: [new CamelCasePlugin()] })
    const { rows } = await sql`select x'0102' as some_blob`.execute(db)
    assert.deepEqual(rows, [{ someBlob: Uint8Array.of(1, 2) }])
  })

  it('DeduplicateJoinsPlugin', async ({ createDb }) => {
    const db = createDb({ plugins: [new DeduplicateJoinsPlugin()] })
    const rows = await db
      .selectFrom('book')
      .innerJoin('author', 'author.id', 'book.author_id')
      .innerJoin('author', 'author.id', 'book.author_id')
      .select('book.id')
      .execute()
    assert.equal(rows.length, 4)
  })

  it('ParseJSONResultsPlugin', async ({ createDb }) => {
    const db = createDb({ plugins: [new ParseJSONResultsPlugin()] })
    const { rows } = await sql`select '{"a":[1,{"b":2}]}' as j, '[]' as k, 'x' as t`.execute(db)
    assert.deepEqual(rows, [{ j: { a: [1, { b: 2 }] }, k: [], t: 'x' }])
  })

  it('ParseJSONResultsPlugin leaves blobs alone', async ({ createDb }) => {
    const db = createDb({ plugins: [new ParseJSONResultsPlugin()] })
    const { rows } = await sql<{ b: unknown }>`select x'5b5d' as b`.execute(db)
    assert.ok(rows[0]!.b instanceof Uint8Array)
  })

  it('HandleEmptyInListsPlugin', async ({ createDb }) => {
    const plugin = new HandleEmptyInListsPlugin({ strategy: replaceWithNoncontingentExpression })
    const db = createDb({ plugins: [plugin] })
    assert.deepEqual(await db.selectFrom('book').select('id').where('id', 'in', []).execute(), [])
  })

  it('an empty list without a plugin', async ({ db }) => {
    assert.deepEqual(await db.selectFrom('book').select('id').where('id', 'in', []).execute(), [])
  })

  it('SafeNullComparisonPlugin', async ({ createDb }) => {
    const db = createDb({ plugins: [new SafeNullComparisonPlugin()] })
    const rows = await db.selectFrom('book').select('id').where('year', '=', null).execute()
    assert.deepEqual(rows, [{ id: 4 }])
  })

  it('withSchema', async ({ db }) => {
    const row = await db
      .withSchema('main')
      .selectFrom('book')
      .innerJoin('author', 'author.id', 'book.author_id')
      .select('author.first_name')
      .where('book.id', '=', 1)
      .executeTakeFirst()
    assert.deepEqual(row, { first_name: 'Ursula' })
  })

  it('withSchema, insert', async ({ db }) => {
    const result = await db
      .withSchema('main')
      .insertInto('review')
      .values({ book_id: 1, stars: 1 })
      .executeTakeFirst()
    assert.equal(result.insertId, 4n)
  })

  it('several, in their order', async ({ createDb }) => {
    const db = createDb({ plugins: [new ParseJSONResultsPlugin(), new CamelCasePlugin()] })
    const { rows } = await sql`select '{"some_key":1}' as the_json`.execute(db)
    assert.deepEqual(rows, [{ theJson: { someKey: 1 } }])
  })

  it('of one query, and of none', async ({ db }) => {
    const camel = db.withPlugin(new CamelCasePlugin())
    const { rows } = await sql`select 1 as a_b`.execute(camel)
    assert.deepEqual(rows, [{ aB: 1 }])
    assert.deepEqual((await sql`select 1 as a_b`.execute(camel.withoutPlugins())).rows, [
      { a_b: 1 },
    ])
  })

  it('of your own, that know their query by its id', async ({ db }) => {
    const kinds = new WeakMap<object, string>()
    const seen: unknown[] = []
    const plugin: KyselyPlugin = {
      transformQuery({ node, queryId }) {
        kinds.set(queryId, node.kind)
        return node
      },
      transformResult({ queryId, result }) {
        seen.push([kinds.get(queryId), result.rows.length, result.numAffectedRows])
        return Promise.resolve(result)
      },
    }
    const observed = db.withPlugin(plugin)
    await observed.selectFrom('author').selectAll().execute()
    await observed.deleteFrom('review').execute()
    assert.deepEqual(seen, [
      ['SelectQueryNode', 3, undefined],
      ['DeleteQueryNode', 0, 3n],
    ])
  })
})
