import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createHash } from 'node:crypto'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'
import { parseAnswer } from './answer.ts'
import { Connection } from './connection.ts'
import { eventually, settled } from './eventually.ts'
import { PATTERN_CHUNK, patternChunk, patternHash } from './pattern.ts'

const MEGABYTE = 1024 * 1024
const CHUNKS = (20 * MEGABYTE) / PATTERN_CHUNK
/** More than the sockets of two kernels take when nobody reads: some 4 MB on Linux. */
const BUFFERS = 8 * MEGABYTE

let worker: RunningWorker

beforeAll(async () => {
  worker = await startWorker({ entry: `${import.meta.dirname}/workers/streaming.ts` })
})
afterAll(() => worker.dispose())

function get(path: string, fields = ''): Promise<Connection> {
  return Connection.begin(worker.port, `GET ${path}`, `${fields}\r\n`)
}

async function json(path: string): Promise<unknown> {
  return (await worker.fetch(path)).json()
}

interface Progress {
  bytes: number
  drains: number
  isWaiting: boolean
  needsDrain: boolean
  isOver: boolean
}
const progress = async (): Promise<Progress> => (await json('/progress')) as Progress
const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

describe('a response that stays open', () => {
  it('shows its head as soon as it is flushed', async () => {
    const connection = await get('/events')
    await connection.receives('\r\n\r\n')
    expect(parseAnswer(connection.received)).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/event-stream' },
      isWhole: false,
    })
    expect(connection.isClosed).toBe(false)
    await worker.fetch('/finish')
    await connection.closes()
  })

  it('shows its first chunk before there is a second', async () => {
    const connection = await get('/first-chunk')
    await connection.receives('first;')
    expect(parseAnswer(connection.received)).toMatchObject({ isWhole: false })
    await worker.fetch('/finish')
    expect(String((await connection.answer()).body)).toBe('first;last')
  })
})

describe('backpressure', () => {
  it('stops an app whose client does not read, and loses nothing when it does again', async () => {
    const connection = await get('/download', `X-Chunks: ${CHUNKS}\r\n`)
    connection.pause()
    const written = await settled(async () => (await progress()).bytes)
    expect(written).toBeLessThan(BUFFERS)
    const stopped = await progress()
    expect(stopped).toMatchObject({ isWaiting: true, needsDrain: true, isOver: false })

    connection.resume()
    const { body, isWhole } = await connection.answer()
    expect((await progress()).drains).toBeGreaterThan(stopped.drains)
    expect([body.byteLength, isWhole, hashOf(body)]).toEqual([
      CHUNKS * PATTERN_CHUNK,
      true,
      patternHash(CHUNKS),
    ])
  })

  it('stops a client whose app does not read, and loses nothing when it does again', async () => {
    const fields = `Content-Length: ${CHUNKS * PATTERN_CHUNK}\r\n\r\n`
    const connection = await Connection.begin(worker.port, 'POST /upload', fields)
    const upload = (async () => {
      for (let index = 0; index < CHUNKS; index += 1) await connection.send(patternChunk(index))
    })()
    const accepted = await settled(() => connection.bytesSent)
    expect(accepted).toBeLessThan(BUFFERS)
    const stopped = await progress()
    expect(stopped).toMatchObject({ isWaiting: true })
    expect(stopped.bytes).toBeLessThan(MEGABYTE)

    await worker.fetch('/go-on')
    await upload
    expect(await connection.answer()).toMatchObject({
      status: 200,
      body: Buffer.from(patternHash(CHUNKS)),
    })
  })

  it.each(['/echo', '/echo-by-pipe'])('brings 20 MB there and back: %s', async (path) => {
    const body = Buffer.concat(Array.from({ length: CHUNKS }, (_, index) => patternChunk(index)))
    const response = await worker.fetch(path, { method: 'POST', body })
    const answer = Buffer.from(await response.arrayBuffer())
    expect([answer.byteLength, hashOf(answer)]).toEqual([body.byteLength, patternHash(CHUNKS)])
  })
})

describe('a streamed response', () => {
  it('keeps the Content-Length that the app gave it', async () => {
    const connection = await get('/with-length')
    const { headers, body } = await connection.answer()
    expect(headers).toMatchObject({ 'content-length': '12' })
    expect(headers).not.toHaveProperty('transfer-encoding')
    expect(String(body)).toBe('one;two;six;')
  })

  it('keeps what is written back while it is corked', async () => {
    await worker.fetch('/cork')
    const connection = await get('/corked')
    await connection.receives('before;')
    // Something has been served since, so the runtime had its turns.
    await progress()
    expect(connection.received.includes('kept')).toBe(false)
    await worker.fetch('/go-on')
    await connection.receives('kept back;')
    await worker.fetch('/finish')
    expect(String((await connection.answer()).body)).toBe('before;kept back;last')
  })

  it('keeps back what is written first', async () => {
    await worker.fetch('/cork')
    const connection = await get('/corked-from-the-start')
    for (let count = 0; count < 10; count += 1) await progress()
    expect(connection.received.includes('kept')).toBe(false)
    await worker.fetch('/go-on')
    expect(String((await connection.answer()).body)).toBe('kept back;end')
  })

  it('is uncorked as often as it was corked', async () => {
    expect(await (await worker.fetch('/corked-twice')).text()).toBe('ab[2,1,0]')
  })

  it('is uncorked by its end', async () => {
    expect(await (await worker.fetch('/corked-at-the-end')).text()).toBe('abc')
  })

  it('calls back for each write once, in order', async () => {
    expect(await (await worker.fetch('/callbacks')).text()).toBe(
      'abcd' +
        JSON.stringify([
          ['first', null],
          ['second', null],
          ['third', null],
          ['empty', null],
          ['fourth', null],
        ]),
    )
  })

  it('calls back for end() when it is finished', async () => {
    expect(await (await worker.fetch('/callback-of-end')).text()).toBe('ab')
    await eventually(async () => {
      expect(await json('/calls-of-end')).toEqual(['write', 'end', 'finish', 'close'])
    })
  })

  it('calls back with an error what was never sent, and what comes too late', async () => {
    await (await get('/callbacks-of-destroyed')).closes()
    await eventually(async () => {
      expect(await json('/calls-of-destroyed')).toEqual([
        ['0', 'ERR_STREAM_DESTROYED'],
        ['1', 'ERR_STREAM_DESTROYED'],
        ['2', 'ERR_STREAM_DESTROYED'],
        ['late', 'ERR_STREAM_DESTROYED'],
      ])
    })
  })
})
