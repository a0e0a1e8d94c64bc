import assert from 'node:assert/strict'
import { CompiledQuery, sql } from 'kysely'
import { contract, type ContractCase } from './contract.ts'

export const rawCases: ContractCase[] = contract('raw SQL', (it) => {
  it('with parameters', async ({ db }) => {
    const { rows } = await sql<{ id: number }>`select id from author
      where first_name = ${'Italo'} and born > ${1900}`.execute(db)
    assert.deepEqual(rows, [{ id: 2 }])
  })

  it('with names', async ({ db }) => {
    const { rows } = await sql`select ${sql.ref('author.id')}, ${sql.id('author', 'kind')}
      from ${sql.table('author')} where ${sql.ref('id')} = ${1}`.execute(db)
    assert.deepEqual(rows, [{ id: 1, kind: 'person' }])
  })

  it('with names that need quotes', async ({ db }) => {
    await sql`create table ${sql.table('a "strange" name;')} (${sql.id('b "c" -- d')} text)`.execute(
      db,
    )
    await sql`insert into ${sql.table('a "strange" name;')} values (${'x'})`.execute(db)
    const { rows } = await sql`select * from ${sql.table('a "strange" name;')}`.execute(db)
    assert.deepEqual(rows, [{ 'b "c" -- d': 'x' }])
  })

  it('with literals', async ({ db }) => {
    const { rows } =
      await sql`select ${sql.lit("it's")} as a, ${sql.lit(2)} as b, ${sql.lit(null)} as c,
      ${sql.lit(true)} as d`.execute(db)
    assert.deepEqual(rows, [{ a: "it's", b: 2, c: null, d: 1 }])
  })

  it('with joined values', async ({ db }) => {
    const { rows } = await sql`select id from author where id in (${sql.join([1, 3, 9])})
      order by id`.execute(db)
    assert.deepEqual(rows, [{ id: 1 }, { id: 3 }])
  })

  it('with another separator', async ({ db }) => {
    const parts = [sql`id = ${1}`, sql`id = ${2}`]
    const { rows } = await sql`select id from author where ${sql.join(parts, sql` or `)}`.execute(
      db,
    )
    assert.equal(rows.length, 2)
  })

  it('with SQL as it is', async ({ db }) => {
    const { rows } = await sql`select ${sql.raw('1 + 2')} as three`.execute(db)
    assert.deepEqual(rows, [{ three: 3 }])
  })

  it('nested', async ({ db }) => {
    const condition = sql<boolean>`born between ${1920} and ${1925}`
    const { rows } = await sql`select id from author where ${condition}`.execute(db)
    assert.deepEqual(rows, [{ id: 2 }])
  })

  it('with a query inside', async ({ db }) => {
    const query = db.selectFrom('book').select('author_id').where('title', '=', 'Elements')
    const { rows } = await sql`select first_name from author where id = (${query})`.execute(db)
    assert.deepEqual(rows, [{ first_name: 'Bourbaki' }])
  })

  it('CompiledQuery.raw', async ({ db }) => {
    const { rows } = await db.executeQuery(CompiledQuery.raw('select ? as a, ?2 as b', ['x', 'y']))
    assert.deepEqual(rows, [{ a: 'x', b: 'y' }])
  })

  it('with a semicolon at the end, and a comment behind it', async ({ db }) => {
    const { rows } = await sql`select ';' as a; -- the end`.execute(db)
    assert.deepEqual(rows, [{ a: ';' }])
  })

  it('refuses several statements', async ({ db }) => {
    await assert.rejects(sql`select 1; drop table review`.execute(db), {
      code: 'ERR_SQLITE_SEVERAL_STATEMENTS',
    })
    assert.equal((await db.selectFrom('review').select('id').execute()).length, 3)
  })

  it('aliased in a selection', async ({ db }) => {
    const row = await db
      .selectFrom('author')
      .select(sql<string>`first_name || ' ' || last_name`.as('name'))
      .where('id', '=', 1)
      .executeTakeFirst()
    assert.deepEqual(row, { name: 'Ursula Le Guin' })
  })
})
