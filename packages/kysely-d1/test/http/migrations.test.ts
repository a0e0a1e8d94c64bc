import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { wranglerMigrator } from '../../src/index.ts'
import { cutAfter, cutBefore, type D1Api, failure, type Fault, startD1Api } from './d1-api.ts'

let api: D1Api
beforeAll(async () => {
  api = await startD1Api()
})
afterAll(() => api.close())
afterEach(async () => {
  api.reset()
  for (const { name } of await api.query(TABLES)) await api.query(`drop table "${String(name)}"`)
})

const TABLES = `select name from sqlite_schema where type = 'table' and name not glob '_cf_*' and name not glob 'sqlite_*'`

const tables = async (): Promise<unknown[]> =>
  (await api.query(`${TABLES} and name not glob 'kysely*' order by name`)).map(({ name }) => name)

/** Each makes two tables, as which one nobody can take the other for. */
const migrations: Record<string, Migration> = Object.fromEntries(
  ['a', 'b', 'c'].map((name) => [
    name,
    {
      async up(db) {
        await db.schema.createTable(`${name}1`).addColumn('id', 'integer').execute()
        await db.schema.createTable(`${name}2`).addColumn('id', 'integer').execute()
      },
    },
  ]),
)

/** Migrates as a process of its own would; tells what it applied, and what it ended in. */
async function migrate(
  all: Record<string, Migration> = migrations,
): Promise<{ error: unknown; applied: string[] }> {
  const db = new Kysely<unknown>({ dialect: api.dialect() })
  const provider = { getMigrations: () => Promise.resolve(all) }
  const { error, results = [] } = await new Migrator({ db, provider }).migrateToLatest()
  const applied = results.filter(({ status }) => status === 'Success')
  return { error, applied: applied.map(({ migrationName }) => migrationName) }
}

const all = ['a1', 'a2', 'b1', 'b2', 'c1', 'c2']

/** Does this to the request that applies migration b. */
function atMigration(fault: Fault): void {
  const passOn: Fault = (execute, response, request) => {
    const body = JSON.stringify(api.requests.at(-1))
    if (body.includes('create table')) requests += 1
    if (requests === 4) return fault(execute, response, request)
    api.faults.unshift(passOn)
    return execute()
  }
  // The tables of the migrator, then migration a, then b.
  let requests = 0
  api.faults.push(passOn)
}

describe('migrations over HTTP', () => {
  it('are applied each as one request, without parameters', async () => {
    expect(await migrate()).toEqual({ error: undefined, applied: ['a', 'b', 'c'] })
    expect(await tables()).toEqual(all)
    const applying = api.requests.filter((body) => JSON.stringify(body).includes('a1'))
    expect(applying).toEqual([{ sql: expect.stringMatching(/"a1"[^]*"a2"[^]*kysely_migration/) }])
  })

  it('are applied once where two migrators race', async () => {
    const outcomes = await Promise.all([migrate(), migrate(), migrate()])
    expect(outcomes.map(({ error }) => error)).toEqual([undefined, undefined, undefined])
    expect(outcomes.flatMap(({ applied }) => applied)).toEqual(['a', 'b', 'c'])
    expect(await tables()).toEqual(all)
  })

  it('leave nothing of one that fails', async () => {
    const broken: Migration = {
      async up(db) {
        await db.schema.createTable('half').addColumn('id', 'integer').execute()
        await sql`insert into nowhere values (1)`.execute(db)
      },
    }
    expect(await migrate({ ...migrations, b: broken })).toEqual({
      error: expect.objectContaining({ code: 'ERR_SQLITE_NO_SUCH_TABLE' }),
      applied: ['a'],
    })
    expect(await tables()).toEqual(['a1', 'a2'])
    expect(await migrate()).toEqual({ error: undefined, applied: ['b', 'c'] })
  })

  it('are not sent again where the answer is lost, and are found applied', async () => {
    atMigration(cutAfter)
    expect(await migrate()).toMatchObject({ error: { code: 'ERR_D1_HTTP_CONNECTION' } })
    expect(await tables()).toEqual(['a1', 'a2', 'b1', 'b2'])
    expect(await migrate()).toEqual({ error: undefined, applied: ['c'] })
  })

  it('are applied by the next run where the connection broke off before', async () => {
    atMigration(cutBefore)
    expect(await migrate()).toMatchObject({ error: { code: 'ERR_D1_HTTP_CONNECTION' } })
    expect(await tables()).toEqual(['a1', 'a2'])
    expect(await migrate()).toEqual({ error: undefined, applied: ['b', 'c'] })
    expect(await tables()).toEqual(all)
  })

  it('wait where the API wants fewer requests', async () => {
    atMigration(() => Promise.resolve(failure(429, 971, 'throttle', { 'retry-after': '0' })))
    expect(await migrate()).toEqual({ error: undefined, applied: ['a', 'b', 'c'] })
    expect(await tables()).toEqual(all)
  })

  it('of wrangler are applied too, with data and without', async () => {
    const db = new Kysely<unknown>({ dialect: api.dialect() })
    const files = { '0001_a.sql': `create table a1 (text); insert into a1 values ('it''s; data')` }
    const { error } = await wranglerMigrator({ db, migrations: files }).migrateToLatest()
    expect(error).toBeUndefined()
    expect(await api.query('select text, name from a1, d1_migrations')).toEqual([
      { text: "it's; data", name: '0001_a.sql' },
    ])
  })

  it('of data need a batch that is taken for atomic', async () => {
    const data: Migration = { up: (db) => db.insertInto('a1').values({ id: 1 }).execute() as never }
    const { error } = await migrate({ ...migrations, b: data })
    expect(error).toMatchObject({ code: 'ERR_D1_HTTP_BATCH' })
    expect(await api.query('select * from a1')).toEqual([])
  })
})
