import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import net from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type AccessTestTeam, createAccessTestTeam } from '@node-cf/access/testing'
import type { Response as MiniflareResponse } from 'miniflare'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'

/** What becomes of one request for keys. */
type Answering = (team: AccessTestTeam, request: Request) => Response | Promise<Response>

let worker: RunningWorker
let team: AccessTestTeam
let answering: Answering
let count = 0

beforeAll(async () => {
  worker = await startWorker({
    entry: `${import.meta.dirname}/workers/verifier.ts`,
    bindings: {
      kvNamespaces: { KEYS: 'keys' },
      outboundService: async ({ url }) =>
        (await answering(team, new Request(url))) as unknown as MiniflareResponse,
    },
  })
})
afterAll(async () => {
  await worker.dispose()
})
beforeEach(async () => {
  count += 1
  // The Worker has no keys of this team yet.
  team = await createAccessTestTeam({ team: `test-${count}` })
  answering = (asked, request) => asked.handle(request)
})

const path = (query = ''): string => `/?team=${team.team}&${query}`
async function visit(query?: string): Promise<number> {
  const response = await worker.fetch(path(query), { headers: await team.headers() })
  await response.arrayBuffer()
  return response.status
}

/** An answer that begins, and never ends. */
function half(): Response {
  const begin = new TextEncoder().encode('{"keys":[')
  return new Response(new ReadableStream({ start: (controller) => controller.enqueue(begin) }))
}

describe('in workerd', () => {
  it('fetches keys once, however many first requests there are', async () => {
    answering = async (asked, request) => {
      await delay(100)
      return asked.handle(request)
    }
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => visit()))
    expect(new Set(outcomes)).toEqual(new Set([200]))
    expect(team.requests).toHaveLength(1)
  })

  it('fetches them again for those that waited, when the request that fetched is gone', async () => {
    let asked = 0
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    const { promise: never, resolve: release } = Promise.withResolvers<void>()
    answering = async (of, request) => {
      asked += 1
      begin()
      if (asked === 1) await never
      return of.handle(request)
    }
    const { 'cf-access-jwt-assertion': token } = await team.headers()
    const first = net.connect(worker.port, '127.0.0.1')
    first.on('error', () => {})
    first.write(`GET ${path()} HTTP/1.1\r\nhost: x\r\ncf-access-jwt-assertion: ${token}\r\n\r\n`)
    await begun
    const others = Promise.all(Array.from({ length: 20 }, () => visit()))
    await delay(50)
    first.resetAndDestroy()
    expect(new Set(await others)).toEqual(new Set([200]))
    expect(asked).toBe(2)
    release()
  })

  it('answers 503 when Access is silent, or stops in the middle', async () => {
    const silent = await createAccessTestTeam({ team: 'silent' })
    const { promise: never, resolve: release } = Promise.withResolvers<Response>()
    answering = (_asked, { url }) => (url.startsWith(silent.issuer) ? never : half())
    const headers = await silent.headers()
    const outcomes = [visit(), visit(), worker.fetch('/?team=silent', { headers })]
    const [first, second, third] = await Promise.all(outcomes)
    expect([first, second, (third as Response).status]).toEqual([503, 503, 503])
    release(new Response())
  })

  it('follows no redirect', async () => {
    const urls: string[] = []
    answering = (_asked, request) => {
      urls.push(request.url)
      return Response.redirect('https://evil.example/certs')
    }
    expect(await visit()).toBe(503)
    expect(urls).toEqual([`${team.issuer}/cdn-cgi/access/certs`])
  })

  it.each(['kv', 'cache'])('shares keys between isolates by %s', async (store) => {
    for (const isolate of [1, 2, 3]) {
      expect(await visit(`store=${store}&isolate=${store}-${isolate}`)).toBe(200)
    }
    expect(team.requests).toHaveLength(1)
    answering = () => new Response('down', { status: 500 })
    expect(await visit(`store=${store}&isolate=${store}-4`)).toBe(200)
    expect(await visit(`isolate=${store}-5`)).toBe(503)
  })

  it('verifies the request of a WebSocket', async () => {
    const { 'cf-access-jwt-assertion': token } = await team.headers()
    const upgrade = [
      `GET ${path()} HTTP/1.1`,
      'Host: x',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ]
    const options = { timeoutMs: 300 }
    const refused = await worker.raw([...upgrade, '', ''].join('\r\n'), options)
    expect(refused).toMatch(/^HTTP\/1.1 401 /)
    const accepted = await worker.raw(
      [...upgrade, `Cookie: CF_Authorization=${token}`, '', ''].join('\r\n'),
      options,
    )
    expect(accepted).toMatch(/^HTTP\/1.1 101 /)
    expect(accepted).toContain('Hello user')
  })
})
