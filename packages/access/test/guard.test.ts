import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import {
  AccessError,
  type AccessLogger,
  createAccessGuard,
  type GuardOptions,
  type SessionBridge,
} from '@node-cf/access'
import { type AccessTestTeam, createAccessTestTeam } from '@node-cf/access/testing'

interface Incoming {
  method: string
  headers: Record<string, string>
}

let team: AccessTestTeam
beforeAll(async () => {
  team = await createAccessTestTeam()
})
beforeEach(() => {
  team.answerWith()
})

const optionsOf = (options: object = {}): GuardOptions<Incoming> => ({
  team: team.team,
  audience: team.audience,
  exempt: ['/health'],
  fetch: (url, init) => team.fetch(url, init),
  logger: {},
  ...options,
})
const request = (headers: Record<string, string> = {}, method = 'GET'): Incoming => ({
  method,
  headers,
})

describe('admit', () => {
  it('lets in with who it is', async () => {
    const guard = createAccessGuard(optionsOf())
    expect(await guard.admit(request(await team.headers()), '/')).toMatchObject({ kind: 'user' })
    expect(guard.verifier.issuer).toBe(team.issuer)
  })

  it('asks nobody on an exempt path, but for a route elsewhere', async () => {
    const guard = createAccessGuard(optionsOf())
    expect(await guard.admit(request(), '/health?x')).toBeNull()
    expect(await guard.admit(request(), '/health', '/health')).toBeNull()
    expect(await guard.admit(request(), '/health/live', '/health/:check')).toBeNull()
    for (const route of ['/admin', '/admin/*']) {
      await expect(guard.admit(request(), '/health', route)).rejects.toMatchObject({ status: 401 })
    }
  })

  it.each([
    ['OPTIONS', { origin: 'x', 'access-control-request-method': 'PUT' }, true],
    ['OPTIONS', { origin: 'x' }, false],
    ['OPTIONS', { 'access-control-request-method': 'PUT' }, false],
    ['PUT', { origin: 'x', 'access-control-request-method': 'PUT' }, false],
  ])('knows a preflight: %s %j', async (method, headers, isPreflight) => {
    const guard = createAccessGuard(optionsOf({ exemptPreflight: true }))
    const outcome = await guard
      .admit(request(headers, method), '/')
      .catch(({ code }: AccessError) => code)
    expect(outcome).toBe(isPreflight ? null : 'ERR_ACCESS_TOKEN_MISSING')
  })

  it('refuses a hook that is none', () => {
    expect(() => createAccessGuard(optionsOf({ provision: 'users' }))).toThrow(
      expect.objectContaining({ code: 'ERR_ACCESS_OPTION' }),
    )
  })
})

describe('a session', () => {
  /** The order in which a guard uses it. */
  const bridge = (subject?: string): SessionBridge<Incoming> & { calls: string[] } => {
    const calls: string[] = []
    return {
      calls,
      read: () => subject,
      begin: (_request, next) => calls.push(`begin ${next}`),
      end: () => calls.push('end'),
    }
  }
  const of = (sub: string): Promise<Record<string, string>> => team.headers({ sub })

  it('begins with the first verified request, before provision', async () => {
    const session = bridge()
    const provision = (): boolean => {
      session.calls.push('provision')
      return true
    }
    await createAccessGuard(optionsOf({ provision }), session).admit(request(await of('ada')), '/')
    expect(session.calls).toEqual(['begin user:ada', 'provision'])
  })

  it.each([
    ['user:ada', []],
    ['user:grace', ['begin user:ada']],
    ['service:ada', ['begin user:ada']],
  ])('of %s', async (subject, calls) => {
    const session = bridge(subject)
    await createAccessGuard(optionsOf(), session).admit(request(await of('ada')), '/')
    expect(session.calls).toEqual(calls)
  })

  it('ends with a request that is refused', async () => {
    const refusals: [GuardOptions<Incoming>, Incoming][] = [
      [optionsOf(), request()],
      [optionsOf(), request(await team.headers({ exp: 1 }))],
      [optionsOf({ provision: () => null }), request(await of('ada'))],
    ]
    for (const [options, refused] of refusals) {
      const session = bridge('user:ada')
      await expect(createAccessGuard(options, session).admit(refused, '/')).rejects.toThrow(
        AccessError,
      )
      expect(session.calls).toEqual(['end'])
    }
  })

  it('goes on when nothing can be decided', async () => {
    team.answerWith(() => new Response('down', { status: 500 }))
    const session = bridge('user:ada')
    const guard = createAccessGuard(optionsOf(), session)
    await expect(guard.admit(request(await of('ada')), '/')).rejects.toMatchObject({ status: 503 })
    const broken = createAccessGuard(
      optionsOf({ development: { email: 'a@b' }, provision: () => Promise.reject(new Error('x')) }),
      bridge('user:development:a@b'),
    )
    await expect(broken.admit(request(), '/')).rejects.toThrow('x')
    expect(session.calls).toEqual([])
  })

  it('is left alone on an exempt path', async () => {
    const session = bridge('user:ada')
    await createAccessGuard(optionsOf(), session).admit(request(), '/health')
    expect(session.calls).toEqual([])
  })
})

describe('development', () => {
  const development = { email: 'dev@example.com', name: 'Dev Eloper', custom: { admin: true } }

  it('lets everybody in as the developer', async () => {
    const guard = createAccessGuard(optionsOf({ development }))
    expect(await guard.admit(request(), '/admin')).toMatchObject({
      kind: 'user',
      email: 'dev@example.com',
      name: 'Dev Eloper',
      sub: 'development:dev@example.com',
      custom: { admin: true },
      claims: { iss: 'development' },
    })
  })

  it('is told of loudly, and once', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => {})
    try {
      const guard = createAccessGuard(optionsOf({ development, logger: undefined }))
      for (let time = 0; time < 3; time += 1) await guard.admit(request(), '/')
      expect(warn.mock.calls).toEqual([
        [
          'Cloudflare Access is OFF: every request is let in as dev@example.com (option development).',
        ],
      ])
    } finally {
      warn.mockRestore()
    }
  })

  it.each([
    ['cf-ray', 'x'],
    ['cf-visitor', 'x'],
    ['cf-ipcountry', 'GB'],
    ['cf-worker', 'x'],
    ['cdn-loop', 'cloudflare'],
    ['cf-access-jwt-assertion', ''],
    ['cf-access-authenticated-user-email', 'x'],
    ['cf-access-client-id', 'x'],
    ['cf-connecting-ip', '203.0.113.7'],
    ['cf-connecting-ip', '10.0.0.1'],
    ['cf-connecting-ip', '127.0.0.1, 203.0.113.7'],
    ['cf-connecting-ip', '127.0.0.1.evil.example'],
    ['cf-connecting-ip', '::2'],
    ['cf-connecting-ip', ''],
  ])('is refused with %s: %s', async (name, value) => {
    const guard = createAccessGuard(optionsOf({ development }))
    await expect(guard.admit(request({ [name]: value }), '/')).rejects.toMatchObject({
      code: 'ERR_ACCESS_DEVELOPMENT',
      status: 403,
      message: expect.stringContaining(name),
    })
  })

  it('is refused through Cloudflare even with a good token', async () => {
    const guard = createAccessGuard(optionsOf({ development }))
    await expect(guard.admit(request(await team.headers()), '/')).rejects.toMatchObject({
      status: 403,
    })
  })

  it.each([undefined, '', 7])('needs an address, not %j', (email) => {
    expect(() => createAccessGuard(optionsOf({ development: { email } }))).toThrow(
      expect.objectContaining({ code: 'ERR_ACCESS_OPTION' }),
    )
  })

  describe('in production', () => {
    const { NODE_ENV } = process.env
    afterEach(() => {
      process.env.NODE_ENV = NODE_ENV
    })

    it('cannot be given', () => {
      process.env.NODE_ENV = 'production'
      expect(() => createAccessGuard(optionsOf({ development }))).toThrow(
        expect.objectContaining({ code: 'ERR_ACCESS_DEVELOPMENT' }),
      )
    })

    it('is refused, should that be known only later', async () => {
      const guard = createAccessGuard(optionsOf({ development }))
      process.env.NODE_ENV = 'production'
      await expect(guard.admit(request(), '/')).rejects.toMatchObject({
        code: 'ERR_ACCESS_DEVELOPMENT',
      })
    })
  })
})

describe('the log', () => {
  it('has its levels, and no token', async () => {
    const lines: string[] = []
    const log =
      (level: string) =>
      (message: string): void =>
        void lines.push(`${level}: ${message}`)
    const logger: AccessLogger = {
      debug: log('debug'),
      info: log('info'),
      warn: log('warn'),
      error: log('error'),
    }
    const guard = createAccessGuard(optionsOf({ logger }))
    await guard.admit(request(await team.headers()), '/admin')
    const expired = await team.headers({ exp: 1 })
    await expect(guard.admit(request(expired), '/admin?token=x')).rejects.toThrow('expired')
    team.answerWith(() => new Response('down', { status: 500 }))
    const cold = createAccessGuard(optionsOf({ logger }))
    await expect(cold.admit(request(await team.headers()), '/admin')).rejects.toThrow(
      'cannot be checked',
    )
    expect(lines).toEqual([
      'debug: Cloudflare Access: user let in.',
      'info: GET /admin refused with 401, ERR_ACCESS_TOKEN_EXPIRED: The token has expired.',
      expect.stringMatching(
        /^warn: The keys of https:\/\/test\.cloudflareaccess\.com could not be/,
      ),
      expect.stringMatching(/^error: GET \/admin refused with 503, ERR_ACCESS_KEYS_UNAVAILABLE: /),
    ])
  })
})
