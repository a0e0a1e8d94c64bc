import assert from 'node:assert/strict'
import { NoResultError, sql } from 'kysely'
import { contract, type ContractCase } from './contract.ts'

export const selectCases: ContractCase[] = contract('select', (it) => {
  it('one column of one row', async ({ db }) => {
    const row = await db
      .selectFrom('author')
      .select('first_name')
      .where('id', '=', 2)
      .executeTakeFirstOrThrow()
    assert.deepEqual(row, { first_name: 'Italo' })
  })

  it('several columns', async ({ db }) => {
    const row = await db
      .selectFrom('author')
      .select(['id', 'first_name', 'last_name'])
      .where('id', '=', 1)
      .executeTakeFirst()
    assert.deepEqual(row, { id: 1, first_name: 'Ursula', last_name: 'Le Guin' })
  })

  it('all columns', async ({ db }) => {
    const row = await db.selectFrom('author').selectAll().where('id', '=', 3).executeTakeFirst()
    assert.deepEqual(row, {
      id: 3,
      first_name: 'Bourbaki',
      last_name: null,
      born: null,
      kind: 'group',
    })
  })

  it('all columns of one of two tables', async ({ db }) => {
    const row = await db
      .selectFrom(['book', 'author'])
      .selectAll('book')
      .whereRef('book.author_id', '=', 'author.id')
      .where('author.first_name', '=', 'Italo')
      .executeTakeFirst()
    assert.deepEqual(row, {
      id: 3,
      title: 'Invisible Cities',
      author_id: 2,
      year: 1972,
      price: 10,
    })
  })

  it('with aliases of columns and tables', async ({ db }) => {
    const row = await db
      .selectFrom('author as a')
      .select(['a.first_name as given', 'a.last_name as family'])
      .where('a.id', '=', 2)
      .executeTakeFirst()
    assert.deepEqual(row, { given: 'Italo', family: 'Calvino' })
  })

  it('the last of two columns with one name', async ({ db }) => {
    const { rows } = await sql`select 1 as a, 2 as b, 3 as a`.execute(db)
    assert.deepEqual(rows, [{ a: 3, b: 2 }])
  })

  it('a column named __proto__', async ({ db }) => {
    const { rows } = await sql<object>`select 1 as "__proto__", 2 as "constructor"`.execute(db)
    assert.deepEqual(Object.entries(rows[0]!), [
      ['__proto__', 1],
      ['constructor', 2],
    ])
  })

  it('no rows', async ({ db }) => {
    const query = db.selectFrom('author').selectAll().where('id', '=', 99)
    assert.deepEqual(await query.execute(), [])
    assert.equal(await query.executeTakeFirst(), undefined)
    await assert.rejects(query.executeTakeFirstOrThrow(), NoResultError)
    await assert.rejects(
      query.executeTakeFirstOrThrow(() => new RangeError('none')),
      RangeError,
    )
  })

  it('without a table', async ({ db }) => {
    const row = await db
      .selectNoFrom([sql<number>`1 + 1`.as('two'), sql.lit('x').as('x')])
      .executeTakeFirst()
    assert.deepEqual(row, { two: 2, x: 'x' })
  })

  it('distinct rows', async ({ db }) => {
    const rows = await db.selectFrom('author').select('kind').distinct().orderBy('kind').execute()
    assert.deepEqual(rows, [{ kind: 'group' }, { kind: 'person' }])
  })

  it('with a callback that gives the selection', async ({ db }) => {
    const rows = await db
      .selectFrom('book')
      .select((eb) => ['title', eb('price', '*', 2).as('double')])
      .where('id', '=', 1)
      .execute()
    assert.deepEqual(rows, [{ title: 'The Dispossessed', double: 25 }])
  })

  it('with $if', async ({ db }) => {
    const titles = (onlyOld: boolean): Promise<unknown[]> =>
      db
        .selectFrom('book')
        .select('id')
        .$if(onlyOld, (query) => query.where('year', '<', 1972))
        .execute()
    assert.equal((await titles(false)).length, 4)
    assert.deepEqual(await titles(true), [{ id: 2 }])
  })

  it('with $call', async ({ db }) => {
    const rows = await db
      .selectFrom('book')
      .select('id')
      .$call((query) => query.orderBy('id', 'desc').limit(1))
      .execute()
    assert.deepEqual(rows, [{ id: 4 }])
  })

  it('with $narrowType and $castTo', async ({ db }) => {
    const row = await db
      .selectFrom('author')
      .select('born')
      .where('born', 'is not', null)
      .$narrowType<{ born: number }>()
      .$castTo<{ born: number }>()
      .orderBy('born')
      .executeTakeFirstOrThrow()
    assert.equal(row.born + 1, 1924)
  })

  it('with a limit and an offset', async ({ db }) => {
    const rows = await db.selectFrom('book').select('id').orderBy('id').limit(2).offset(1).execute()
    assert.deepEqual(rows, [{ id: 2 }, { id: 3 }])
  })

  it('with a bigint as limit', async ({ db }) => {
    const rows = await db.selectFrom('book').select('id').orderBy('id').limit(2n).execute()
    assert.deepEqual(rows, [{ id: 1 }, { id: 2 }])
  })

  it('with a subquery as limit', async ({ db }) => {
    const rows = await db
      .selectFrom('book')
      .select('id')
      .orderBy('id')
      .limit(sql<number>`(select count(*) from author)`)
      .execute()
    assert.equal(rows.length, 3)
  })

  it('its query plan', async ({ db }) => {
    const plan = await db
      .selectFrom('book')
      .selectAll()
      .where('author_id', '=', 1)
      .explain<{ detail: string }>(undefined, sql`query plan`)
    assert.match(plan[0]!.detail, /USING INDEX book_author/)
  })

  it('its byte code', async ({ db }) => {
    const plan = await db.selectFrom('book').selectAll().explain<{ opcode: string }>()
    assert.ok(plan.some(({ opcode }) => opcode === 'OpenRead'))
  })

  it('with clearSelect, clearWhere, clearOrderBy, clearLimit, clearOffset, clearGroupBy', async ({
    db,
  }) => {
    const rows = await db
      .selectFrom('book')
      .select('title')
      .where('id', '=', 99)
      .orderBy('title')
      .limit(1)
      .offset(3)
      .groupBy('year')
      .clearSelect()
      .clearWhere()
      .clearOrderBy()
      .clearLimit()
      .clearOffset()
      .clearGroupBy()
      .select('id')
      .orderBy('id', 'desc')
      .execute()
    assert.deepEqual(rows, [{ id: 4 }, { id: 3 }, { id: 2 }, { id: 1 }])
  })

  it('with modifyEnd and modifyFront', async ({ db }) => {
    const rows = await db
      .selectFrom('author')
      .modifyFront(sql`distinct`)
      .select('kind')
      .modifyEnd(sql`limit 5 -- the end`)
      .execute()
    assert.equal(rows.length, 2)
  })

  it('from a table of values', async ({ db }) => {
    const rows = await db
      .selectFrom(sql<{ column1: number; column2: string }>`(values (1, 'a'), (2, 'b'))`.as('v'))
      .selectAll()
      .execute()
    assert.deepEqual(rows, [
      { column1: 1, column2: 'a' },
      { column1: 2, column2: 'b' },
    ])
  })

  it('many rows', async ({ db }) => {
    const { rows } = await sql<{ n: number }>`with recursive numbers (n) as
      (select 1 union all select n + 1 from numbers where n < 5000)
      select n from numbers`.execute(db)
    assert.equal(rows.length, 5000)
    assert.deepEqual(rows.at(-1), { n: 5000 })
  })

  it('one hundred columns', async ({ db }) => {
    const columns = Array.from({ length: 100 }, (_, index) => sql`${index}`.as(`c${index}`))
    const row = await db.selectNoFrom(columns as never).executeTakeFirstOrThrow()
    assert.equal(Object.keys(row).length, 100)
    assert.equal((row as Record<string, unknown>).c99, 99)
  })

  it('twenty queries at once, each its own', async ({ db }) => {
    const queries = Array.from({ length: 20 }, (_, index) =>
      db.selectNoFrom(sql<number>`${index}`.as('n')).executeTakeFirstOrThrow(),
    )
    const rows = await Promise.all(queries)
    assert.deepEqual(
      rows.map(({ n }) => n),
      Array.from({ length: 20 }, (_, index) => index),
    )
  })

  it('through a compiled query', async ({ db }) => {
    const query = db.selectFrom('author').select('id').where('first_name', '=', 'Italo').compile()
    assert.equal(query.sql, 'select "id" from "author" where "first_name" = ?')
    assert.deepEqual((await db.executeQuery(query)).rows, [{ id: 2 }])
    assert.deepEqual((await db.executeQuery(query)).rows, [{ id: 2 }])
  })

  it('reports no counts', async ({ db }) => {
    const result = await db.executeQuery(db.selectFrom('author').selectAll().compile())
    assert.equal(result.numAffectedRows, undefined)
    assert.equal(result.insertId, undefined)
  })
})

export const orderCases: ContractCase[] = contract('order by', (it) => {
  it('one column', async ({ db }) => {
    const rows = await db.selectFrom('author').select('id').orderBy('first_name').execute()
    assert.deepEqual(
      rows.map(({ id }) => id),
      [3, 2, 1],
    )
  })

  it('descending', async ({ db }) => {
    const rows = await db.selectFrom('author').select('id').orderBy('id', 'desc').execute()
    assert.deepEqual(
      rows.map(({ id }) => id),
      [3, 2, 1],
    )
  })

  it('several columns', async ({ db }) => {
    const rows = await db
      .selectFrom('book')
      .select('id')
      .orderBy('author_id', 'desc')
      .orderBy('title')
      .execute()
    assert.deepEqual(
      rows.map(({ id }) => id),
      [4, 3, 1, 2],
    )
  })

  it('an alias', async ({ db }) => {
    const rows = await db
      .selectFrom('book')
      .select((eb) => ['id', eb('price', '*', -1).as('worth')])
      .orderBy('worth')
      .execute()
    assert.equal(rows[0]!.id, 4)
  })

  it('an expression', async ({ db }) => {
    const rows = await db
      .selectFrom('author')
      .select('id')
      .orderBy((eb) => eb.fn('length', ['first_name']), 'desc')
      .execute()
    assert.equal(rows[0]!.id, 3)
  })

  it('nulls first and last', async ({ db }) => {
    const ids = async (last: boolean): Promise<number[]> => {
      const rows = await db
        .selectFrom('author')
        .select('id')
        .orderBy('born', (order) => (last ? order.asc().nullsLast() : order.desc().nullsFirst()))
        .execute()
      return rows.map(({ id }) => id)
    }
    assert.deepEqual(await ids(true), [2, 1, 3])
    assert.deepEqual(await ids(false), [3, 1, 2])
  })

  it('with a collation', async ({ db }) => {
    const rows = await db
      .selectFrom(sql<{ t: string }>`(values ('b'), ('A'), ('c'))`.as('v'))
      .select(sql<string>`column1`.as('t'))
      .orderBy(sql`column1`, (order) => order.collate('nocase'))
      .execute()
    assert.deepEqual(
      rows.map(({ t }) => t),
      ['A', 'b', 'c'],
    )
  })

  it('dynamic references', async ({ db }) => {
    const { dynamic } = db
    const rows = await db
      .selectFrom('book')
      .select(dynamic.ref<'title'>('title'))
      .orderBy(dynamic.ref('year'), 'desc')
      .limit(1)
      .execute()
    assert.deepEqual(rows, [{ title: 'The Dispossessed' }])
  })

  it('a dynamic table', async ({ db }) => {
    const rows = await db
      .selectFrom(db.dynamic.table<'author' | 'book'>('book').as('t'))
      .select('t.id')
      .orderBy('t.id')
      .limit(1)
      .execute()
    assert.deepEqual(rows, [{ id: 1 }])
  })
})
