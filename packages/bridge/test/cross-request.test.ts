import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createHash } from 'node:crypto'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'
import { parseAnswer } from './answer.ts'
import { Connection } from './connection.ts'
import { eventually } from './eventually.ts'
import { patternChunk, patternHash } from './pattern.ts'

let worker: RunningWorker

beforeAll(async () => {
  worker = await startWorker({ entry: `${import.meta.dirname}/workers/cross-request.ts` })
})
afterAll(() => worker.dispose())

const get = (path: string): Promise<Connection> => Connection.begin(worker.port, `GET ${path}`)
const json = async (path: string): Promise<unknown> => (await worker.fetch(path)).json()
const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

describe('a response that waits for another request', () => {
  it('takes what another request writes, and is ended by another', async () => {
    const connections = [await get('/events'), await get('/first-chunk'), await get('/events')]
    for (const connection of connections) await connection.receives('\r\n\r\n')
    await connections[1]!.receives('first;')

    expect(await json('/publish')).toEqual([true, true, true])
    for (const connection of connections) await connection.receives('published;')
    expect(await json('/publish')).toEqual([true, true, true])
    await worker.fetch('/finish')
    for (const connection of connections) await connection.closes()

    const answers = connections.map(({ received }) => parseAnswer(received))
    expect(answers.map(({ body, isWhole }) => [String(body), isWhole])).toEqual([
      ['published;published;last', true],
      ['first;published;published;last', true],
      ['published;published;last', true],
    ])
  })

  it('is answered by it as a whole', async () => {
    const connections = [await get('/poll'), await get('/poll')]
    await eventually(async () => {
      await worker.fetch('/finish')
      for (const { received } of connections) expect(String(received)).toContain('last')
    })
    for (const connection of connections) {
      const { status, headers, body } = await connection.answer()
      expect([status, headers['content-length'], String(body)]).toEqual([200, '4', 'last'])
    }
  })

  it('is cut by another that destroys it', async () => {
    const connections = [await get('/first-chunk'), await get('/events')]
    for (const connection of connections) await connection.receives('\r\n\r\n')
    await connections[0]!.receives('first;')
    await worker.fetch('/destroy')
    for (const connection of connections) {
      expect((await connection.answer()).isWhole).toBe(false)
    }
  })

  it('is left out once its client has gone, and the others are served', async () => {
    const staying = [await get('/first-chunk'), await get('/first-chunk')]
    const leaving = await get('/leave')
    for (const connection of [...staying, leaving]) await connection.receives('first;')
    leaving.reset()
    // Whether it is known already that the client has gone makes no difference to the others.
    expect((await worker.fetch('/publish')).status).toBe(200)
    await eventually(async () => {
      expect(await (await worker.fetch('/departed')).text()).toBe('1')
    })
    expect(await json('/publish')).toEqual([true, true])
    await worker.fetch('/finish')
    for (const connection of staying) {
      const { body, isWhole } = await connection.answer()
      expect([String(body), isWhole]).toEqual(['first;published;published;last', true])
    }
  })

  it('makes another wait that writes more than its client takes', async () => {
    const client = await get('/first-chunk')
    await client.receives('first;')
    const response = await worker.fetch('/publish-much')
    expect(await response.text()).toBe('published')
    const { body, isWhole } = await client.answer()
    expect([isWhole, hashOf(body.subarray('first;'.length))]).toEqual([true, patternHash(64)])
  })

  it('takes the body of another', async () => {
    const client = await get('/first-chunk')
    await client.receives('first;')
    const body = Buffer.concat(Array.from({ length: 64 }, (_, index) => patternChunk(index)))
    const relay = await worker.fetch('/relay', { method: 'POST', body })
    expect(await relay.text()).toBe('relayed')
    const answer = await client.answer()
    expect(answer.isWhole).toBe(true)
    expect(hashOf(answer.body.subarray('first;'.length))).toBe(patternHash(64))
  })
})

describe('a request that was paused', () => {
  it('is resumed by another', async () => {
    const body = Buffer.concat(Array.from({ length: 64 }, (_, index) => patternChunk(index)))
    const answered = worker.fetch('/paused-upload', { method: 'POST', body })
    await eventually(async () => {
      expect(await (await worker.fetch('/resume')).text()).toBe('true')
    })
    expect(await (await answered).text()).toBe(patternHash(64))
  })
})
