import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { toDurableObject, toTenantWorker } from '@node-cf/express'
import express from 'express'
import { join } from 'node:path'
import { eventually } from '../../../bridge/test/eventually.ts'
import { type RunningWorker, startWorker } from '../../../../scripts/workerd/index.ts'

const bridge = join(import.meta.dirname, '../../../bridge')
let worker: RunningWorker

beforeAll(async () => {
  worker = await startWorker({
    entry: `${import.meta.dirname}/worker.ts`,
    bindings: {
      durableObjects: {
        TENANTS: { className: 'Tenant', useSQLite: true },
        SHARED: { className: 'Shared', useSQLite: true },
        BROKEN: { className: 'Broken', useSQLite: true },
      },
    },
  })
})
afterAll(() => worker.dispose())

/** Asks one of the test's Workers. */
function ask(name: string, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { 'x-worker': name, ...(init.headers as Record<string, string>) }
  return worker.fetch(path, { ...init, headers, signal: AbortSignal.timeout(20_000) })
}

function add(name: string, path: string, amount: number, headers = {}): Promise<Response> {
  return ask(name, path, {
    method: 'POST',
    body: JSON.stringify({ amount }),
    headers: { 'content-type': 'application/json', ...headers },
  })
}

describe('an app in an object', () => {
  it('has the object, its state and its database in the context of a request', async () => {
    const answer = await ask('header', '/who?a=%2F', { headers: { 'x-tenant': 'acme' } })
    expect(await answer.json()).toEqual({
      name: 'acme',
      isSame: true,
      hasEnv: true,
      url: '/who?a=%2F',
      host: worker.url.host,
      isRequest: true,
    })
  })

  it('keeps what it stores apart from other objects in the isolate', async () => {
    const tenants = Array.from({ length: 50 }, (_, index) => `apart-${index}`)
    await Promise.all(
      tenants.flatMap((tenant, index) =>
        [1, 2, 3].map(() => add('header', '/add', index, { 'x-tenant': tenant })),
      ),
    )
    const counts = await Promise.all(
      tenants.map(async (tenant) =>
        (await ask('header', '/count', { headers: { 'x-tenant': tenant } })).json(),
      ),
    )
    expect(counts).toEqual(tenants.map((_, index) => ({ count: 3 * index })))
  })

  it('may be one app for all objects, and serves none before each object is set up', async () => {
    const answers = await Promise.all(
      ['one', 'two', 'one', 'two'].map((tenant, index) =>
        add('function', `/add?tenant=shared-${tenant}`, 10 ** index),
      ),
    )
    for (const answer of answers) expect(answer.status).toBe(200)
    const count = async (tenant: string): Promise<unknown> =>
      (await ask('function', `/count?tenant=shared-${tenant}`)).json()
    expect(await count('one')).toEqual({ count: 101.5 })
    expect(await count('two')).toEqual({ count: 1010.5 })
  })

  it('streams, and one request writes into the response of another', async () => {
    const headers = { 'x-tenant': 'events' }
    const answer = await ask('header', '/events', { headers })
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader.read()).value).toBe('open\n')
    for (const text of ['news', 'end']) {
      await ask('header', `/events/${text}`, { method: 'POST', headers })
      expect((await reader.read()).value).toBe(`${text}\n`)
    }
    expect((await reader.read()).done).toBe(true)
  })

  it('hears of a client that leaves', async () => {
    const headers = { 'x-tenant': 'left' }
    const answer = await ask('header', '/ticks', { headers })
    const reader = answer.body!.getReader()
    await reader.read()
    await reader.cancel()
    await eventually(async () => {
      expect(await (await ask('header', '/closed', { headers })).json()).toEqual({ closed: 1 })
    })
  })

  it('takes a body of a megabyte and sends it back', async () => {
    const body = Buffer.alloc(1_000_000, 'megabyte')
    const answer = await ask('header', '/echo', {
      method: 'POST',
      body,
      headers: { 'x-tenant': 'echo' },
    })
    expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true)
  })

  it('lets work go on after the response', async () => {
    const headers = { 'x-tenant': 'later' }
    expect(await (await ask('header', '/later', { headers })).text()).toBe('later')
    await new Promise((resolve) => {
      setTimeout(resolve, 300)
    })
    const answer = await ask('header', '/count', { headers })
    expect(await answer.json()).toEqual({ count: 1000 })
  })

  it('takes an alarm and methods that other Workers call from a subclass', async () => {
    expect(await (await ask('calls', '/')).json()).toEqual({ count: 100, early: true })
  })

  it('answers 503 where it could not be set up', async () => {
    for (const path of ['/who', '/count']) {
      const answer = await ask('broken', path, { headers: { 'x-tenant': 'acme' } })
      expect(answer.status).toBe(503)
      expect(await answer.text()).toBe('Service Unavailable')
    }
    await worker.logged('The schema is broken')
  })

  it('is told outside an object that there is none', async () => {
    expect(await (await ask('outside', '/')).json()).toEqual({ code: 'ERR_BRIDGE_NO_OBJECT' })
  })
})

it('ends the watch over a bundle made for browsers', async () => {
  const bundled = await startWorker({
    resolveDir: import.meta.dirname,
    // What the imports of package.json name for such a bundle.
    alias: { '#resolution': `${bridge}/src/resolution-browser.ts` },
    source: `
      import { toDurableObject, toTenantWorker } from '@node-cf/express'
      import express from 'express'
      const app = express()
      app.get('/', (req, res) => res.send('works'))
      export const Tenant = toDurableObject(app)
      export default toTenantWorker({ namespace: 'TENANTS' })`,
    bindings: { durableObjects: { TENANTS: { className: 'Tenant', useSQLite: true } } },
  })
  try {
    expect(await (await bundled.fetch('/')).text()).toBe('works')
    expect(bundled.logs).toEqual([])
  } finally {
    await bundled.dispose()
  }
})

describe('toTenantWorker', () => {
  const who = async (...request: Parameters<typeof ask>): Promise<Record<string, unknown>> =>
    (await (await ask(...request)).json()) as Record<string, unknown>
  const rawHost = async (host: string): Promise<string> =>
    worker.raw(`GET /who HTTP/1.1\r\nHost: ${host}\r\nX-Worker: host\r\nConnection: close\r\n\r\n`)

  it('finds the tenant before the host', async () => {
    expect(await rawHost('Acme.Example.com:8080')).toContain('"name":"acme"')
    expect(await rawHost('other.example.com')).toContain('"name":"other"')
  })

  it.each(['example.com', 'acme.example.org', 'acme-example.com', '.example.com'])(
    'finds none in %s',
    async (host) => {
      expect(await rawHost(host)).toMatch(/^HTTP\/1.1 404 [^]*"code":"ERR_TENANT_MISSING"/)
    },
  )

  it('finds the tenant behind a path, which the app does not see', async () => {
    expect(await who('path', '/t/acme/who?x=/t/other')).toMatchObject({
      name: 'acme',
      url: '/who?x=/t/other',
    })
    const body = { method: 'POST', body: 'sent' }
    expect(await (await ask('path', '/t/acme/echo', body)).text()).toBe('sent')
  })

  it('takes the path of a tenant alone for its root', async () => {
    expect((await ask('path', '/t/acme')).status).toBe(404)
    expect(await (await ask('path', '/t/acme?a=1')).text()).toContain('Cannot GET /')
  })

  it('stays with its tenant whatever dots a path has', async () => {
    const answer = await worker.raw(
      'GET /t/acme/../other/who HTTP/1.1\r\nHost: x\r\nX-Worker: path\r\nConnection: close\r\n\r\n',
    )
    expect(answer).toContain('Cannot GET /other/who')
  })

  it('serves all by one object where nothing tells a tenant', async () => {
    expect(await who('single', '/who', { headers: { 'x-tenant': 'acme' } })).toMatchObject({
      name: 'singleton',
    })
  })

  it.each(['a/b', '..', '.a', 'a b', 'ä', 'a%2fb', 'x'.repeat(64), '-a', '_'])(
    'refuses the name %j',
    async (tenant) => {
      const answer = await ask('function', `/who?tenant=${encodeURIComponent(tenant)}`)
      expect(answer.status).toBe(400)
      expect(await answer.json()).toEqual({ error: 'Bad tenant name', code: 'ERR_TENANT_NAME' })
    },
  )

  it('makes no object for a tenant that does not exist', async () => {
    const answer = await ask('known', '/who', { headers: { 'x-tenant': 'made-up' } })
    expect(answer.status).toBe(404)
    expect(await answer.json()).toEqual({ error: 'No such tenant', code: 'ERR_TENANT_UNKNOWN' })
    expect(await who('known', '/who', { headers: { 'x-tenant': 'known-one' } })).toMatchObject({
      name: 'known-one',
    })
  })

  it('says which binding is missing', async () => {
    expect((await ask('unbound', '/who')).status).toBe(500)
    await worker.logged(/The binding NOTHING is no Durable Object namespace/)
  })
})

describe('options', () => {
  it('are checked when they are given', () => {
    const code = (given: () => unknown): unknown => {
      try {
        return given()
      } catch (error) {
        return (error as { code: string }).code
      }
    }
    expect(code(() => toDurableObject({} as never))).toBe('ERR_EXPRESS_APP')
    expect(code(() => toDurableObject(express(), { db: 1 as never }))).toBe('ERR_BRIDGE_OPTION')
    expect(code(() => toDurableObject(express(), { afterResponse: -1 }))).toBe('ERR_BRIDGE_OPTION')
    expect(code(() => toTenantWorker({ namespace: '' }))).toBe('ERR_BRIDGE_OPTION')
    for (const tenant of [{ host: '' }, { path: 't' }, { path: '/ä' }, { header: 'a b' }]) {
      expect(code(() => toTenantWorker({ namespace: 'T', tenant }))).toBe('ERR_BRIDGE_OPTION')
    }
  })
})
