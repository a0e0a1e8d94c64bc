import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'
import { Connection } from './connection.ts'
import { eventually } from './eventually.ts'

let worker: RunningWorker
let lastId = 0

beforeAll(async () => {
  worker = await startWorker({ entry: `${import.meta.dirname}/workers/aborts.ts` })
})
afterAll(() => worker.dispose())

interface Exchange {
  connection: Connection
  /** Waits until the app has been called. */
  isUnderWay: () => Promise<void>
  /** Waits until the exchange has closed and what is named has come, and returns what happened to it. */
  history: (...awaited: string[]) => Promise<unknown[]>
}

async function begin(requestLine: string, fieldsAndBody = '\r\n'): Promise<Exchange> {
  const id = String((lastId += 1))
  const fields = `X-Id: ${id}\r\n${fieldsAndBody}`
  const connection = await Connection.begin(worker.port, requestLine, fields)
  const read = async (): Promise<unknown[]> => {
    const response = await worker.fetch('/history', { headers: { 'x-id': id } })
    return (await response.json()) as unknown[]
  }
  return {
    connection,
    isUnderWay: () => eventually(async () => expect(await read()).toContain('begun')),
    async history(...awaited) {
      await eventually(async () => {
        expect(await read()).toEqual(expect.arrayContaining(['req close', 'res close', ...awaited]))
      })
      // What comes too late or twice is a failure too.
      await worker.fetch('/history')
      return read()
    },
  }
}

describe('a client that goes away', () => {
  it('in the middle of a download is seen by request, response and signal', async () => {
    const { connection, history } = await begin('GET /download')
    await connection.receives('more;')
    connection.destroy()
    // The handler looks every few milliseconds whether the client is there.
    const events = await history('write ERR_STREAM_DESTROYED')
    expect(events).toEqual(
      expect.arrayContaining([
        'signal',
        'req aborted',
        'req close',
        'res close',
        'aborted true destroyed true ended false',
        'write ERR_STREAM_DESTROYED',
      ]),
    )
    expect(events).not.toContain('res finish')
  })

  // workerd itself takes a connection that is merely closed for half closed until it writes.
  it('is seen in the middle of a download that is silent', async () => {
    const { connection, history } = await begin('GET /idle-download')
    await connection.receives('first;')
    connection.reset()
    const events = await history()
    expect(events).toContain('req aborted')
    expect(events).not.toContain('res finish')
  })

  it('is seen before there is an answer', async () => {
    const { connection, history, isUnderWay } = await begin('GET /silent')
    await isUnderWay()
    connection.reset()
    const events = await history()
    expect(events).toContain('req aborted')
    expect(events).not.toContain('res finish')
  })

  it.each([
    ['of known length', 'Content-Length: 100000\r\n\r\npart'],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\n'],
  ])('in the middle of an upload %s is an error of the request', async (_, fieldsAndBody) => {
    const { connection, history, isUnderWay } = await begin('POST /upload', fieldsAndBody)
    await isUnderWay()
    connection.destroy()
    const events = await history()
    expect(events.filter((event) => String(event).startsWith('req'))).toEqual([
      'req aborted',
      'req error ECONNRESET aborted',
      'req close',
    ])
    expect(events).toContain('aborted true complete false')
    expect(events).not.toContain('res finish')
  })

  it.each(['destroy', 'reset'] as const)(
    'ends a small upload that is awaited whole: %s',
    async (leave) => {
      const { connection, history, isUnderWay } = await begin(
        'POST /small-upload',
        'Content-Length: 1000\r\n\r\nnot yet the whole',
      )
      await isUnderWay()
      connection[leave]()
      const events = await history('cleaned up')
      expect(events).toContain('req error ECONNRESET aborted')
      expect(events).not.toContain('req end')
    },
  )

  it('is seen after a small upload, before there is an answer', async () => {
    const { connection, history, isUnderWay } = await begin(
      'POST /small-upload-silent',
      'Content-Length: 5\r\n\r\nwhole',
    )
    await isUnderWay()
    connection.reset()
    const events = await history()
    expect(events.slice(0, 2)).toEqual(['req end', 'begun'])
    expect(events).not.toContain('req aborted')
    expect(events).not.toContain('res finish')
  })

  it('ends the loop of an app that reads with for await', async () => {
    const { connection, history, isUnderWay } = await begin(
      'POST /read-upload',
      'Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\n',
    )
    await isUnderWay()
    connection.destroy()
    expect(await history()).toContain('read ECONNRESET')
  })

  it('leaves the Worker in order', async () => {
    expect((await worker.fetch('/history')).status).toBe(200)
  })
})

describe('an app that breaks off', () => {
  it.each([
    '/destroy',
    '/destroy-with-error',
    '/destroy-request',
    '/destroy-socket',
    '/destroy-later',
  ])('before the head answers 500 and says nothing more: %s', async (path) => {
    const connection = await Connection.begin(worker.port, `GET ${path}`)
    const { status, headers, body, isWhole } = await connection.answer()
    expect([status, String(body), isWhole]).toEqual([500, 'Internal Server Error', true])
    expect(headers['content-type']).toBe('text/plain; charset=utf-8')
  })

  it.each([
    '/destroy-after-head',
    '/destroy-after-length',
    '/destroy-socket-after-head',
    '/destroy-when-written',
  ])('after the head cuts the body, so that the client can tell: %s', async (path) => {
    const connection = await Connection.begin(worker.port, `GET ${path}`)
    const { status, headers, body, isWhole } = await connection.answer()
    expect([status, String(body), isWhole]).toEqual([200, 'begun;', false])
    // Without either, the end of the connection would be the end of the body.
    expect('transfer-encoding' in headers || 'content-length' in headers).toBe(true)
  })
})
