import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import {
  AccessError,
  type AccessFetch,
  type AccessKeyStore,
  type AccessOptions,
  createAccessVerifier,
} from '@node-cf/access'
import { type AccessTestTeam, createAccessTestTeam } from '@node-cf/access/testing'
import { generateKeyPairSync } from 'node:crypto'
import { Forge } from './contract/forge.ts'

const HOUR = 3600_000
const DAY = 24 * HOUR

let team: AccessTestTeam
/** What this test fetches with: no other test has its keys. */
let fetchKeys: AccessFetch
beforeEach(async () => {
  team = await createAccessTestTeam()
  fetchKeys = (url, init) => team.fetch(url, init)
  // The clock alone: signatures and timeouts are real.
  jest.useFakeTimers({
    now: Date.parse('2026-11-17'),
    doNotFake: ['setTimeout', 'clearTimeout', 'nextTick', 'queueMicrotask', 'setImmediate'],
  })
})
afterEach(() => {
  jest.useRealTimers()
})

const pass = (milliseconds: number): void => {
  jest.setSystemTime(Date.now() + milliseconds)
}
const fetches = (): number => team.requests.length

/** What becomes of a request with a token. */
async function visit(token: string, options: Partial<AccessOptions> = {}): Promise<number | 'in'> {
  const verifier = createAccessVerifier({
    team: team.team,
    audience: team.audience,
    fetch: fetchKeys,
    logger: {},
    ...options,
  })
  try {
    await verifier.verify({ 'cf-access-jwt-assertion': token })
    return 'in'
  } catch (error) {
    if (error instanceof AccessError) return error.status
    throw error
  }
}
const forged = (kid: string): string => new Forge(team).byAttacker({ kid })
const longLived = (): Promise<string> => team.token({ exp: Date.now() / 1000 + 30 * 86_400 })

describe('the keys of a team', () => {
  it('are fetched once for all verifiers of the team', async () => {
    const token = await team.token({ aud: ['a', 'b'] })
    for (const audience of ['a', 'b']) expect(await visit(token, { audience })).toBe('in')
    expect(fetches()).toBe(1)
    // Another way to fetch is another source of trust.
    expect(await visit(token, { audience: 'a', fetch: (url, init) => team.fetch(url, init) })).toBe(
      'in',
    )
    expect(fetches()).toBe(2)
  })

  it('are fetched once for all that come at once', async () => {
    const token = await team.token()
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => visit(token)))
    expect(outcomes).toEqual(Array(20).fill('in'))
    expect(fetches()).toBe(1)
  })

  it('are fetched anew when they are old, by one of those that come', async () => {
    const token = await longLived()
    await visit(token)
    pass(HOUR - 1)
    await visit(token)
    expect(fetches()).toBe(1)
    pass(1)
    await Promise.all(Array.from({ length: 20 }, () => visit(token)))
    expect(fetches()).toBe(2)
    pass(60_000)
    expect(await visit(token, { cacheTimeout: 60 })).toBe('in')
    expect(fetches()).toBe(3)
  })

  it('are used by others while one request fetches new ones', async () => {
    const token = await longLived()
    await visit(token)
    pass(HOUR)
    const { promise, resolve } = Promise.withResolvers<Response>()
    team.answerWith(() => promise)
    const order: string[] = []
    const first = visit(token).finally(() => order.push('first'))
    expect(await visit(token).finally(() => order.push('second'))).toBe('in')
    expect(order).toEqual(['second'])
    resolve(new Response('down', { status: 500 }))
    expect(await first).toBe('in')
  })

  it('are fetched again when a fetch never ends', async () => {
    const token = await longLived()
    let asked = 0
    let isSilent = false
    const fetch: AccessFetch = (url, init) => {
      asked += 1
      return isSilent ? new Promise(() => {}) : team.fetch(url, init)
    }
    await visit(token, { fetch })
    pass(HOUR)
    isSilent = true
    void visit(token, { fetch })
    pass(6_000)
    expect(await visit(token, { fetch })).toBe('in')
    expect(asked).toBe(2)
    isSilent = false
    pass(24_000)
    expect(await visit(token, { fetch })).toBe('in')
    expect(asked).toBe(3)
  })

  it('are fetched for an unknown id once a cool-down', async () => {
    await visit(await team.token())
    for (let index = 0; index < 50; index += 1) expect(await visit(forged(`${index}`))).toBe(401)
    expect(fetches()).toBe(1)
    pass(30_000)
    await Promise.all(Array.from({ length: 50 }, (_, index) => visit(forged(`${index}`))))
    for (let index = 0; index < 50; index += 1) await visit(forged(`${index}`))
    expect(fetches()).toBe(2)
    pass(60_000)
    await visit(forged('x'), { coolDown: 61 })
    expect(fetches()).toBe(2)
  })

  it('follow a rotation, and outlive it', async () => {
    const before = await longLived()
    await visit(before)
    await team.rotate()
    const after = await longLived()
    expect(await visit(after)).toBe(401)
    pass(30_000)
    expect([await visit(after), await visit(before)]).toEqual(['in', 'in'])
    await team.rotate()
    pass(HOUR)
    expect([await visit(after), await visit(before)]).toEqual(['in', 401])
  })

  it('are kept for seven days of an outage', async () => {
    const token = await longLived()
    await visit(token)
    team.answerWith(() => new Response('down', { status: 500 }))
    for (let day = 1; day < 7; day += 1) {
      pass(DAY)
      expect([await visit(token), await visit(forged('x'))]).toEqual(['in', 503])
    }
    // One attempt a day: the second came within the cool-down.
    expect(fetches()).toBe(7)
    pass(DAY)
    expect(await visit(token)).toBe(503)
    team.answerWith()
    pass(60_000)
    expect(await visit(token)).toBe('in')
  })

  it('are asked for after ever longer pauses, where there are none', async () => {
    team.answerWith(() => Promise.reject(new Error('unreachable')))
    const token = await team.token()
    const attempts: number[] = []
    for (let second = 0; second < 120; second += 1) {
      const before = fetches()
      expect(await visit(token)).toBe(503)
      if (fetches() > before) attempts.push(second)
      pass(1000)
    }
    expect(attempts).toEqual([0, 1, 3, 7, 15, 31, 61, 91])
  })

  it('are asked for after the cool-down, where that is shorter', async () => {
    team.answerWith(() => Promise.reject(new Error('unreachable')))
    const token = await team.token()
    for (let time = 0; time < 5; time += 1) {
      await visit(token, { coolDown: 0.5 })
      pass(500)
    }
    expect(fetches()).toBe(5)
  })

  it('are not taken for fresh when the clock was set back', async () => {
    const token = await longLived()
    await visit(token)
    pass(-60_000)
    expect(await visit(token, { clockTolerance: 60 })).toBe('in')
    expect(fetches()).toBe(2)
  })

  it('leave out what is no key for RS256', async () => {
    const small = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const [key] = team.keys
    const good = key!.publicJwk
    team.answerWith(() =>
      Response.json({
        keys: [
          null,
          'x',
          { ...good, kid: undefined },
          { ...good, kid: 'hmac', kty: 'oct', k: 'AAAA' },
          { ...good, kid: 'algorithm', alg: 'RS512' },
          { ...good, kid: 'use', use: 'enc' },
          { ...good, kid: 'broken', n: '!' },
          { ...small.publicKey.export({ format: 'jwk' }), kid: 'small' },
          { ...elliptic.publicKey.export({ format: 'jwk' }), kid: 'elliptic' },
          { ...good, kid: 'twice' },
          { ...good, kid: 'twice' },
          { kid: good.kid, kty: good.kty, n: good.n, e: good.e },
        ],
        public_cert: { kid: 'certificate', cert: '-----BEGIN CERTIFICATE-----' },
      }),
    )
    expect(await visit(await team.token())).toBe('in')
    const forge = new Forge(team)
    for (const kid of [
      'undefined',
      'hmac',
      'algorithm',
      'use',
      'broken',
      'small',
      'elliptic',
      'twice',
      'certificate',
    ]) {
      expect([kid, await visit(await forge.byTeam({ kid }))]).toEqual([kid, 401])
    }
  })

  it.each([
    ['no JSON', '<html>'],
    ['null', 'null'],
    ['no list', '{"keys":{}}'],
    ['an empty list', '{"keys":[]}'],
  ])('cannot be had from %s', async (_name, text) => {
    team.answerWith(() => new Response(text))
    expect(await visit(await team.token())).toBe(503)
  })

  it('are told of in the log, and without what was answered', async () => {
    const warn = jest.fn<(message: string) => void>()
    team.answerWith(() => new Response('secret', { status: 500 }))
    await visit(await team.token(), { logger: { warn } })
    expect(warn.mock.calls).toEqual([
      [
        'The keys of https://test.cloudflareaccess.com could not be fetched: Error: https://test.cloudflareaccess.com/cdn-cgi/access/certs answered with status 500 instead of 200.',
      ],
    ])
  })
})

describe('a keyStore', () => {
  class MemoryStore implements AccessKeyStore {
    readonly entries = new Map<string, string>()
    readonly lifetimes: number[] = []
    async get(key: string): Promise<string | null> {
      return this.entries.get(key) ?? null
    }
    async put(key: string, value: string, options: { expirationTtl: number }): Promise<void> {
      this.entries.set(key, value)
      this.lifetimes.push(options.expirationTtl)
    }
  }
  let keyStore: MemoryStore
  beforeEach(() => {
    keyStore = new MemoryStore()
  })
  /** As another isolate does, whose memory is its own. */
  const visitElsewhere = (token: string, options: Partial<AccessOptions> = {}) =>
    visit(token, { keyStore, fetch: (url, init) => team.fetch(url, init), ...options })

  it('spares other isolates the fetch', async () => {
    const token = await longLived()
    expect(await visitElsewhere(token)).toBe('in')
    expect(await visitElsewhere(token)).toBe('in')
    expect(fetches()).toBe(1)
    expect([...keyStore.entries.keys()]).toEqual(['access-keys:test'])
    expect(keyStore.lifetimes).toEqual([7 * 86_400])
  })

  it('does not keep what is old', async () => {
    const token = await longLived()
    await visitElsewhere(token)
    pass(HOUR)
    await visitElsewhere(token)
    expect(fetches()).toBe(2)
  })

  it('does not hold up a rotation', async () => {
    await visitElsewhere(await longLived())
    await team.rotate()
    expect(await visitElsewhere(await longLived())).toBe('in')
  })

  it('helps a cold start through an outage, for seven days', async () => {
    const token = await longLived()
    await visitElsewhere(token)
    team.answerWith(() => new Response('down', { status: 500 }))
    pass(6 * DAY)
    expect(await visitElsewhere(token)).toBe('in')
    pass(DAY)
    expect(await visitElsewhere(token)).toBe(503)
  })

  it('may be given as a function', async () => {
    const token = await team.token()
    await visitElsewhere(token, { keyStore: () => keyStore })
    await visitElsewhere(token, { keyStore: () => keyStore })
    expect(fetches()).toBe(1)
  })

  it.each([
    ['no JSON', 'x'],
    ['null', 'null'],
    ['no time', JSON.stringify({ text: '{"keys":[]}' })],
    ['a time to come', JSON.stringify({ issuedAt: 1e15, text: '{"keys":[]}' })],
    ['no keys', JSON.stringify({ issuedAt: Date.parse('2026-11-17'), text: '{"keys":[]}' })],
  ])('that holds %s does no harm', async (_name, entry) => {
    keyStore.entries.set('access-keys:test', entry)
    expect(await visitElsewhere(await team.token())).toBe('in')
    expect(fetches()).toBe(1)
  })

  it.each([
    ['rejects', () => Promise.reject(new Error('broken'))],
    [
      'throws',
      () => {
        throw new Error('no binding')
      },
    ],
    ['never answers', () => new Promise<never>(() => {})],
  ])('that %s does no harm, and is told of', async (_name, fail) => {
    const warn = jest.fn<(message: string) => void>()
    const options = { keyStore: { get: fail, put: fail }, logger: { warn } }
    expect(await visitElsewhere(await team.token(), options)).toBe('in')
    expect(warn.mock.calls.map(([message]) => message.slice(0, 35))).toEqual([
      'The keyStore could not be read: Err',
      'The keyStore could not be written: ',
    ])
  })
})
