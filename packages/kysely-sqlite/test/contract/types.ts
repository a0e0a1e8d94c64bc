import assert from 'node:assert/strict'
import fc from 'fast-check'
import { CompiledQuery, type Kysely, sql } from 'kysely'
import { ParameterError } from '@node-cf/kysely-sqlite'
import { contract, type ContractCase } from './contract.ts'
import { type Database, withSamples } from './database.ts'

/** What a value becomes by being a parameter, and its type in SQL. */
async function bound(db: Kysely<Database>, value: unknown): Promise<[unknown, string]> {
  const { rows } = await sql<{ v: unknown; t: string }>`select v, typeof(v) as t
    from (select ${value} as v)`.execute(db)
  return [rows[0]!.v, rows[0]!.t]
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

export const typeCases: ContractCase[] = contract('types', (it) => {
  const parameters: Record<string, [value: unknown, read: unknown, type: string]> = {
    null: [null, null, 'null'],
    true: [true, 1, 'integer or real'],
    false: [false, 0, 'integer or real'],
    'a whole number': [42, 42, 'real'],
    'a negative number': [-42, -42, 'real'],
    'a fraction': [0.1, 0.1, 'real'],
    'the greatest number': [Number.MAX_VALUE, Number.MAX_VALUE, 'real'],
    'the smallest number': [Number.MIN_VALUE, Number.MIN_VALUE, 'real'],
    'the greatest safe integer': [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 'real'],
    'a bigint': [42n, 42, 'integer'],
    'empty text': ['', '', 'text'],
    text: ['héllo', 'héllo', 'text'],
    'text with every plane': ['aé€😀', 'aé€😀', 'text'],
    'text with a NUL': ['a\0b', 'a\0b', 'text'],
    'text with quotes': [`'"\`;--`, `'"\`;--`, 'text'],
    'half a surrogate pair': ['a\ud800b', 'a\ufffdb', 'text'],
    'a Date': [new Date(Date.UTC(2026, 1, 3, 4, 5, 6, 7)), '2026-02-03T04:05:06.007Z', 'text'],
    'a Uint8Array': [bytes(0, 1, 254, 255), bytes(0, 1, 254, 255), 'blob'],
    'an empty Uint8Array': [bytes(), bytes(), 'blob'],
    'a part of a buffer': [bytes(1, 2, 3, 4).subarray(1, 3), bytes(2, 3), 'blob'],
    'a Buffer': [Buffer.from('hi'), bytes(104, 105), 'blob'],
    'an ArrayBuffer': [bytes(7, 8).buffer, bytes(7, 8), 'blob'],
    'a DataView': [new DataView(bytes(7, 8, 9).buffer, 1), bytes(8, 9), 'blob'],
    'a Uint16Array, as its bytes': [new Uint16Array([0x0201]), bytes(1, 2), 'blob'],
  }
  for (const [name, [value, read, type]] of Object.entries(parameters)) {
    it(`${name} as a parameter`, async ({ db }) => {
      const [got, storage] = await bound(db, value)
      assert.deepEqual(got, read)
      assert.ok(type.includes(storage), `${storage} is not ${type}`)
    })
  }

  const refused: Record<string, [unknown, RegExp]> = {
    undefined: [undefined, /^Parameter 2 is undefined: /],
    NaN: [Number.NaN, /^Parameter 2 is NaN: /],
    Infinity: [Infinity, /^Parameter 2 is Infinity: /],
    '-Infinity': [-Infinity, /^Parameter 2 is -Infinity: /],
    'an array': [[1, 2], /^Parameter 2 is an array: /],
    'an object': [{ secret: 'x' }, /^Parameter 2 is an object: /],
    'a Map': [new Map(), /^Parameter 2 is an object: /],
    'a function': [() => 1, /^Parameter 2 is a function: /],
    'a symbol': [Symbol('s'), /^Parameter 2 is a symbol: /],
    'an invalid Date': [new Date(Number.NaN), /^Parameter 2 is an invalid Date: /],
    'a bigint of 65 bits': [2n ** 63n, /^Parameter 2 is a bigint of more than 64 bits: /],
  }
  for (const [name, [value, message]] of Object.entries(refused)) {
    it(`${name} is refused`, async ({ db }) => {
      const query = CompiledQuery.raw('select ? as a, ? as b', [1, value])
      await assert.rejects(db.executeQuery(query), (error: unknown) => {
        assert.ok(error instanceof ParameterError)
        assert.equal(error.code, 'ERR_SQLITE_PARAMETER')
        assert.equal(error.position, 2)
        assert.equal(error.sql, 'select ? as a, ? as b')
        assert.match(error.message, message)
        assert.doesNotMatch(error.message, /secret/)
        return true
      })
    })
  }

  it('a bigint in a column of integers keeps 64 bits', async ({ db }) => {
    const samples = await withSamples(db)
    const values = [2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n, 0n, -1n]
    for (const [id, integer] of values.entries()) {
      await samples
        .insertInto('sample')
        .values({ id, integer, real: 0, text: '', blob: null, any: integer })
        .execute()
    }
    const rows = await samples
      .selectFrom('sample')
      .select([
        sql<string>`cast("integer" as text)`.as('i'),
        sql<string>`cast("any" as text)`.as('a'),
        sql<string>`typeof("any")`.as('t'),
      ])
      .orderBy('id')
      .execute()
    assert.deepEqual(
      rows,
      values.map((value) => ({ i: String(value), a: String(value), t: 'integer' })),
    )
  })

  it('a bigint finds a row, by its column, by an expression and in a list', async ({ db }) => {
    const samples = await withSamples(db)
    const id = 2n ** 60n + 1n
    await samples
      .insertInto('sample')
      .values({ id: id as never, integer: id, real: 0, text: '', blob: null, any: 1 })
      .execute()
    const count = async (condition: ReturnType<typeof sql>): Promise<unknown> =>
      (await sql<{ n: number }>`select count(*) as n from sample where ${condition}`.execute(db))
        .rows[0]!.n
    assert.equal(await count(sql`id = ${id}`), 1)
    assert.equal(await count(sql`id = ${id + 1n}`), 0)
    assert.equal(await count(sql`"integer" + 0 = ${id}`), 1)
    assert.equal(await count(sql`"integer" in (${sql.join([1n, id])})`), 1)
    assert.equal(await count(sql`"integer" - ${id} = 0`), 1)
  })

  it('a bigint bound without a builder works through the type of the column', async ({ db }) => {
    const samples = await withSamples(db)
    const id = 2n ** 60n + 1n
    await db.executeQuery(CompiledQuery.raw('insert into sample (id) values (?)', [id]))
    const query = CompiledQuery.raw('select cast(id as text) as id from sample where id = ?', [id])
    assert.deepEqual((await samples.executeQuery(query)).rows, [{ id: String(id) }])
  })

  it('a bigint in integer division', async ({ db }) => {
    const { rows } = await sql`select ${5n} / 2 as a, ${5} / 2 as b`.execute(db)
    assert.deepEqual(rows, [{ a: 2, b: 2.5 }])
  })

  it('a blob that SQL makes', async ({ db }) => {
    const { rows } = await sql`select x'00ff' as a, zeroblob(2) as b, null as c`.execute(db)
    assert.deepEqual(rows, [{ a: bytes(0, 255), b: bytes(0, 0), c: null }])
  })

  it('a blob is found by its bytes', async ({ db }) => {
    const samples = await withSamples(db)
    await samples
      .insertInto('sample')
      .values({ id: 1, integer: 1, real: 1, text: 't', blob: bytes(1, 2), any: bytes() })
      .execute()
    const row = await samples
      .selectFrom('sample')
      .select(['blob', 'any'])
      .where('blob', '=', bytes(1, 2))
      .executeTakeFirst()
    assert.deepEqual(row, { blob: bytes(1, 2), any: bytes() })
  })

  it('values of a strict table', async ({ db }) => {
    await sql`create table strictly (i integer, r real, t text, b blob, a any) strict`.execute(db)
    await sql`insert into strictly values (${1}, ${2}, ${'3'}, ${bytes(4)}, ${5})`.execute(db)
    const { rows } = await sql`select *, typeof(i) as ti, typeof(a) as ta from strictly`.execute(db)
    assert.deepEqual(rows, [{ i: 1, r: 2, t: '3', b: bytes(4), a: 5, ti: 'integer', ta: 'real' }])
  })

  it('a number in a column of text is a REAL, as with every number that is bound', async ({
    db,
  }) => {
    const samples = await withSamples(db)
    await samples
      .insertInto('sample')
      .values({ id: 1, integer: 5, real: 5, text: 5, blob: 5, any: 5n })
      .execute()
    const row = await samples.selectFrom('sample').selectAll().executeTakeFirst()
    assert.deepEqual(row, { id: 1, integer: 5, real: 5, text: '5.0', blob: 5, any: 5 })
  })

  it('any values come back as they went in', async ({ db }) => {
    const samples = await withSamples(db)
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))
    const sample = fc.record({
      integer: fc.option(fc.maxSafeInteger()),
      real: fc.option(
        fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
      ),
      text: fc.option(text),
      blob: fc.option(fc.uint8Array({ maxLength: 300 })),
      any: fc.oneof(text, fc.uint8Array(), fc.constant(null), fc.integer()),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(sample, { minLength: 1, maxLength: 15 }), async (values) => {
        await samples.deleteFrom('sample').execute()
        const rows = values.map((value, id) => ({ id, ...value }))
        await samples.insertInto('sample').values(rows).execute()
        assert.deepEqual(
          await samples.selectFrom('sample').selectAll().orderBy('id').execute(),
          rows,
        )
      }),
      { numRuns: 15 },
    )
  })

  it('any bigint comes back as it went in', async ({ db }) => {
    const samples = await withSamples(db)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), {
          minLength: 1,
          maxLength: 20,
        }),
        async (values) => {
          await samples.deleteFrom('sample').execute()
          const rows = values.map((integer, id) => ({ id, integer, any: integer }))
          await samples.insertInto('sample').values(rows).execute()
          const read = await samples
            .selectFrom('sample')
            .select([
              sql<string>`cast("integer" as text)`.as('i'),
              sql<string>`cast("any" as text)`.as('a'),
            ])
            .orderBy('id')
            .execute()
          assert.deepEqual(
            read,
            values.map((value) => ({ i: String(value), a: String(value) })),
          )
        },
      ),
      { numRuns: 10 },
    )
  })
})
