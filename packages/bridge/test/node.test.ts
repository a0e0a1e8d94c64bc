import { describe, expect, it } from '@jest/globals'
import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { json } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type ExecutionContextLike,
  getContext,
  type RequestContext,
  type RequestListener,
  toFetchHandler,
} from '@node-cf/bridge'
import { patternChunk, patternHash } from './pattern.ts'
import { createHash } from 'node:crypto'

/** What a listener answers to one request, on plain Node. */
async function answer(
  listener: RequestListener,
  init: RequestInit & { path?: string } = {},
): Promise<Response> {
  return toFetchHandler(listener)(new Request(`http://localhost${init.path ?? '/'}`, init))
}

describe('a listener on plain Node', () => {
  it('answers JSON', async () => {
    const response = await answer(
      (req, res) => {
        res.setHeader('Content-Type', 'application/json')
        res.end(JSON.stringify({ method: req.method, url: req.url, host: req.headers.host }))
      },
      { path: '/a?b', headers: { host: 'example.com' } },
    )
    expect([response.status, response.headers.get('content-length')]).toEqual([200, '50'])
    expect(await response.json()).toEqual({ method: 'GET', url: '/a?b', host: 'example.com' })
  })

  it('gets and gives what is of the class that Node has', async () => {
    await answer((req, res) => {
      expect(req).toBeInstanceOf(http.IncomingMessage)
      expect(res).toBeInstanceOf(http.ServerResponse)
      res.end()
    })
  })

  it('answers with a status, a status text and several cookies', async () => {
    const response = await answer((_req, res) => {
      res.writeHead(418, 'Tea', { 'Set-Cookie': ['a=1', 'b=2'] }).end('short')
    })
    expect([response.status, response.statusText]).toEqual([418, 'Tea'])
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  })

  it.each([204, 304])('answers without a body: %d', async (status) => {
    const response = await answer((_req, res) => {
      res.statusCode = status
      res.end()
    })
    expect([response.status, response.body]).toEqual([status, null])
  })

  it('streams, and shows the first chunk before the second is written', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const response = await answer(async (_req, res) => {
      res.write('first')
      await promise
      res.end('second')
    })
    const reader = response.body!.getReader()
    const { value } = await reader.read()
    expect(String(Buffer.from(value))).toBe('first')
    resolve()
    const { value: rest } = await reader.read()
    expect(String(Buffer.from(rest))).toBe('second')
    expect((await reader.read()).done).toBe(true)
  })

  it('is stopped by a reader that does not read', async () => {
    let written = 0
    const response = await answer(async (_req, res) => {
      for (let index = 0; index < 100; index += 1) {
        written += 1
        if (!res.write(patternChunk(index))) await once(res, 'drain')
      }
      res.end()
    })
    const reader = response.body!.getReader()
    await reader.read()
    await delay(20)
    expect(written).toBeLessThan(5)
    const hash = createHash('sha256').update(patternChunk(0))
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      hash.update(next.value)
    }
    expect([written, hash.digest('hex')]).toEqual([100, patternHash(100)])
  })

  it('joins small writes, and no more of them than a socket would send at once', async () => {
    const response = await answer((_req, res) => {
      res.write('head;')
      for (let index = 0; index < 300; index += 1) res.write('x'.repeat(1000))
      res.end()
    })
    const sizes: number[] = []
    for await (const chunk of response.body!) sizes.push((chunk as Uint8Array).byteLength)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(300_005)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(64 * 1024)
    expect(sizes.length).toBeLessThan(20)
  })

  it('reads a body', async () => {
    const response = await answer(
      async (req, res) => res.end(JSON.stringify([await json(req), req.complete])),
      { method: 'POST', body: '{"sent":true}' },
    )
    expect(await response.json()).toEqual([{ sent: true }, true])
  })

  it('echoes a body that is a stream', async () => {
    const sent = Array.from({ length: 40 }, (_, index) => patternChunk(index))
    const response = await answer((req, res) => pipeline(req, res), {
      method: 'POST',
      body: ReadableStream.from(sent) as never,
      duplex: 'half',
    })
    const body = Buffer.from(await response.arrayBuffer())
    expect(createHash('sha256').update(body).digest('hex')).toBe(patternHash(40))
  })

  it('has the context of its request, and no other', async () => {
    const waited: Promise<unknown>[] = []
    const ctx: ExecutionContextLike = { waitUntil: (promise) => void waited.push(promise) }
    const handler = toFetchHandler(async (req, res) => {
      const before = getContext<string>()
      await delay(Math.random() * 10)
      const { cloudflare } = req as IncomingMessage & { cloudflare: RequestContext }
      const isSame = before === getContext() && before === cloudflare && before.ctx === ctx
      res.end(JSON.stringify([before.env, new URL(before.request.url).search, isSame]))
    })
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, number) => {
        const response = await handler(new Request(`http://x/?${number}`), `env ${number}`, ctx)
        return response.json()
      }),
    )
    expect(answers).toEqual(
      Array.from({ length: 20 }, (_, number) => [`env ${number}`, `?${number}`, true]),
    )
    expect(waited.length).toBeGreaterThanOrEqual(20)
  })

  it('is held open after its answer, but not where there are very many', async () => {
    let held = 0
    const ctx: ExecutionContextLike = { waitUntil: () => void (held += 1) }
    const handler = toFetchHandler((_req, res) => res.end())
    await handler(new Request('http://x/'), undefined, ctx)
    expect(held).toBe(1)
    for (let count = 0; count < 5000; count += 1) {
      await handler(new Request('http://x/'), undefined, ctx)
    }
    expect(held).toBeLessThan(2500)
  })

  it('works without an execution context', async () => {
    const response = await answer(async (_req, res) => {
      res.end('answered')
      await delay(1)
    })
    expect(await response.text()).toBe('answered')
  })
})

describe('what goes wrong on plain Node', () => {
  it.each<[string, RequestListener, string[]]>([
    [
      'throws',
      () => {
        throw new Error('secret')
      },
      ['Error: secret'],
    ],
    ['rejects', () => Promise.reject(new Error('secret')), ['Error: secret']],
    ['destroys', (_req, res) => res.destroy(new Error('secret')), []],
  ])('ends as a 500 that says nothing: a listener that %s', async (_, listener, log) => {
    const { error } = console
    const logged: unknown[] = []
    console.error = (...values: unknown[]) => logged.push(...values)
    try {
      const response = await answer(listener)
      expect([response.status, await response.text()]).toEqual([500, 'Internal Server Error'])
    } finally {
      console.error = error
    }
    expect(logged.map(String)).toEqual(log)
  })
})
