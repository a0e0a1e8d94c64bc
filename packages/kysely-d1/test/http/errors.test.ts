import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { Kysely, sql } from 'kysely'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { inspect } from 'node:util'
import { idempotent, SqliteError } from '../../src/index.ts'
import { D1HttpDialect, type D1HttpDialectOptions, D1HttpError } from '../../src/http.ts'
import {
  cutAfter,
  cutBefore,
  cutInside,
  type D1Api,
  distort,
  failure,
  type Fault,
  hold,
  refuse,
  startD1Api,
} from './d1-api.ts'
import { ACCOUNT, DATABASE, TOKEN } from './identity.ts'

interface Database {
  note: { id?: number; text: string }
}

let api: D1Api
beforeAll(async () => {
  api = await startD1Api()
  await api.query('create table note (id integer primary key, text text not null unique)')
})
afterAll(() => api.close())
beforeEach(async () => {
  await api.query('delete from note')
})
afterEach(() => api.reset())

function connect(options: Partial<D1HttpDialectOptions> = {}): Kysely<Database> {
  return new Kysely({ dialect: api.dialect({ retry: { minDelay: 0, maxDelay: 0 }, ...options }) })
}

const read = (db: Kysely<Database>): Promise<unknown> => db.selectFrom('note').selectAll().execute()
const write = (db: Kysely<Database>): Promise<unknown> =>
  db.insertInto('note').values({ text: SECRET }).execute()
const notes = async (): Promise<number> =>
  (await api.query('select count(*) as notes from note'))[0]!.notes as number

/** A value that no error may show. */
const SECRET = 'the-secret-of-a-row'

async function errorOf(promise: Promise<unknown>): Promise<D1HttpError> {
  const error: unknown = await promise.then(
    () => {
      throw new Error('It did not fail')
    },
    (thrown: unknown) => thrown,
  )
  // Whatever a log would show of it, its causes included.
  const shown = inspect(error, { depth: 20, showHidden: true }) + String((error as Error).stack)
  expect(shown).not.toContain(TOKEN)
  expect(shown).not.toContain(SECRET)
  return error as D1HttpError
}

const rateLimited = (retryAfter: string): Fault =>
  refuse(failure(429, 971, 'Please wait and consider throttling', { 'retry-after': retryAfter }))

const html: Fault = () =>
  Promise.resolve({
    status: 200,
    body: `<html>${SECRET}</html>`,
    headers: { 'content-type': 'text/html' },
  })

/** What goes wrong, what it ends in, and whether it was executed. */
interface Case {
  fault: Fault
  code: string
  status: number | undefined
  retryable: boolean
  runs: boolean
  mayHaveRun: boolean
}

const cases: Record<string, Case> = {
  'a token that is not accepted': {
    fault: refuse(failure(401, 10_000, 'Authentication error')),
    code: 'ERR_D1_HTTP_AUTHENTICATION',
    status: 401,
    retryable: false,
    runs: false,
    mayHaveRun: false,
  },
  'a token without the permission': {
    fault: refuse(failure(403, 10_000, 'Authentication error')),
    code: 'ERR_D1_HTTP_AUTHENTICATION',
    status: 403,
    retryable: false,
    runs: false,
    mayHaveRun: false,
  },
  'a malformed authorization': {
    fault: refuse(failure(400, 6003, 'Invalid request headers')),
    code: 'ERR_D1_HTTP_AUTHENTICATION',
    status: 400,
    retryable: false,
    runs: false,
    mayHaveRun: false,
  },
  'an unknown database': {
    fault: refuse(failure(404, 7404, 'The database could not be found')),
    code: 'ERR_D1_HTTP_NOT_FOUND',
    status: 404,
    retryable: false,
    runs: false,
    mayHaveRun: false,
  },
  'too many requests': {
    fault: rateLimited('0'),
    code: 'ERR_D1_HTTP_RATE_LIMITED',
    status: 429,
    retryable: true,
    runs: false,
    mayHaveRun: false,
  },
  'another refusal': {
    fault: refuse(failure(400, 7400, 'The request is malformed')),
    code: 'ERR_D1_HTTP_REFUSED',
    status: 400,
    retryable: false,
    runs: false,
    mayHaveRun: false,
  },
  'a redirection': {
    fault: refuse({ status: 302, body: '', headers: { location: 'https://example.com/' } }),
    code: 'ERR_D1_HTTP_REFUSED',
    status: 302,
    retryable: false,
    runs: false,
    mayHaveRun: false,
  },
  'an internal error before execution': {
    fault: refuse(failure(500, 7500, 'internal error')),
    code: 'ERR_D1_HTTP_UNAVAILABLE',
    status: 500,
    retryable: true,
    runs: false,
    mayHaveRun: true,
  },
  'a page of a gateway after execution': {
    fault: distort(() => ({ status: 502, body: '<html>bad gateway</html>' })),
    code: 'ERR_D1_HTTP_UNAVAILABLE',
    status: 502,
    retryable: true,
    runs: true,
    mayHaveRun: true,
  },
  'a connection cut before the answer': {
    fault: cutBefore,
    code: 'ERR_D1_HTTP_CONNECTION',
    status: undefined,
    retryable: true,
    runs: false,
    mayHaveRun: true,
  },
  'an answer lost': {
    fault: cutAfter,
    code: 'ERR_D1_HTTP_CONNECTION',
    status: undefined,
    retryable: true,
    runs: true,
    mayHaveRun: true,
  },
  'a connection cut inside the answer': {
    fault: cutInside,
    code: 'ERR_D1_HTTP_CONNECTION',
    status: undefined,
    retryable: true,
    runs: true,
    mayHaveRun: true,
  },
  'a page in place of an answer': {
    fault: html,
    code: 'ERR_D1_HTTP_RESPONSE',
    status: 200,
    retryable: true,
    runs: false,
    mayHaveRun: true,
  },
  'a truncated answer': {
    fault: distort(({ status, body }) => ({ status, body: body.slice(0, -10) })),
    code: 'ERR_D1_HTTP_RESPONSE',
    status: 200,
    retryable: true,
    runs: true,
    mayHaveRun: true,
  },
  'an empty answer': {
    fault: distort(({ status }) => ({ status, body: '' })),
    code: 'ERR_D1_HTTP_RESPONSE',
    status: 200,
    retryable: true,
    runs: true,
    mayHaveRun: true,
  },
  ...Object.fromEntries(
    Object.entries({
      'an answer without its last result': (result: unknown[]) => result.slice(0, -1),
      'an answer with a result more': (result: unknown[]) => [...result, ...result],
      'no results': () => null,
      'a result that did not succeed': ([first, ...others]: unknown[]) => [
        { ...(first as object), success: false },
        ...others,
      ],
      'a result without rows': ([first, ...others]: unknown[]) => [
        { ...(first as object), results: { columns: [] } },
        ...others,
      ],
      'a row too short': ([first, ...others]: unknown[]) => [
        { ...(first as object), results: { columns: ['id', 'text'], rows: [[1]] } },
        ...others,
      ],
    }).map(([name, change]): [string, Case] => [
      name,
      {
        fault: distort(({ status, body }) => {
          const answer = JSON.parse(body) as { result: unknown[] }
          return { status, body: JSON.stringify({ ...answer, result: change(answer.result) }) }
        }),
        code: 'ERR_D1_HTTP_RESPONSE',
        status: 200,
        retryable: true,
        runs: true,
        mayHaveRun: true,
      },
    ]),
  ),
}

describe.each(Object.entries(cases))('%s', (_, { fault, code, status, runs, ...expected }) => {
  it('is told with a code', async () => {
    api.faults.push(fault)
    const error = await errorOf(write(connect({ retry: false })))
    expect(error).toBeInstanceOf(D1HttpError)
    expect(error).toBeInstanceOf(SqliteError)
    expect(error).toMatchObject({ code, status, ...expected })
    expect(api.requests).toHaveLength(1)
    expect(await notes()).toBe(runs ? 1 : 0)
  })

  it(`${expected.retryable ? 'has' : 'does not have'} a read sent again`, async () => {
    api.faults.push(fault)
    if (expected.retryable) await read(connect())
    else await errorOf(read(connect()))
    expect(api.requests).toHaveLength(expected.retryable ? 2 : 1)
  })

  it('never has a write executed twice', async () => {
    api.faults.push(fault)
    const isRepeated = expected.retryable && !expected.mayHaveRun
    if (isRepeated) await write(connect())
    else await errorOf(write(connect()))
    expect(api.requests).toHaveLength(isRepeated ? 2 : 1)
    expect(await notes()).toBe(runs || isRepeated ? 1 : 0)
  })

  it('has a write sent again that is marked as idempotent', async () => {
    api.faults.push(fault)
    const removal = connect().withPlugin(idempotent).deleteFrom('note').where('text', '=', SECRET)
    if (expected.retryable) await removal.execute()
    else await errorOf(removal.execute())
    expect(api.requests).toHaveLength(expected.retryable ? 2 : 1)
  })
})

it('connects to nothing where nothing listens, and says that nothing was executed', async () => {
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const { port } = closed.address() as AddressInfo
  closed.close()
  const db = connect({ apiUrl: `http://127.0.0.1:${port}/client/v4` })
  expect(await errorOf(write(db))).toMatchObject({
    code: 'ERR_D1_HTTP_CONNECTION',
    mayHaveRun: false,
    retryable: true,
    cause: expect.objectContaining({ message: 'fetch failed' }),
  })
})

describe('errors of SQL', () => {
  it.each([
    ['ERR_SQLITE_NO_SUCH_TABLE', sql`select * from nowhere`],
    ['ERR_SQLITE_NO_SUCH_COLUMN', sql`select colour from note`],
    ['ERR_SQLITE_SYNTAX', sql`selct 1`],
    ['ERR_SQLITE_NOT_NULL', sql`insert into note (text) values (${null})`],
  ])('have the code %s', async (code, query) => {
    const error = await errorOf(query.execute(connect()))
    expect(error).toMatchObject({ code, retryable: false, sql: query.compile(connect()).sql })
    expect(error).not.toBeInstanceOf(D1HttpError)
    expect(api.requests).toHaveLength(1)
  })

  it('tell which column a unique constraint is on', async () => {
    const db = connect()
    await write(db)
    expect(await errorOf(write(db))).toMatchObject({
      code: 'ERR_SQLITE_UNIQUE',
      table: 'note',
      columns: ['text'],
    })
  })

  it.each([
    ['ERR_SQLITE_TRANSIENT', 'D1_ERROR: Network connection lost.', 2],
    ['ERR_SQLITE_OVERLOADED', 'D1 DB is overloaded. Requests queued for too long.', 1],
  ])('have the code %s where D1 itself fails', async (code, message, requests) => {
    api.faults.push(refuse(failure(500, 7500, message)))
    expect(await errorOf(write(connect()))).toMatchObject({ code })
    expect(api.requests).toHaveLength(1)

    api.requests.length = 0
    api.faults.push(refuse(failure(500, 7500, message)))
    await read(connect()).catch(() => {})
    expect(api.requests).toHaveLength(requests)
  })
})

describe('retry-after', () => {
  it.each([
    ['seconds', () => '1'],
    // A date has no fractions of a second: two seconds ahead is more than one.
    ['a date', () => new Date(Date.now() + 2000).toUTCString()],
  ])('is honoured in %s', async (_, retryAfter) => {
    api.faults.push(rateLimited(retryAfter()))
    const start = performance.now()
    await read(connect())
    expect(performance.now() - start).toBeGreaterThan(990)
    expect(api.requests).toHaveLength(2)
  })

  it('is honoured by all queries, which are not even sent before', async () => {
    const attempts: number[] = []
    const db = connect({ onQuery: (event) => attempts.push(event.attempts) })
    api.faults.push(rateLimited('1'))
    const first = read(db)
    while (api.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await new Promise((resolve) => setTimeout(resolve, 50))
    await Promise.all([first, read(db), write(db)])
    expect(attempts).toEqual([2, 2, 2])
    expect(api.requests).toHaveLength(4)
  })

  it('fails at once where it asks for too long a wait, and keeps from asking again', async () => {
    const db = connect()
    api.faults.push(rateLimited('300'))
    expect(await errorOf(read(db))).toMatchObject({
      code: 'ERR_D1_HTTP_RATE_LIMITED',
      retryAfter: 300_000,
    })
    const { retryAfter, status } = await errorOf(write(db))
    expect(retryAfter).toBeGreaterThan(290_000)
    expect(status).toBeUndefined()
    expect(api.requests).toHaveLength(1)
  })

  it('is ignored where it says nothing', async () => {
    api.faults.push(rateLimited('soon'))
    await read(connect())
    expect(api.requests).toHaveLength(2)
  })
})

describe('limits', () => {
  it('gives up on a slow answer', async () => {
    const { fault, release } = hold()
    api.faults.push(fault)
    const error = await errorOf(write(connect({ timeout: 200, retry: false })))
    expect(error).toMatchObject({
      code: 'ERR_D1_HTTP_TIMEOUT',
      retryable: true,
      mayHaveRun: true,
    })
    release()
  })

  it('gives up on an answer that stops in its middle', async () => {
    api.faults.push(async (execute, response) => {
      const { body } = await execute()
      response.writeHead(200, { 'content-length': body.length })
      response.write(body.slice(0, 20))
      return undefined
    })
    expect(await errorOf(read(connect({ timeout: 200, retry: false })))).toMatchObject({
      code: 'ERR_D1_HTTP_TIMEOUT',
    })
  })

  it('reads no answer that is too large', async () => {
    const db = connect({ maxResponseSize: 10_000 })
    await sql`select ${'x'.repeat(5000)} as text`.execute(db)
    const error = await errorOf(sql`select ${'x'.repeat(10_000)} as text`.execute(db))
    expect(error).toMatchObject({ code: 'ERR_D1_HTTP_RESPONSE_TOO_LARGE', retryable: false })
    expect(api.requests).toHaveLength(2)
  })

  it('stops after so many attempts', async () => {
    const fault = refuse(failure(503, 7500, 'internal error'))
    api.faults.push(fault, fault, fault)
    const error = await errorOf(read(connect({ retry: { attempts: 3, minDelay: 0, maxDelay: 0 } })))
    expect(error).toMatchObject({ code: 'ERR_D1_HTTP_UNAVAILABLE', status: 503 })
    expect(api.requests).toHaveLength(3)
  })
})

describe('secrets', () => {
  it('are not in what a log shows of the dialect', () => {
    const dialect = new D1HttpDialect({ accountId: ACCOUNT, databaseId: DATABASE, token: TOKEN })
    expect(inspect(dialect, { depth: 20, showHidden: true })).not.toContain(TOKEN)
    expect(JSON.stringify(dialect)).not.toContain(TOKEN)
  })

  it('are taken out of what the API says', async () => {
    api.faults.push(refuse(failure(400, 7400, `What is ${TOKEN} for?`)))
    expect((await errorOf(read(connect()))).message).toContain('What is … for?')
  })

  it('are taken out of what SQLite says', async () => {
    const { message } = await errorOf(sql`select json_extract('{}', ${SECRET})`.execute(connect()))
    expect(message).toBe('bad JSON path: …')
  })
})
