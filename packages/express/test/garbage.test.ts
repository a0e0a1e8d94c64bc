import { afterAll, describe, expect, it } from '@jest/globals'
import type { RequestContext } from '@node-cf/bridge'
import { toWorker } from '@node-cf/express'
import express, { type Request as AppRequest, type Response as AppResponse } from 'express'
import v8 from 'node:v8'
import vm from 'node:vm'

v8.setFlagsFromString('--expose-gc')
v8.setFlagsFromString('--allow-natives-syntax')
const collectGarbage = vm.runInNewContext('gc') as () => void
const hasFastProperties = vm.runInThisContext('(object) => %HasFastProperties(object)') as (
  object: object,
) => boolean
afterAll(() => {
  v8.setFlagsFromString('--no-allow-natives-syntax')
})

interface Seen {
  readonly context: RequestContext
  readonly request: WeakRef<AppRequest>
  readonly response: WeakRef<AppResponse>
  readonly isFast: boolean
}

const exchanges: Seen[] = []
const app = express()
app.use(express.json(), (req, res, next) => {
  res.once('close', () => {
    exchanges.push({
      // The runtime keeps the contexts of requests for long.
      context: (req as unknown as { cloudflare: RequestContext }).cloudflare,
      request: new WeakRef(req),
      response: new WeakRef(res),
      isFast: hasFastProperties(req) && hasFastProperties(res),
    })
  })
  next()
})
app.get('/now', (_req, res) => {
  res.json({ is: 'now' })
})
app.post('/body', (req, res) => {
  res.json({ length: req.body.text.length })
})
app.get('/later', async (_req, res) => {
  await new Promise((resolve) => setTimeout(resolve, 20))
  res.json({ is: 'later' })
})
const { fetch } = toWorker(app)

async function visit(path: string, text?: string): Promise<void> {
  const body = text === undefined ? undefined : JSON.stringify({ text })
  const headers: Record<string, string> =
    body === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(body.length) }
  const init = body === undefined ? {} : { method: 'POST', body, headers }
  const response = await fetch(new Request(`https://app.example${path}`, init))
  await response.text()
  expect(response.status).toBe(200)
  await new Promise((resolve) => setTimeout(resolve, 10))
}

/** How many of the exchanges so far are still in memory. */
async function kept(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 10))
  collectGarbage()
  return exchanges.filter(
    ({ request, response }) => request.deref() !== undefined || response.deref() !== undefined,
  ).length
}

describe('an exchange that is over', () => {
  it.each(['/now', '/later'])('leaves no more in memory than one, at %s', async (path) => {
    for (let count = 0; count < 5; count += 1) await visit(path)
    expect(await kept()).toBe(1)
  })

  it('leaves no more in memory than one with a short body', async () => {
    for (let count = 0; count < 5; count += 1) await visit('/body', 'short')
    expect(await kept()).toBe(1)
  })

  it('leaves no long body in memory', async () => {
    await visit('/now')
    const before = exchanges.length
    await visit('/body', 'x'.repeat(80_000))
    await kept()
    expect(exchanges.length).toBe(before + 1)
    expect(exchanges.at(-1)!.request.deref() === undefined).toBe(true)
  })

  it('kept its properties where V8 reads them fastest', () => {
    expect(exchanges.length).toBeGreaterThan(10)
    expect(exchanges.filter(({ isFast }) => !isFast)).toEqual([])
  })
})
