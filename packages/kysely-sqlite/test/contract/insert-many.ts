import assert from 'node:assert/strict'
import fc from 'fast-check'
import { insertMany, ParameterError, UniqueConstraintError } from '@node-cf/kysely-sqlite'
import { CamelCasePlugin, type Generated, sql } from 'kysely'
import { contract, type ContractCase } from './contract.ts'
import { withSamples } from './database.ts'

const author = (index: number) => ({
  first_name: `A${index}`,
  born: index,
  kind: 'person' as const,
})

export const insertManyCases: ContractCase[] = contract('insertMany', (it) => {
  it('1,000 rows', async ({ db }) => {
    const rows = Array.from({ length: 1000 }, (_, index) => author(index))
    const result = await insertMany(db, 'author', rows)
    assert.deepEqual(result, { numInsertedOrUpdatedRows: 1000n, rows: [] })
    const stored = await db
      .selectFrom('author')
      .select(['first_name', 'born', 'kind'])
      .where('id', '>', 3)
      .orderBy('id')
      .execute()
    assert.deepEqual(stored, rows)
  })

  it('no rows', async ({ db }) => {
    assert.deepEqual(await insertMany(db, 'author', []), { numInsertedOrUpdatedRows: 0n, rows: [] })
  })

  it('rows from a generator', async ({ db }) => {
    function* rows() {
      for (let index = 0; index < 5; index += 1) yield author(index)
    }
    assert.equal((await insertMany(db, 'author', rows())).numInsertedOrUpdatedRows, 5n)
  })

  it('more than one parameter can carry', async ({ db }) => {
    const text = 'x'.repeat(100_000)
    const rows = Array.from({ length: 30 }, (_, index) => ({
      book_id: 1,
      stars: 5,
      text: `${index}${text}`,
    }))
    assert.equal((await insertMany(db, 'review', rows)).numInsertedOrUpdatedRows, 30n)
    const { rows: sums } =
      await sql`select count(*) as n, sum(length(text)) as s from review where id > 3`.execute(db)
    assert.deepEqual(sums, [{ n: 30, s: 30 * 100_000 + 10 + 40 }])
  })

  it('a row almost as big as can be', async ({ db }) => {
    const samples = await withSamples(db)
    const blob = new Uint8Array(1_500_000).fill(7)
    const rows = [
      { id: 1, integer: 1, real: 1, text: 'a', blob: null, any: 1 },
      { id: 2, integer: 2, real: 2, text: 'b', blob, any: 2 },
      { id: 3, integer: 3, real: 3, text: 'c', blob: null, any: 3 },
    ]
    assert.equal((await insertMany(samples, 'sample', rows)).numInsertedOrUpdatedRows, 3n)
    assert.deepEqual(await samples.selectFrom('sample').selectAll().orderBy('id').execute(), rows)
  })

  it('columns that are left out get their default', async ({ db }) => {
    const rows = [
      { title: 'a', author_id: 1 },
      { title: 'b', author_id: 1, price: 2 },
      { title: 'c', author_id: 1, price: undefined },
      { author_id: 2, title: 'd' },
    ]
    assert.equal((await insertMany(db, 'book', rows)).numInsertedOrUpdatedRows, 4n)
    const stored = await db
      .selectFrom('book')
      .select(['title', 'author_id', 'price'])
      .where('id', '>', 4)
      .orderBy('id')
      .execute()
    assert.deepEqual(stored, [
      { title: 'a', author_id: 1, price: 9.5 },
      { title: 'b', author_id: 1, price: 2 },
      { title: 'c', author_id: 1, price: 9.5 },
      { title: 'd', author_id: 2, price: 9.5 },
    ])
  })

  it('all rows or none', async ({ db }) => {
    const rows = [
      ...Array.from({ length: 50 }, (_, index) => ({ title: `t${index}`, author_id: 1 })),
      { title: 'Elements', author_id: 1, price: 1 },
    ]
    await assert.rejects(insertMany(db, 'book', rows), UniqueConstraintError)
    assert.equal((await db.selectFrom('book').select('id').execute()).length, 4)
  })

  it('with on conflict', async ({ db }) => {
    const rows = [
      { title: 'Elements', author_id: 1, price: 1 },
      { title: 'Emma', author_id: 1, price: 2 },
    ]
    const ignored = await insertMany(db, 'book', rows, (insert) =>
      insert.onConflict((conflict) => conflict.doNothing()),
    )
    assert.equal(ignored.numInsertedOrUpdatedRows, 1n)
    const updated = await insertMany(db, 'book', rows, (insert) =>
      insert.onConflict((conflict) =>
        conflict.column('title').doUpdateSet((eb) => ({ price: eb.ref('excluded.price') })),
      ),
    )
    assert.equal(updated.numInsertedOrUpdatedRows, 2n)
    const row = await db.selectFrom('book').select('price').where('id', '=', 4).executeTakeFirst()
    assert.deepEqual(row, { price: 1 })
  })

  it('with returning', async ({ db }) => {
    const rows = Array.from({ length: 300 }, (_, index) => author(index))
    const result = await insertMany(db, 'author', rows, (insert) =>
      insert.returning(['id', 'born']),
    )
    assert.equal(result.numInsertedOrUpdatedRows, 300n)
    assert.deepEqual(result.rows[0], { id: 4, born: 0 })
    assert.deepEqual(result.rows.at(-1), { id: 303, born: 299 })
  })

  it('or ignore', async ({ db }) => {
    const rows = [
      { title: 'Elements', author_id: 1 },
      { title: 'x', author_id: 1 },
    ]
    const result = await insertMany(db, 'book', rows, (insert) => insert.orIgnore())
    assert.equal(result.numInsertedOrUpdatedRows, 1n)
  })

  it('with CamelCasePlugin', async ({ createDb }) => {
    interface Camel {
      author: { id: Generated<number>; firstName: string; kind: string }
    }
    const db = createDb<Camel>({ plugins: [new CamelCasePlugin()] })
    const { rows } = await insertMany(
      db,
      'author',
      [{ firstName: 'Mary', kind: 'person' }],
      (insert) => insert.returning(['id', 'firstName']),
    )
    assert.deepEqual(rows, [{ id: 4, firstName: 'Mary' }])
  })

  it('refuses what SQLite has no type for', async ({ db }) => {
    const rows = [author(1), { ...author(2), born: Number.NaN }]
    await assert.rejects(insertMany(db, 'author', rows), (error: unknown) => {
      assert.ok(error instanceof ParameterError)
      assert.equal(error.position, 2)
      assert.match(error.message, /^Column "born" of row 2 is NaN: /)
      return true
    })
  })

  it('refuses a row without values', async ({ db }) => {
    await assert.rejects(insertMany(db, 'author', [{} as never]), { code: 'ERR_SQLITE_ARGUMENT' })
  })

  it('stores any values as single inserts store them', async ({ db }) => {
    const samples = await withSamples(db)
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))
    const double = fc.double({ noNaN: true, noDefaultInfinity: true })
    const any = fc.oneof(
      text,
      fc.uint8Array({ maxLength: 20 }),
      fc.constant(null),
      double,
      fc.integer(),
      fc.boolean(),
      fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    )
    const sample = fc.record({ integer: any, real: any, text: any, blob: any, any })
    // Text tells apart what JavaScript's numbers would not: 1 and 1.0, or the last bits of integers.
    const exact = sql`select id, ${sql.join(
      ['integer', 'real', 'text', 'blob', 'any'].map(
        (column) => sql`typeof(${sql.ref(column)}) || quote(${sql.ref(column)})`,
      ),
    )} from sample order by id`
    await fc.assert(
      fc.asyncProperty(fc.array(sample, { minLength: 1, maxLength: 12 }), async (values) => {
        const rows = values.map((value, id) => ({ id, ...value }))
        await samples.deleteFrom('sample').execute()
        await samples.insertInto('sample').values(rows).execute()
        const single = await exact.execute(samples)
        const singleRows = await samples.selectFrom('sample').selectAll().orderBy('id').execute()
        await samples.deleteFrom('sample').execute()
        await insertMany(samples, 'sample', rows)
        assert.deepEqual((await exact.execute(samples)).rows, single.rows)
        assert.deepEqual(
          await samples.selectFrom('sample').selectAll().orderBy('id').execute(),
          singleRows,
        )
      }),
      { numRuns: 25 },
    )
  })
})
