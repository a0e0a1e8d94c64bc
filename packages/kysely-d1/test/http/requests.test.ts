import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import fc from 'fast-check'
import { CompiledQuery, Kysely, sql } from 'kysely'
import { batch, type QueryEvent, runScript } from '../../src/index.ts'
import type { D1HttpDialectOptions } from '../../src/http.ts'
import { type D1Api, hold, startD1Api } from './d1-api.ts'
import { ACCOUNT, DATABASE } from './identity.ts'

interface Database {
  item: { id?: number; value: unknown }
}

let api: D1Api
beforeAll(async () => {
  api = await startD1Api()
  await api.query('create table item (id integer primary key, value)')
})
afterAll(() => api.close())
beforeEach(async () => {
  await api.query('delete from item')
  api.reset()
})

function connect(options: Partial<D1HttpDialectOptions> = {}): Kysely<Database> {
  return new Kysely({ dialect: api.dialect({ retry: false, ...options }) })
}

describe('a request', () => {
  it('has the statement and its parameters apart', async () => {
    await sql`select ${"it's"}, ${1.5}, ${null}, ${true}`.execute(connect())
    expect(api.requests).toEqual([{ sql: 'select ?, ?, ?, ?', params: ["it's", 1.5, null, 1] }])
  })

  it('has no list of parameters where there are none', async () => {
    await sql`select 1`.execute(connect())
    expect(api.requests).toEqual([{ sql: 'select 1' }])
  })

  it('has the token that a function returned', async () => {
    let calls = 0
    const db = connect({ token: () => Promise.resolve(`token-${(calls += 1)}`) })
    await expect(sql`select 1`.execute(db)).rejects.toThrow('Authentication error')
    await expect(sql`select 1`.execute(db)).rejects.toThrow('Authentication error')
    expect(api.tokens).toEqual(['Bearer token-1', 'Bearer token-2'])
  })

  it.each<[string, () => string | Promise<string>, RegExp]>([
    ['throws', () => Promise.reject(new Error('no vault')), /threw/],
    ['returns nothing', () => undefined as unknown as string, /got undefined/],
    ['returns a line', () => 'secret\n', /got a text of 7 characters/],
  ])('is not sent where the function %s', async (_, token, message) => {
    await expect(sql`select 1`.execute(connect({ token }))).rejects.toMatchObject({
      code: 'ERR_D1_HTTP_TOKEN',
      message: expect.stringMatching(message),
      mayHaveRun: false,
    })
    expect(api.requests).toEqual([])
  })

  it('goes through the given fetch', async () => {
    const urls: string[] = []
    const db = connect({
      fetch: (url, init) => {
        urls.push(url)
        return fetch(url, init)
      },
    })
    await sql`select 1`.execute(db)
    expect(urls).toEqual([`${api.url}/accounts/${ACCOUNT}/d1/database/${DATABASE}/raw`])
  })
})

describe('values', () => {
  it('come back as they were stored', async () => {
    const db = connect()
    const value = fc.oneof(
      fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.maxSafeInteger(),
      fc.uint8Array({ maxLength: 300 }),
      fc.constant(null),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 20 }), async (values) => {
        await db.deleteFrom('item').execute()
        await db
          .insertInto('item')
          .values(values.map((one) => ({ value: one })))
          .execute()
        const rows = await db.selectFrom('item').select('value').orderBy('id').execute()
        // JSON has no negative zero.
        expect(rows.map((row) => row.value)).toEqual(values.map((one) => (one === 0 ? 0 : one)))
      }),
      { numRuns: 50 },
    )
  })

  it('that are blobs are stored as blobs, of any size that D1 takes', async () => {
    const db = connect()
    const sizes = [0, 1, 1_000_000, 1_000_001]
    for (const size of sizes) {
      const value = new Uint8Array(size).map((_, index) => (index * 31) ^ (index >> 8))
      await db
        .insertInto('item')
        .values({ id: size + 1, value })
        .execute()
      const row = await db
        .selectFrom('item')
        .select(['value', sql<string>`typeof(value)`.as('type')])
        .where('id', '=', size + 1)
        .where('value', '=', value)
        .executeTakeFirstOrThrow()
      expect(row.type).toBe('blob')
      expect(Buffer.compare(row.value as Uint8Array, value)).toBe(0)
    }
  })

  it('that are blobs find their place among what looks like it', async () => {
    const { rows } = await sql`
      select '?' as "?", ${'a?'} as [?], ${Uint8Array.of(1, 255)} as \`?\`, -- ?
      ${'b'} /* ? */ as b
    `.execute(connect())
    expect(rows).toEqual([{ '?': Uint8Array.of(1, 255), b: 'b' }])
    expect(api.requests).toMatchObject([{ params: ['a?', '01ff', 'b'] }])
  })

  it.each([
    ['numbered parameters', 'select ?1', [Uint8Array.of(1)]],
    ['too few parameters', 'select ?', [Uint8Array.of(1), 2]],
  ])('that are blobs are refused with %s', async (_, text, parameters) => {
    const query = CompiledQuery.raw(text, parameters)
    await expect(connect().executeQuery(query)).rejects.toMatchObject({
      code: 'ERR_SQLITE_PARAMETER_COUNT',
    })
    expect(api.requests).toEqual([])
  })

  it('keep all bits of an integer', async () => {
    const { rows } = await sql<{ text: string }>`
      select cast(${2n ** 63n - 1n} as text) as text`.execute(connect())
    expect(rows).toEqual([{ text: '9223372036854775807' }])
  })

  it('under the same name: the last counts, as through a binding', async () => {
    api.faults.push(() =>
      Promise.resolve({
        status: 200,
        body: JSON.stringify({
          success: true,
          errors: [],
          result: [{ success: true, meta: {}, results: { columns: ['a', 'a'], rows: [[1, 2]] } }],
        }),
      }),
    )
    const { rows } = await sql`select 1 as a, 2 as a`.execute(connect())
    expect(rows).toEqual([{ a: 2 }])
  })
})

describe('concurrency', () => {
  it('is limited, and everybody gets a turn in the order in which they came', async () => {
    const db = connect({ concurrency: 3 })
    const gates = [hold(), hold(), hold()]
    api.faults.push(...gates.map(({ fault }) => fault))
    const order: number[] = []
    const work = Array.from({ length: 12 }, async (_, index) => {
      await sql`select ${index}`.execute(db)
      order.push(index)
    })
    await Promise.all(gates.map(({ arrived }) => arrived))
    expect(api.requests).toHaveLength(3)
    for (const { release } of gates) release()
    await Promise.all(work)
    expect(api.load.most).toBe(3)
    const places = api.requests.map((body) => (body as { params: number[] }).params[0]!)
    // Who runs at the same time may arrive in any order.
    for (const [position, index] of places.entries()) {
      expect(Math.abs(position - index)).toBeLessThan(3)
    }
    expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, index) => index))
  })

  it('is six by default', async () => {
    const db = connect()
    const gates = Array.from({ length: 7 }, () => hold())
    api.faults.push(...gates.map(({ fault }) => fault))
    const work = gates.map(() => sql`select 1`.execute(db))
    await Promise.all(gates.slice(0, 6).map(({ arrived }) => arrived))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(api.requests).toHaveLength(6)
    for (const { release } of gates) release()
    await Promise.all(work)
  })

  it('gives the place of a request back that failed', async () => {
    const db = connect({ concurrency: 1 })
    for (let round = 0; round < 3; round += 1) {
      await expect(sql`select nothing_such`.execute(db)).rejects.toThrow('no such column')
    }
    await sql`select 1`.execute(db)
  })
})

describe('an AbortSignal', () => {
  it('ends a request that is under way', async () => {
    const { fault, arrived, release } = hold()
    const closed = Promise.withResolvers<void>()
    api.faults.push((execute, response, request) => {
      request.socket.once('close', () => closed.resolve())
      return fault(execute, response, request)
    })
    const controller = new AbortController()
    const log = jest.spyOn(console, 'error').mockImplementation(() => {})
    const query = sql`select 1`.execute(connect(), { signal: controller.signal })
    await arrived
    controller.abort(new Error('enough'))
    await expect(query).rejects.toThrow('enough')
    await closed.promise
    expect(log).not.toHaveBeenCalled()
    log.mockRestore()
    release()
  })

  it('ends the waiting for a turn, and the turn goes to the next', async () => {
    const db = connect({ concurrency: 1 })
    const { fault, arrived, release } = hold()
    api.faults.push(fault)
    const first = sql`select 1`.execute(db)
    await arrived
    const controller = new AbortController()
    const second = sql`select 2`.execute(db, { signal: controller.signal })
    const third = sql`select 3`.execute(db)
    controller.abort(new Error('enough'))
    await expect(second).rejects.toThrow('enough')
    release()
    await Promise.all([first, third])
    expect(api.requests).toEqual([{ sql: 'select 1' }, { sql: 'select 3' }])
  })

  it('ends the waiting for another attempt', async () => {
    api.faults.push(() =>
      Promise.resolve({ status: 429, body: '', headers: { 'retry-after': '20' } }),
    )
    const controller = new AbortController()
    const query = sql`select 1`.execute(connect({ retry: { attempts: 2 } }), {
      signal: controller.signal,
    })
    while (api.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await new Promise((resolve) => setTimeout(resolve, 50))
    controller.abort(new Error('enough'))
    await expect(query).rejects.toThrow('enough')
    expect(api.requests).toHaveLength(1)
  })

  it('that has fired already lets nothing be sent', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(sql`select 1`.execute(connect(), { signal })).rejects.toThrow('enough')
    expect(api.requests).toEqual([])
  })
})

describe('a batch', () => {
  const insert = (db: Kysely<Database>, id: number) =>
    db.insertInto('item').values({ id, value: 1 })

  it('with parameters is refused: nothing says that it is atomic', async () => {
    const db = connect()
    await expect(batch(db, [insert(db, 1), insert(db, 2)])).rejects.toMatchObject({
      code: 'ERR_D1_HTTP_BATCH',
      message: expect.stringContaining('assumeAtomicBatches'),
      mayHaveRun: false,
    })
    expect(api.requests).toEqual([])
  })

  it('with parameters runs as one request where that is taken for atomic', async () => {
    const db = connect({ assumeAtomicBatches: true })
    const [first, second, rows] = await batch(db, [
      insert(db, 1),
      insert(db, 2),
      db.selectFrom('item').selectAll(),
    ])
    expect(first[0]).toMatchObject({ insertId: 1n, numInsertedOrUpdatedRows: 1n })
    expect(second[0]).toMatchObject({ insertId: 2n, numInsertedOrUpdatedRows: 1n })
    expect(rows).toEqual([
      { id: 1, value: 1 },
      { id: 2, value: 1 },
    ])
    expect(api.requests).toEqual([{ batch: expect.any(Array) }])
  })

  it('that fails leaves nothing', async () => {
    const db = connect({ assumeAtomicBatches: true })
    await expect(batch(db, [insert(db, 1), insert(db, 1)])).rejects.toMatchObject({
      code: 'ERR_SQLITE_UNIQUE',
    })
    expect(await api.query('select * from item')).toEqual([])
  })

  it('without parameters is sent as joined SQL, which is documented to be one', async () => {
    const results = await batch(connect(), [
      sql`select 1 as a -- the first`,
      sql`select ';' as b`,
      sql`select 3 as c`,
    ])
    expect(results).toEqual([[{ a: 1 }], [{ b: ';' }], [{ c: 3 }]])
    expect(api.requests).toEqual([{ sql: expect.stringContaining('select 3') }])
  })

  it('of one is a query like any other', async () => {
    const db = connect()
    const [[result]] = await batch(db, [insert(db, 1)])
    expect(result).toMatchObject({ insertId: 1n })
  })

  it('of a script leaves nothing where it fails', async () => {
    const script = `
      create table other (a);
      insert into other values ('x;y');
      insert into item (id) values (1), (1);`
    await expect(runScript(connect(), script)).rejects.toMatchObject({ code: 'ERR_SQLITE_UNIQUE' })
    expect(await api.query("select name from sqlite_schema where name = 'other'")).toEqual([])
    expect(api.requests).toHaveLength(1)
  })
})

it('tells onQuery of each query and its attempts', async () => {
  const events: QueryEvent[] = []
  const db = connect({ onQuery: (event) => events.push(event), retry: { minDelay: 0 } })
  api.faults.push((_execute, _response, request) => {
    request.socket.destroy()
    return Promise.resolve(undefined)
  })
  await db.selectFrom('item').selectAll().execute()
  await expect(sql`select colour from item`.execute(db)).rejects.toThrow('no such column')
  expect(events).toMatchObject([
    { sql: 'select * from "item"', attempts: 2, rowsRead: expect.any(Number), error: undefined },
    { attempts: 1, error: { code: 'ERR_SQLITE_NO_SUCH_COLUMN' } },
  ])
})
