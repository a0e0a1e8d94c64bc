import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { DurableObjectDialect, exportJson, exportSql, SqliteError } from '@node-cf/kysely-do'
import { Kysely, sql, SqliteAdapter } from 'kysely'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'

describe('DurableObjectDialect', () => {
  it.each([undefined, null, 'storage', {}, { sql: {} }])(
    'refuses a storage that is none: %j',
    async (storage) => {
      expect(() => new DurableObjectDialect({ storage: storage as never })).toThrow(
        expect.objectContaining({
          code: 'ERR_SQLITE_ARGUMENT',
          message: expect.stringMatching(/^storage must be ctx\.storage .*; got (null|\w+)\.$/),
        }),
      )
      const db = new Kysely({
        dialect: new DurableObjectDialect({ storage: () => storage as never }),
      })
      await expect(sql`select 1`.execute(db)).rejects.toMatchObject({ code: 'ERR_SQLITE_ARGUMENT' })
      await expect(db.transaction().execute(() => Promise.resolve())).rejects.toBeInstanceOf(
        SqliteError,
      )
      expect(() => exportSql(storage as never)).toThrow('storage must be')
      expect(() => exportJson(storage as never)).toThrow('storage must be')
    },
  )

  it.each([0, -1, Number.NaN, 25_001, Infinity, '5', null])(
    'refuses a time that a transaction cannot last: %p',
    (transactionTimeout) => {
      const options = { storage: () => undefined, transactionTimeout }
      expect(() => new DurableObjectDialect(options as never)).toThrow(
        `transactionTimeout must be a number of milliseconds above 0, at most 25000; got ${String(transactionTimeout)}.`,
      )
    },
  )

  it('refuses an onQuery that is no function', () => {
    const options = { storage: () => undefined, onQuery: true }
    expect(() => new DurableObjectDialect(options as never)).toThrow(
      'onQuery must be a function; got boolean.',
    )
  })

  it('is a dialect of SQLite to those who ask', () => {
    const dialect = new DurableObjectDialect({ storage: () => undefined as never })
    expect(dialect.createAdapter()).toBeInstanceOf(SqliteAdapter)
  })
})

describe('an object without SQLite', () => {
  let worker: RunningWorker

  beforeAll(async () => {
    worker = await startWorker({
      source: `
        import { DurableObjectDialect } from '@node-cf/kysely-do'
        import { DurableObject } from 'cloudflare:workers'
        import { Kysely, sql } from 'kysely'
        export class KeyValueObject extends DurableObject {
          #db = new Kysely({ dialect: new DurableObjectDialect({ storage: this.ctx.storage }) })
          fetch() {
            return sql\`select 1\`.execute(this.#db).catch(({ name, message }) => Response.json({ name, message }))
          }
        }
        export default { fetch: (request, env) => env.OBJECT.getByName('x').fetch(request) }`,
      resolveDir: import.meta.dirname,
      bindings: { durableObjects: { OBJECT: { className: 'KeyValueObject', useSQLite: false } } },
    })
  })
  afterAll(() => worker.dispose())

  it('is told what to change', async () => {
    expect(await (await worker.fetch('/')).json()).toEqual({
      name: 'SqliteError',
      message: expect.stringMatching(/SQL is not enabled.*new_sqlite_classes/),
    })
  })
})
