import assert from 'node:assert/strict'
import { batch, UniqueConstraintError } from '@node-cf/kysely-sqlite'
import {
  CamelCasePlugin,
  DeleteResult,
  type Generated,
  InsertResult,
  sql,
  UpdateResult,
} from 'kysely'
import { contract, type ContractCase } from './contract.ts'

export const batchCases: ContractCase[] = contract('batch', (it) => {
  it('returns what each query would return', async ({ db }) => {
    const [authors, inserted, updated, deleted, returned, raw] = await batch(db, [
      db.selectFrom('author').select('first_name').where('id', '=', 1),
      db.insertInto('book').values([
        { title: 'Emma', author_id: 1 },
        { title: 'Persuasion', author_id: 1 },
      ]),
      db.updateTable('book').set({ price: 1 }).where('author_id', '=', 1),
      db.deleteFrom('author').where('id', '=', 2),
      db.insertInto('author').values({ first_name: 'M', kind: 'person' }).returning(['id', 'kind']),
      sql<{ two: number }>`select ${1} + 1 as two`,
    ])
    assert.deepEqual(authors, [{ first_name: 'Ursula' }])
    assert.ok(inserted[0] instanceof InsertResult)
    assert.equal(inserted[0].insertId, 6n)
    assert.equal(inserted[0].numInsertedOrUpdatedRows, 2n)
    assert.ok(updated[0] instanceof UpdateResult)
    assert.equal(updated[0].numUpdatedRows, 4n)
    assert.ok(deleted[0] instanceof DeleteResult)
    assert.equal(deleted[0].numDeletedRows, 1n)
    assert.deepEqual(returned, [{ id: 4, kind: 'person' }])
    assert.deepEqual(raw, [{ two: 2 }])
    // Types are those of the queries.
    const name: string = authors[0]!.first_name
    const id: number = returned[0]!.id
    const two: number = raw[0]!.two
    assert.ok(name && id && two)
  })

  it('of one query', async ({ db }) => {
    const [rows] = await batch(db, [db.selectFrom('author').select('id').orderBy('id')])
    assert.deepEqual(rows, [{ id: 1 }, { id: 2 }, { id: 3 }])
  })

  it('of nothing', async ({ db }) => {
    assert.deepEqual(await batch(db, []), [])
  })

  it('of compiled queries', async ({ db }) => {
    const [rows] = await batch(db, [db.selectFrom('author').select('id').limit(1).compile()])
    assert.deepEqual(rows, [{ id: 1 }])
  })

  it('of a list whose length is not known', async ({ db }) => {
    const queries = [4, 5, 6].map((id) =>
      db.insertInto('review').values({ id, book_id: 1, stars: 1 }).returning('id'),
    )
    const results: { id: number }[][] = await batch(db, queries)
    assert.deepEqual(results.flat(), [{ id: 4 }, { id: 5 }, { id: 6 }])
  })

  it('takes effect as a whole or not at all', async ({ db }) => {
    await assert.rejects(
      batch(db, [
        db.insertInto('author').values({ first_name: 'M', kind: 'person' }),
        db.deleteFrom('review'),
        db.insertInto('book').values({ title: 'Elements', author_id: 1 }),
      ]),
      (error: unknown) => {
        assert.ok(error instanceof UniqueConstraintError)
        assert.deepEqual(error.columns, ['title'])
        return true
      },
    )
    assert.equal((await db.selectFrom('author').select('id').execute()).length, 3)
    assert.equal((await db.selectFrom('review').select('id').execute()).length, 3)
  })

  it('changes the schema as a whole or not at all', async ({ db }) => {
    await assert.rejects(
      batch(db, [
        db.schema.createTable('fresh').addColumn('id', 'integer'),
        db.schema.dropTable('nothing'),
      ] as never),
    )
    assert.deepEqual(
      (await sql`select name from sqlite_schema where name = 'fresh'`.execute(db)).rows,
      [],
    )
  })

  it('sees in each query what those before it did', async ({ db }) => {
    const [, rows] = await batch(db, [
      db.updateTable('book').set({ price: 77 }).where('id', '=', 1),
      db.selectFrom('book').select('price').where('id', '=', 1),
    ])
    assert.deepEqual(rows, [{ price: 77 }])
  })

  it('uses the id of an insert in the next query', async ({ db }) => {
    await batch(db, [
      db.insertInto('author').values({ first_name: 'Jane', kind: 'person' }),
      db.insertInto('book').values({ title: 'Emma', author_id: sql<number>`last_insert_rowid()` }),
    ])
    const row = await db
      .selectFrom('book')
      .select('author_id')
      .where('title', '=', 'Emma')
      .executeTakeFirst()
    assert.deepEqual(row, { author_id: 4 })
  })

  it('sends nothing when a parameter cannot be bound', async ({ db }) => {
    await assert.rejects(
      batch(db, [
        db.deleteFrom('review'),
        db.insertInto('author').values({ first_name: [] as never, kind: 'person' }),
      ]),
      { code: 'ERR_SQLITE_PARAMETER' },
    )
    assert.equal((await db.selectFrom('review').select('id').execute()).length, 3)
  })

  it('applies plugins to each result', async ({ createDb }) => {
    interface Camel {
      author: { id: Generated<number>; firstName: string; lastName: string | null; kind: string }
    }
    const db = createDb<Camel>({ plugins: [new CamelCasePlugin()] })
    const [inserted, rows] = await batch(db, [
      db.insertInto('author').values({ firstName: 'M', kind: 'person' }).returning('firstName'),
      db.selectFrom('author').select(['firstName', 'lastName']).where('id', '=', 1),
    ])
    assert.deepEqual(inserted, [{ firstName: 'M' }])
    assert.deepEqual(rows, [{ firstName: 'Ursula', lastName: 'Le Guin' }])
  })

  it('reads a snapshot', async ({ db }) => {
    const [before, after] = await batch(db, [
      db.selectFrom('author').select((eb) => eb.fn.countAll<number>().as('n')),
      db.selectFrom('author').select((eb) => eb.fn.countAll<number>().as('n')),
    ])
    assert.deepEqual(before, after)
  })

  it('of a hundred queries', async ({ db }) => {
    const queries = Array.from({ length: 100 }, (_, index) =>
      db.insertInto('author').values({ first_name: `A${index}`, kind: 'group' }),
    )
    const results = await batch(db, queries)
    assert.equal(results.length, 100)
    assert.equal(results[99]![0]!.insertId, 103n)
  })

  it('is not sent with an aborted signal', async ({ db }) => {
    const signal = AbortSignal.abort(new RangeError('enough'))
    await assert.rejects(batch(db, [db.deleteFrom('review')], { signal }), RangeError)
    assert.equal((await db.selectFrom('review').select('id').execute()).length, 3)
  })

  it('is waited for no longer when its signal is aborted', async ({ db }) => {
    const controller = new AbortController()
    const { signal } = controller
    const running = batch(db, [db.selectFrom('review').selectAll()], { signal })
    controller.abort(new RangeError('enough'))
    await assert.rejects(running, RangeError)
    assert.equal((await db.selectFrom('review').select('id').execute()).length, 3)
  })

  it('returns blobs as Uint8Array', async ({ db }) => {
    const [rows] = await batch(db, [
      sql<{ b: Uint8Array }>`select x'0102' as b`,
      db.deleteFrom('review'),
    ])
    assert.deepEqual(rows, [{ b: Uint8Array.of(1, 2) }])
  })
})
