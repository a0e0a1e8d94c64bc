import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'
import type { Answer } from './answer.ts'
import { Connection } from './connection.ts'
import { eventually } from './eventually.ts'

const FAILED = { status: 500, body: Buffer.from('Internal Server Error'), isWhole: true }

let worker: RunningWorker

beforeAll(async () => {
  worker = await startWorker({ entry: `${import.meta.dirname}/workers/errors.ts` })
})
afterAll(() => worker.dispose())

interface Outcome {
  answer: Answer
  /** What the Worker has logged since the request. */
  log: () => string
}

async function send(requestLine: string, fieldsAndBody?: string): Promise<Outcome> {
  const before = worker.logs.length
  const connection = await Connection.begin(worker.port, requestLine, fieldsAndBody)
  return {
    answer: await connection.answer(),
    log: () => worker.logs.slice(before).join('\n'),
  }
}

/** The error of the app is for its log, and for nobody else. */
async function isLogged(log: () => string): Promise<void> {
  await eventually(() => expect(log()).toContain('secret of the app'))
}

describe('a listener that throws or rejects', () => {
  it.each(['/throw', '/reject', '/reject-with-text'])(
    'before the head fails its request: %s',
    async (path) => {
      const { answer, log } = await send(`GET ${path}`)
      expect(answer).toMatchObject(FAILED)
      await isLogged(log)
    },
  )

  it('after the head cuts the body, so that the client can tell', async () => {
    const { answer, log } = await send('GET /reject-after-head')
    expect(answer).toMatchObject({ status: 200, body: Buffer.from('begun;'), isWhole: false })
    await isLogged(log)
  })

  it('right after its first write leaves nothing whole', async () => {
    const before = worker.logs.length
    const connection = await Connection.begin(worker.port, 'GET /throw-after-head')
    await connection.closes()
    // Node would have sent nothing yet.
    expect(connection.bytesReceived > 0 && (await connection.answer()).isWhole).toBe(false)
    expect(String(connection.received)).not.toContain('secret')
    await isLogged(() => worker.logs.slice(before).join('\n'))
  })

  it.each(['/throw-after-end', '/reject-after-end'])(
    'after the end does not spoil its answer: %s',
    async (path) => {
      const { answer, log } = await send(`GET ${path}`)
      expect(answer).toMatchObject({ status: 200, body: Buffer.from('whole'), isWhole: true })
      await isLogged(log)
    },
  )
})

// On Node the process would end with it.
describe('what nobody catches', () => {
  it.each([
    '/throw-in-timer',
    '/throw-in-interval',
    '/throw-in-immediate',
    '/throw-in-next-tick',
    '/throw-in-microtask',
    '/unheard-error',
    '/unhandled-rejection',
    '/unhandled-later',
  ])('fails its request and no other: %s', async (path) => {
    const others = Array.from({ length: 3 }, () => send('GET /fine'))
    const { answer, log } = await send(`GET ${path}`)
    expect(answer).toMatchObject(FAILED)
    await isLogged(log)
    for (const other of await Promise.all(others)) {
      expect(other.answer).toMatchObject({ status: 200, body: Buffer.from('fine') })
    }
  })
})

describe('a listener of events that throws', () => {
  it.each([
    ['/throw-in-data', 'Content-Length: 4\r\n\r\nsent'],
    ['/throw-in-data', 'Transfer-Encoding: chunked\r\n\r\n4\r\nsent\r\n0\r\n\r\n'],
    ['/throw-in-end', 'Content-Length: 4\r\n\r\nsent'],
    ['/throw-in-end', 'Transfer-Encoding: chunked\r\n\r\n4\r\nsent\r\n0\r\n\r\n'],
  ])('of the request fails it: %s, %j', async (path, fieldsAndBody) => {
    const { answer, log } = await send(`POST ${path}`, fieldsAndBody)
    expect(answer).toMatchObject(FAILED)
    await isLogged(log)
  })

  it.each(['/throw-in-finish', '/throw-in-close', '/throw-in-write-callback'])(
    'of the response does not spoil it: %s',
    async (path) => {
      const { answer, log } = await send(`GET ${path}`)
      expect(answer).toMatchObject({ status: 200, body: Buffer.from('whole'), isWhole: true })
      await isLogged(log)
    },
  )
})

describe('a body of another length than announced', () => {
  async function isExplained(log: () => string, sent: number, announced: number): Promise<void> {
    await eventually(() => {
      expect(log()).toContain('ERR_HTTP_CONTENT_LENGTH_MISMATCH')
      expect(log()).toContain(`content-length of ${sent} byte(s)`)
      expect(log()).toContain(`content-length of ${announced} byte(s)`)
    })
  }

  it.each([
    ['/too-long', 4, 3],
    ['/too-short', 4, 5],
    ['/nothing', 0, 5],
  ])('fails before the head: %s', async (path, sent, announced) => {
    const { answer, log } = await send(`GET ${path}`)
    expect(answer).toMatchObject(FAILED)
    await isExplained(log, sent, announced)
  })

  it.each([
    ['/too-long-later', 24, 8],
    ['/too-short-later', 17, 100],
  ])('is cut after the head: %s', async (path, sent, announced) => {
    const { answer, log } = await send(`GET ${path}`)
    expect(answer).toMatchObject({ status: 200, body: Buffer.from('begun;'), isWhole: false })
    await isExplained(log, sent, announced)
  })
})
