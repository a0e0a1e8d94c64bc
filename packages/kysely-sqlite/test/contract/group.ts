import assert from 'node:assert/strict'
import { sql } from 'kysely'
import { contract, type ContractCase } from './contract.ts'

export const groupCases: ContractCase[] = contract('group by', (it) => {
  it('a column, with a count', async ({ db }) => {
    const rows = await db
      .selectFrom('book')
      .select((eb) => ['author_id', eb.fn.countAll<number>().as('books')])
      .groupBy('author_id')
      .orderBy('author_id')
      .execute()
    assert.deepEqual(rows, [
      { author_id: 1, books: 2 },
      { author_id: 2, books: 1 },
      { author_id: 3, books: 1 },
    ])
  })

  it('several columns', async ({ db }) => {
    const rows = await db
      .selectFrom('book')
      .select(['author_id', 'year'])
      .groupBy(['author_id', 'year'])
      .execute()
    assert.equal(rows.length, 4)
  })

  it('an expression', async ({ db }) => {
    const rows = await db
      .selectFrom('book')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .groupBy(sql`year is null`)
      .orderBy('n')
      .execute()
    assert.deepEqual(rows, [{ n: 1 }, { n: 3 }])
  })

  it('having', async ({ db }) => {
    const rows = await db
      .selectFrom('book')
      .select('author_id')
      .groupBy('author_id')
      .having((eb) => eb.fn.count('id'), '>', 1)
      .execute()
    assert.deepEqual(rows, [{ author_id: 1 }])
  })

  it('havingRef', async ({ db }) => {
    const rows = await db
      .selectFrom('book')
      .select('author_id')
      .groupBy('author_id')
      .havingRef('author_id', '<', (eb) => eb.fn.count('id'))
      .execute()
    assert.deepEqual(rows, [{ author_id: 1 }])
  })
})

export const aggregateCases: ContractCase[] = contract('aggregate', (it) => {
  it('count, sum, avg, min, max, total', async ({ db }) => {
    const row = await db
      .selectFrom('book')
      .select(({ fn }) => [
        fn.count<number>('year').as('count'),
        fn.countAll<number>().as('all'),
        fn.sum<number>('price').as('sum'),
        fn.avg<number>('year').as('avg'),
        fn.min('title').as('min'),
        fn.max('year').as('max'),
        fn.agg<number>('total', ['price']).as('total'),
      ])
      .executeTakeFirst()
    assert.deepEqual(row, {
      count: 3,
      all: 4,
      sum: 130.25,
      avg: (1974 + 1971 + 1972) / 3,
      min: 'Elements',
      max: 1974,
      total: 130.25,
    })
  })

  it('distinct', async ({ db }) => {
    const row = await db
      .selectFrom('book')
      .select((eb) => eb.fn.count<number>('author_id').distinct().as('n'))
      .executeTakeFirst()
    assert.deepEqual(row, { n: 3 })
  })

  it('with a filter', async ({ db }) => {
    const row = await db
      .selectFrom('book')
      .select((eb) => eb.fn.countAll<number>().filterWhere('price', '>', 9).as('n'))
      .executeTakeFirst()
    assert.deepEqual(row, { n: 3 })
  })

  it('in an order', async ({ db }) => {
    const row = await db
      .selectFrom('author')
      .select((eb) =>
        eb.fn
          .agg<string>('group_concat', ['first_name', sql.lit('|')])
          .orderBy('first_name', 'desc')
          .as('names'),
      )
      .executeTakeFirst()
    assert.deepEqual(row, { names: 'Ursula|Italo|Bourbaki' })
  })

  it('over nothing', async ({ db }) => {
    const row = await db
      .selectFrom('book')
      .select(({ fn }) => [fn.countAll<number>().as('n'), fn.sum<number | null>('price').as('sum')])
      .where('id', '>', 99)
      .executeTakeFirst()
    assert.deepEqual(row, { n: 0, sum: null })
  })

  it('coalesce and other functions', async ({ db }) => {
    const row = await db
      .selectFrom('author')
      .select((eb) => [
        eb.fn.coalesce('last_name', eb.val('?')).as('name'),
        eb.fn<number>('length', ['first_name']).as('length'),
        eb.fn<string>('substr', ['first_name', eb.val(1), eb.val(3)]).as('start'),
      ])
      .where('id', '=', 3)
      .executeTakeFirst()
    assert.deepEqual(row, { name: '?', length: 8, start: 'Bou' })
  })

  it('over a window, partitioned', async ({ db }) => {
    const rows = await db
      .selectFrom('book')
      .select((eb) => [
        'id',
        eb.fn
          .countAll<number>()
          .over((over) => over.partitionBy('author_id'))
          .as('by_author'),
      ])
      .orderBy('id')
      .execute()
    assert.deepEqual(
      rows.map(({ by_author: count }) => count),
      [2, 2, 1, 1],
    )
  })

  it('over a window, ordered', async ({ db }) => {
    const rows = await db
      .selectFrom('book')
      .select((eb) => [
        'id',
        eb.fn
          .agg<number>('row_number')
          .over((over) => over.orderBy('price', 'desc'))
          .as('rank'),
        eb.fn
          .sum<number>('price')
          .over((over) => over.orderBy('price', 'desc'))
          .as('running'),
      ])
      .orderBy('rank')
      .execute()
    assert.deepEqual(rows[1], { id: 1, rank: 2, running: 112.25 })
  })

  it('lag and lead', async ({ db }) => {
    const rows = await db
      .selectFrom('book')
      .select((eb) => [
        eb.fn
          .agg<number | null>('lag', ['id'])
          .over((over) => over.orderBy('id'))
          .as('before'),
        eb.fn
          .agg<number | null>('lead', ['id'])
          .over((over) => over.orderBy('id'))
          .as('after'),
      ])
      .execute()
    assert.deepEqual(rows[0], { before: null, after: 2 })
    assert.deepEqual(rows[3], { before: 3, after: null })
  })
})

export const caseCases: ContractCase[] = contract('case', (it) => {
  it('when, then, else', async ({ db }) => {
    const rows = await db
      .selectFrom('book')
      .select((eb) =>
        eb
          .case()
          .when('price', '>', 50)
          .then('dear')
          .when('price', '>', 9)
          .then('fair')
          .else('cheap')
          .end()
          .as('is'),
      )
      .orderBy('id')
      .execute()
    assert.deepEqual(
      rows.map((row) => row.is),
      ['fair', 'cheap', 'fair', 'dear'],
    )
  })

  it('without else', async ({ db }) => {
    const row = await db
      .selectFrom('book')
      .select((eb) => eb.case().when('id', '=', 99).then(1).end().as('v'))
      .executeTakeFirst()
    assert.deepEqual(row, { v: null })
  })

  it('of a value', async ({ db }) => {
    const rows = await db
      .selectFrom('author')
      .select((eb) => eb.case('kind').when('person').then(1).when('group').then(2).end().as('n'))
      .orderBy('id')
      .execute()
    assert.deepEqual(
      rows.map(({ n }) => n),
      [1, 1, 2],
    )
  })

  it('thenRef and elseRef', async ({ db }) => {
    const rows = await db
      .selectFrom('author')
      .select((eb) =>
        eb
          .case()
          .when('last_name', 'is', null)
          .thenRef('first_name')
          .elseRef('last_name')
          .end()
          .as('n'),
      )
      .orderBy('id')
      .execute()
    assert.deepEqual(
      rows.map(({ n }) => n),
      ['Le Guin', 'Calvino', 'Bourbaki'],
    )
  })
})
