import assert from 'node:assert/strict'
import fc from 'fast-check'
import { inList, ParameterError } from '@node-cf/kysely-sqlite'
import { type Kysely, sql } from 'kysely'
import { contract, type ContractCase } from './contract.ts'
import type { Database } from './database.ts'

interface Samples {
  sample: { id: number; value: unknown }
}

async function withSamples(db: Kysely<Database>, values: unknown[]): Promise<Kysely<Samples>> {
  await sql`create table sample (id integer primary key, value)`.execute(db)
  const samples = db as unknown as Kysely<Samples>
  for (const [id, value] of values.entries()) {
    await samples.insertInto('sample').values({ id, value }).execute()
  }
  return samples
}

export const inListCases: ContractCase[] = contract('inList', (it) => {
  it('of numbers', async ({ db }) => {
    const rows = await db
      .selectFrom('book')
      .select('id')
      .where('id', 'in', inList([1, 4, 99]))
      .orderBy('id')
      .execute()
    assert.deepEqual(rows, [{ id: 1 }, { id: 4 }])
  })

  it('of text', async ({ db }) => {
    const titles = ['Elements', `it's "quoted"`, 'Invisible Cities']
    const rows = await db
      .selectFrom('book')
      .select('id')
      .where('title', 'in', inList(titles))
      .orderBy('id')
      .execute()
    assert.deepEqual(rows, [{ id: 3 }, { id: 4 }])
  })

  it('not in', async ({ db }) => {
    const rows = await db
      .selectFrom('book')
      .select('id')
      .where('id', 'not in', inList([1, 2, 3]))
      .execute()
    assert.deepEqual(rows, [{ id: 4 }])
  })

  it('of nothing', async ({ db }) => {
    assert.deepEqual(
      await db.selectFrom('book').select('id').where('id', 'in', inList([])).execute(),
      [],
    )
    const others = await db
      .selectFrom('book')
      .select('id')
      .where('id', 'not in', inList([]))
      .execute()
    assert.equal(others.length, 4)
  })

  it('of 10,000 values, with others beside it', async ({ db }) => {
    const ids = Array.from({ length: 10_000 }, (_, index) => index)
    const rows = await db
      .selectFrom('book')
      .select('id')
      .where('id', 'in', inList(ids))
      .where('title', 'in', inList(new Set(['Elements'])))
      .where('price', '>', 1)
      .execute()
    assert.deepEqual(rows, [{ id: 4 }])
  })

  it('in a delete and an update', async ({ db }) => {
    const updated = await db
      .updateTable('book')
      .set({ price: 1 })
      .where('id', 'in', inList([1, 2]))
      .executeTakeFirst()
    assert.equal(updated.numUpdatedRows, 2n)
    const deleted = await db
      .deleteFrom('review')
      .where('id', 'in', inList([1, 3]))
      .executeTakeFirst()
    assert.equal(deleted.numDeletedRows, 2n)
  })

  it('of bigints, bytes, dates, booleans and null', async ({ db }) => {
    const date = new Date(0)
    const values = [2n ** 60n + 1n, Uint8Array.of(0, 255), date, true, 'x', 1.5, Uint8Array.of()]
    const samples = await withSamples(db, values)
    for (const [id, value] of values.entries()) {
      const rows = await samples
        .selectFrom('sample')
        .select('id')
        .where('value', 'in', inList([value, 'no']))
        .execute()
      assert.deepEqual(rows, [{ id }], String(value))
    }
    const all = await samples
      .selectFrom('sample')
      .select('id')
      .where('value', 'in', inList([...values, null]))
      .execute()
    assert.equal(all.length, values.length)
  })

  it('takes an index', async ({ db }) => {
    const plan = await db
      .selectFrom('book')
      .selectAll()
      .where('author_id', 'in', inList([1, 2]))
      .explain<{ detail: string }>(undefined, sql`query plan`)
    assert.ok(plan.some(({ detail }) => detail.includes('USING INDEX book_author')))
  })

  it('refuses what SQLite has no type for', async ({ db }) => {
    assert.throws(
      () =>
        db
          .selectFrom('book')
          .select('id')
          .where('id', 'in', inList([1, Number.NaN])),
      (error: unknown) => {
        assert.ok(error instanceof ParameterError)
        assert.match(error.message, /^Value 2 of the list is NaN: /)
        return error.position === 2
      },
    )
  })

  it('finds exactly what equality finds', async ({ db }) => {
    const value = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 5 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.uint8Array({ maxLength: 5 }),
    )
    const samples = await withSamples(db, [])
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(value, { minLength: 1, maxLength: 20 }), async (values) => {
        await samples.deleteFrom('sample').execute()
        await samples
          .insertInto('sample')
          .values(values.map((v, id) => ({ id, value: v })))
          .execute()
        const all = await samples
          .selectFrom('sample')
          .select('id')
          .where('value', 'in', inList(values))
          .execute()
        assert.equal(all.length, values.length)
      }),
      { numRuns: 12 },
    )
  })
})
