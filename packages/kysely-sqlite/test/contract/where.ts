import assert from 'node:assert/strict'
import { type Expression, type ExpressionBuilder, type Kysely, sql, type SqlBool } from 'kysely'
import { contract, type ContractCase } from './contract.ts'
import type { Database } from './database.ts'

type Condition = (eb: ExpressionBuilder<Database, 'book'>) => Expression<SqlBool>

async function idsWhere(db: Kysely<Database>, condition: Condition): Promise<number[]> {
  const rows = await db.selectFrom('book').select('id').where(condition).orderBy('id').execute()
  return rows.map(({ id }) => id)
}

export const whereCases: ContractCase[] = contract('where', (it) => {
  const conditions: Record<string, [Condition, number[]]> = {
    '= a number': [(eb) => eb('id', '=', 3), [3]],
    '!= a number': [(eb) => eb('id', '!=', 3), [1, 2, 4]],
    '<> a number': [(eb) => eb('id', '<>', 3), [1, 2, 4]],
    '> a number': [(eb) => eb('price', '>', 10), [1, 4]],
    '>= a number': [(eb) => eb('price', '>=', 10), [1, 3, 4]],
    '< a number': [(eb) => eb('price', '<', 10), [2]],
    '<= a number': [(eb) => eb('price', '<=', 10), [2, 3]],
    '= text': [(eb) => eb('title', '=', 'Elements'), [4]],
    'text with a quote': [(eb) => eb('title', '=', "it's; drop table book"), []],
    like: [(eb) => eb('title', 'like', 'The %'), [1, 2]],
    'not like': [(eb) => eb('title', 'not like', 'The %'), [3, 4]],
    glob: [(eb) => sql<SqlBool>`${eb.ref('title')} glob '*Cities'`, [3]],
    'is null': [(eb) => eb('year', 'is', null), [4]],
    'is not null': [(eb) => eb('year', 'is not', null), [1, 2, 3]],
    'is distinct from': [(eb) => eb('year', 'is distinct from', 1974), [2, 3, 4]],
    'is not distinct from null': [(eb) => eb('year', 'is not distinct from', null), [4]],
    'in a list': [(eb) => eb('id', 'in', [1, 4, 99]), [1, 4]],
    'not in a list': [(eb) => eb('id', 'not in', [1, 4]), [2, 3]],
    'in a subquery': [
      (eb) =>
        eb('author_id', 'in', eb.selectFrom('author').select('author.id').where('born', '<', 1925)),
      [3],
    ],
    between: [(eb) => eb.between('year', 1971, 1972), [2, 3]],
    'between symmetric by hand': [(eb) => eb.not(eb.between('year', 1971, 1972)), [1]],
    and: [(eb) => eb.and([eb('year', '>', 1970), eb('price', '>', 9)]), [1, 3]],
    'and with an object': [(eb) => eb.and({ author_id: 1, year: 1971 }), [2]],
    'and of nothing': [(eb) => eb.and([]), [1, 2, 3, 4]],
    or: [(eb) => eb.or([eb('id', '=', 1), eb('id', '=', 2)]), [1, 2]],
    'or with an object': [(eb) => eb.or({ id: 1, year: 1971 }), [1, 2]],
    'or of nothing': [(eb) => eb.or([]), []],
    'chained and': [(eb) => eb('author_id', '=', 1).and('year', '=', 1974), [1]],
    'chained or': [(eb) => eb('id', '=', 1).or('id', '=', 4), [1, 4]],
    not: [(eb) => eb.not(eb('id', '=', 1)), [2, 3, 4]],
    exists: [
      (eb) =>
        eb.exists(
          eb.selectFrom('review').select('review.id').whereRef('review.book_id', '=', 'book.id'),
        ),
      [1, 3],
    ],
    'not exists': [
      (eb) =>
        eb.not(
          eb.exists(
            eb.selectFrom('review').select('review.id').whereRef('review.book_id', '=', 'book.id'),
          ),
        ),
      [2, 4],
    ],
    'a comparison of columns': [(eb) => eb('id', '=', eb.ref('author_id')), [1]],
    'a comparison with a subquery': [
      (eb) =>
        eb(
          'price',
          '=',
          eb.selectFrom('book as b').select((b) => b.fn.max('b.price').as('m')),
        ),
      [4],
    ],
    arithmetic: [(eb) => eb(eb('price', '+', eb('price', '*', 2)), '>', 36), [1, 4]],
    'a literal': [(eb) => eb('id', '=', eb.lit(2)), [2]],
    'a value': [(eb) => eb('id', '=', eb.val(2)), [2]],
    'a tuple': [(eb) => eb(eb.refTuple('author_id', 'year'), '=', eb.tuple(1, 1971)), [2]],
    'a list of tuples': [
      (eb) => eb(eb.refTuple('author_id', 'year'), 'in', [eb.tuple(1, 1971), eb.tuple(2, 1972)]),
      [2, 3],
    ],
    'a cast': [(eb) => eb(eb.cast<string>('year', 'text'), '=', '1974'), [1]],
    'case insensitive text': [(eb) => eb(eb.fn('lower', ['title']), '=', 'elements'), [4]],
    'a boolean value': [(eb) => eb(eb('id', '=', 1), '=', true), [1]],
    'a bigint': [(eb) => eb('id', '=', 3n as never), [3]],
    'the bits of a number': [(eb) => eb(sql<number>`${eb.ref('id')} & ${1}`, '=', 1), [1, 3]],
  }
  for (const [name, [condition, ids]] of Object.entries(conditions)) {
    it(name, async ({ db }) => assert.deepEqual(await idsWhere(db, condition), ids))
  }

  it('several where are all to hold', async ({ db }) => {
    const rows = await db
      .selectFrom('book')
      .select('id')
      .where('author_id', '=', 1)
      .where('year', '<', 1974)
      .execute()
    assert.deepEqual(rows, [{ id: 2 }])
  })

  it('whereRef compares columns', async ({ db }) => {
    const rows = await db
      .selectFrom('book')
      .select('id')
      .whereRef('id', '>', 'author_id')
      .orderBy('id')
      .execute()
    assert.deepEqual(rows, [{ id: 2 }, { id: 3 }, { id: 4 }])
  })

  it('an unknown column in double quotes is no error but text, as SQLite has it', async ({
    db,
  }) => {
    const { rows } = await sql<{ v: string }>`select "nope" as v from author limit 1`.execute(db)
    assert.deepEqual(rows, [{ v: 'nope' }])
  })

  it('one hundred parameters', async ({ db }) => {
    const ids = Array.from({ length: 100 }, (_, index) => index)
    const rows = await db.selectFrom('book').select('id').where('id', 'in', ids).execute()
    assert.equal(rows.length, 4)
  })
})
