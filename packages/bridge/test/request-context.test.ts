import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { setTimeout as delay } from 'node:timers/promises'
import { getContext } from '@node-cf/bridge'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'
import { parseAnswer } from './answer.ts'
import { Connection } from './connection.ts'
import { eventually } from './eventually.ts'

let worker: RunningWorker

beforeAll(async () => {
  worker = await startWorker({
    entry: `${import.meta.dirname}/workers/request-context.ts`,
    bindings: { bindings: { BOUND: 'bound' } },
  })
})
afterAll(() => worker.dispose())

/** What a route saw of the context of a request named `mine`. */
async function seen(path: string, init: RequestInit = {}): Promise<unknown> {
  const response = await worker.fetch(path, {
    ...init,
    headers: { 'x-id': 'mine' },
    signal: AbortSignal.timeout(10_000),
  })
  return response.json()
}

describe('getContext', () => {
  it('returns the context in a handler', async () => {
    const response = await worker.fetch('/handler', { headers: { 'x-id': 'mine' } })
    expect(await response.text()).toBe('mine')
  })

  it('returns it after every kind of await', async () => {
    expect(await seen('/awaits')).toEqual(['mine', 'mine', 'mine', 'mine'])
  })

  it('returns it in the events of the body', async () => {
    expect(await seen('/body-events', { method: 'POST', body: 'sent' })).toEqual({
      data: 'mine',
      end: 'mine',
    })
  })

  it('returns it in timers, immediates, ticks and microtasks', async () => {
    expect(await seen('/timers')).toEqual({
      timeout: 'mine',
      immediate: 'mine',
      nextTick: 'mine',
      microtask: 'mine',
      interval: 'mine',
    })
  })

  it('returns it in the events and write callbacks of a streamed response', async () => {
    await (await worker.fetch('/response-events', { headers: { 'x-id': 'mine' } })).text()
    await eventually(async () => {
      const answer = await worker.fetch('/seen-by-response-events')
      expect(await answer.json()).toEqual({
        prefinish: 'mine',
        write: 'mine',
        finish: 'mine',
        close: 'mine',
      })
    })
  })

  it('returns it in the events of an exchange whose client went away', async () => {
    const connection = await Connection.open(worker.port)
    await connection.send(
      'POST /aborted HTTP/1.1\r\nHost: x\r\nX-Id: mine\r\nContent-Length: 9\r\n\r\n',
    )
    await connection.receives('first;')
    connection.reset()
    await eventually(async () => {
      const answer = await worker.fetch('/seen-by-response-events')
      expect(await answer.json()).toEqual({
        aborted: 'mine',
        error: 'mine',
        closeOfRequest: 'mine',
        close: 'mine',
      })
    })
  })

  it('returns that of the request which writes, not of the one it writes to', async () => {
    const connection = await Connection.open(worker.port)
    await connection.send('GET /hold HTTP/1.1\r\nHost: x\r\nX-Id: other\r\n\r\n')
    await connection.receives('held;')
    expect(await seen('/write-to-held')).toEqual(['mine', 'mine'])
    await connection.receives('written by mine;')
    connection.destroy()
  })

  it('throws at module scope, and says what to do', async () => {
    expect(await seen('/outside')).toEqual({
      code: 'ERR_BRIDGE_NO_CONTEXT',
      message: expect.stringContaining('inside a handler'),
    })
  })

  it('throws where no request is served', () => {
    expect(() => getContext()).toThrow(expect.objectContaining({ code: 'ERR_BRIDGE_NO_CONTEXT' }))
  })
})

describe('req.cloudflare', () => {
  it('holds the bindings, the execution context, cf and the Request', async () => {
    const response = await worker.fetch('/cloudflare', {
      headers: { 'x-id': 'mine', 'MF-CF-Blob': '{"colo":"AMS"}' },
    })
    expect(await response.json()).toEqual({
      env: { BOUND: 'bound', marker: 'mine' },
      cf: { colo: 'AMS' },
      url: `${worker.url.href}cloudflare`,
      isSame: true,
    })
  })

  it('has no cf where the platform gives none', async () => {
    expect(await seen('/cloudflare')).not.toHaveProperty('cf')
  })
})

describe('requests in flight together', () => {
  const COUNT = 50
  const PIECES = 6

  it('see their own bindings, headers and body only', async () => {
    const clients = await Promise.all(
      Array.from({ length: COUNT }, async (_, number) => {
        const id = `client-${number}`
        const connection = await Connection.open(worker.port)
        const pieces = Array.from({ length: PIECES }, (__, piece) => `[${id} piece ${piece}]`)
        await connection.send(
          `POST /interleaved HTTP/1.1\r\nHost: x\r\nX-Id: ${id}\r\nConnection: close\r\n` +
            'Transfer-Encoding: chunked\r\n\r\n',
        )
        return { id, connection, pieces, unsent: [...pieces] }
      }),
    )

    const open = [...clients]
    while (open.length > 0) {
      const index = Math.floor(Math.random() * open.length)
      const { connection, unsent } = open[index]!
      const piece = unsent.shift()
      if (piece === undefined) {
        await connection.send('0\r\n\r\n')
        open.splice(index, 1)
      } else {
        await connection.send(`${piece.length.toString(16)}\r\n${piece}\r\n`)
      }
      if (Math.random() < 0.2) await delay(1)
    }

    for (const { id, connection, pieces } of clients) {
      await connection.closes()
      const { status, body, isWhole } = parseAnswer(connection.received)
      const lines = body.toString('latin1').trim().split('\n')
      const own = [id, id, id, true]
      const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
      expect({ id, status, isWhole, end: records.pop() }).toEqual({
        id,
        status: 200,
        isWhole: true,
        end: { end: own },
      })
      for (const record of records) {
        expect(record).toEqual({ before: own, after: own, body: expect.any(String) })
      }
      expect(records.map(({ body: text }) => text).join('')).toBe(pieces.join(''))
    }
  })
})
