import { beforeAll, describe, expect, it, jest } from '@jest/globals'
import {
  AccessError,
  type AccessOptions,
  type AccessVerifier,
  createAccessVerifier,
} from '@node-cf/access'
import { type AccessTestTeam, createAccessTestTeam } from '@node-cf/access/testing'
import { Forge } from './contract/forge.ts'

let team: AccessTestTeam
beforeAll(async () => {
  team = await createAccessTestTeam()
})

/** A verifier with keys of its own. */
function verifierOf(options: Partial<AccessOptions> = {}): AccessVerifier {
  return createAccessVerifier({
    team: team.team,
    audience: team.audience,
    fetch: (url, init) => team.fetch(url, init),
    logger: {},
    ...options,
  })
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => (error instanceof AccessError ? error.code : String(error)),
  )
}

const headersOf = (token: string) => ({ 'cf-access-jwt-assertion': token })

describe('verify', () => {
  it('tells a user', async () => {
    const token = await team.token({ custom: { department: 'R&D' } })
    expect(await verifierOf().verify(headersOf(token))).toEqual({
      kind: 'user',
      email: 'ada@example.com',
      sub: '7335d417-61da-459d-899c-0a01c76a2f94',
      name: undefined,
      custom: { department: 'R&D' },
      claims: expect.objectContaining({ type: 'app', iss: team.issuer, aud: [team.audience] }),
    })
  })

  it.each([
    [{ name: 'Ada Lovelace' }, 'Ada Lovelace'],
    [{ custom: { name: 'Ada King' } }, 'Ada King'],
    [{ name: 'Ada Lovelace', custom: { name: 'Ada King' } }, 'Ada Lovelace'],
    [{ name: 7, custom: { name: {} } }, undefined],
  ])('takes the name out of %j', async (claims, name) => {
    const identity = await verifierOf().verify(headersOf(await team.token(claims)))
    expect(identity).toMatchObject({ name })
  })

  it('tells a service', async () => {
    expect(await verifierOf().verify(headersOf(await team.serviceToken()))).toMatchObject({
      kind: 'service',
      commonName: 'e367826f93b8d71185e03fe518aff3b4.access',
      custom: {},
    })
  })

  it('types custom claims', async () => {
    const verifier = createAccessVerifier<{ department: string }>({
      team: team.team,
      audience: team.audience,
      fetch: team.fetch,
    })
    const { custom } = await verifier.verify(
      await team.headers({ custom: { department: 'Engines' } }),
    )
    const department: string = custom.department
    expect(department).toBe('Engines')
  })

  it.each([
    ['ERR_ACCESS_TOKEN_ALGORITHM', (forge: Forge) => forge.byHmac({ alg: 'HS256' }, 'x')],
    ['ERR_ACCESS_TOKEN_KEY', (forge: Forge) => forge.byAttacker({ kid: '__proto__' })],
    ['ERR_ACCESS_TOKEN_MALFORMED', (forge: Forge) => forge.byTeam({ jwk: {} })],
    ['ERR_ACCESS_TOKEN_MALFORMED', () => 'e30.e30.AAAA'],
    ['ERR_ACCESS_TOKEN_MALFORMED', () => 'AAAA.e30.AAAA'],
    ['ERR_ACCESS_TOKEN_SIGNATURE', (forge: Forge) => forge.byAttacker()],
    ['ERR_ACCESS_TOKEN_CLAIMS', (forge: Forge) => forge.byTeam({}, 'x')],
    ['ERR_ACCESS_TOKEN_CLAIMS', (forge: Forge) => forge.byTeam({}, { custom: 'x' })],
    ['ERR_ACCESS_TOKEN_ISSUER', (forge: Forge) => forge.byTeam({}, { iss: 'x' })],
    ['ERR_ACCESS_TOKEN_AUDIENCE', (forge: Forge) => forge.byTeam({}, { aud: 'x' })],
    ['ERR_ACCESS_TOKEN_TYPE', (forge: Forge) => forge.byTeam({}, { type: 'org' })],
    ['ERR_ACCESS_TOKEN_EXPIRED', (forge: Forge) => forge.byTeam({}, { exp: 1 })],
    ['ERR_ACCESS_TOKEN_EARLY', (forge: Forge) => forge.byTeam({}, { nbf: 1e11 })],
    ['ERR_ACCESS_NO_IDENTITY', (forge: Forge) => forge.byTeam({}, { email: '' })],
  ])('refuses with %s', async (code, make) => {
    const token = await make(new Forge(team))
    const error = await verifierOf()
      .verify(headersOf(token))
      .catch((reason: unknown) => reason as AccessError)
    expect(error).toMatchObject({ code, status: code === 'ERR_ACCESS_NO_IDENTITY' ? 403 : 401 })
    // Neither the error nor what is printed of it quotes what it refused.
    const printed = `${(error as Error).stack} ${JSON.stringify(error)} ${String((error as Error).cause)}`
    for (const part of [...token.split('.').filter(({ length }) => length > 8), 'mallory']) {
      expect(printed).not.toContain(part)
    }
  })

  it('lets clocks differ by up to the tolerance', async () => {
    const now = Math.floor(Date.now() / 1000)
    for (const [clockTolerance, exp, code] of [
      [60, now - 55, 'none'],
      [0, now - 1, 'ERR_ACCESS_TOKEN_EXPIRED'],
      [0, now + 5, 'none'],
    ] as const) {
      const token = await team.token({ exp })
      expect(await codeOf(verifierOf({ clockTolerance }).verify(headersOf(token)))).toBe(code)
    }
  })

  it('reads a token anew each time that it is sent', async () => {
    const verifier = verifierOf()
    const token = await team.token({ exp: Math.floor(Date.now() / 1000) + 60, custom: { a: 1 } })
    const first = await verifier.verify(headersOf(token))
    Object.assign(first.custom as object, { admin: true })
    expect((await verifier.verify(headersOf(token))).custom).toEqual({ a: 1 })

    jest.useFakeTimers({ now: Date.now() + 120_000, doNotFake: ['setTimeout', 'clearTimeout'] })
    try {
      expect(await codeOf(verifier.verify(headersOf(token)))).toBe('ERR_ACCESS_TOKEN_EXPIRED')
    } finally {
      jest.useRealTimers()
    }
    const other = createAccessVerifier({ team: team.team, audience: 'other', fetch: team.fetch })
    expect(await codeOf(other.verify(headersOf(token)))).toBe('ERR_ACCESS_TOKEN_AUDIENCE')
  })

  it('computes the signature of a token once', async () => {
    const verify = jest.spyOn(crypto.subtle, 'verify')
    try {
      const verifier = verifierOf()
      const token = await team.token()
      for (let time = 0; time < 3; time += 1) await verifier.verify(headersOf(token))
      expect(verify).toHaveBeenCalledTimes(1)
      await verifier.verify(headersOf(await team.token({ sub: 'other' })))
      expect(verify).toHaveBeenCalledTimes(2)
    } finally {
      verify.mockRestore()
    }
  })

  it('does not remember a token whose signature was wrong', async () => {
    const verifier = verifierOf()
    const token = new Forge(team).byAttacker()
    for (let time = 0; time < 2; time += 1) {
      expect(await codeOf(verifier.verify(headersOf(token)))).toBe('ERR_ACCESS_TOKEN_SIGNATURE')
    }
  })
})

describe('getIdentity', () => {
  it('asks Access once a minute, with the token', async () => {
    const asked: string[] = []
    const verifier = verifierOf({
      fetch: (url, init) => {
        if (url.endsWith('get-identity')) asked.push(String(init.headers.cookie))
        return team.fetch(url, init)
      },
    })
    const token = await team.token({ custom: { groups: ['engines'] } })
    const first = await verifier.getIdentity(headersOf(token))
    expect(first).toMatchObject({ email: 'ada@example.com', groups: ['engines'] })
    ;(first.groups as string[]).push('admins')
    expect((await verifier.getIdentity(headersOf(token))).groups).toEqual(['engines'])
    expect(asked).toEqual([`CF_Authorization=${token}`])
  })

  it('verifies the token first', async () => {
    const asked = team.requests.length
    const token = new Forge(team).byAttacker()
    expect(await codeOf(verifierOf().getIdentity(headersOf(token)))).toBe(
      'ERR_ACCESS_TOKEN_SIGNATURE',
    )
    expect(team.requests.slice(asked).join()).not.toContain('get-identity')
  })

  it.each([
    ['an error', () => new Response('no', { status: 400 })],
    ['no JSON', () => new Response('{"email":"ada@example.com"')],
    ['no object', () => Response.json(['ada@example.com'])],
    ['a redirect', () => Response.redirect('https://evil.example/')],
    ['too much', () => new Response(' '.repeat(300_000))],
    ['nothing', () => Promise.reject(new Error('broken'))],
  ])('fails with 503 for %s', async (_name, answer) => {
    const verifier = verifierOf({
      fetch: (url, init) =>
        url.endsWith('get-identity') ? Promise.resolve(answer()) : team.fetch(url, init),
    })
    const error = await verifier
      .getIdentity(await team.headers())
      .catch((reason: unknown) => reason as AccessError)
    expect(error).toMatchObject({ code: 'ERR_ACCESS_IDENTITY_UNAVAILABLE', status: 503 })
    expect(String((error as Error).cause)).not.toContain('ada')
  })

  it("asks a Worker's ctx.access where it is the same application's", async () => {
    const access = (aud: string) => ({
      aud,
      getIdentity: async () => ({ email: 'from@context.example' }),
    })
    const verifier = verifierOf()
    const headers = await team.headers()
    expect(await verifier.getIdentity(headers, access(team.audience))).toEqual({
      email: 'from@context.example',
    })
    expect(await verifier.getIdentity(headers, access('another'))).toMatchObject({
      email: 'ada@example.com',
    })
  })
})
