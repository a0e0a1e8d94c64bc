import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { CookieJar } from '../../../../scripts/runtimes/index.ts'
import { onEachRuntime } from './runtimes.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pairs: Record<string, { publicKey: KeyObject; privateKey: KeyObject }> = {
  RS256: rsa,
  PS256: rsa,
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: generateKeyPairSync('ed25519'),
}
const publicPem = ({ publicKey }: { publicKey: KeyObject }): string =>
  publicKey.export({ type: 'spki', format: 'pem' }) as string
const files: Record<string, string> = Object.fromEntries(
  Object.entries(pairs).flatMap(([algorithm, pair]) => [
    [`keys/${algorithm}/public.pem`, publicPem(pair)],
    [
      `keys/${algorithm}/private.pem`,
      pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    ],
  ]),
)

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token signed by HMAC, with any header. */
function token(payload: object, { header = {}, secret = 'a secret' } = {}): string {
  const text = `${encode({ alg: 'HS256', typ: 'JWT', ...header })}.${encode(payload)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

// Tokens and the times in them.
const varying = [
  /eyJ[\w-]+\.[\w-]+\.[\w%-]+(\.[\w%+/-]+)?/g,
  /"(iat|exp|nbf)":\d+/g,
  /active at [^"]+/g,
]

onEachRuntime({ app: 'jwt', files, varying }, ({ request }) => {
  const sign = async (kind: string, claims: object, query = ''): Promise<string> => {
    const answer = await request(`/${kind}/sign${query}`, { body: claims })
    return (answer.json() as { token: string }).token
  }
  const me = (kind: string, authorization?: string) =>
    request(`/${kind}/me`, { headers: authorization === undefined ? {} : { authorization } })

  describe('@fastify/jwt', () => {
    it('signs, and verifies what it signed', async () => {
      const answer = await me('shared', `Bearer ${await sign('shared', { name: 'ada' })}`)
      expect([answer.status, answer.json()]).toEqual([
        200,
        { name: 'ada', iat: expect.any(Number), iss: 'example.com', formatted: true },
      ])
    })

    it.each(Object.keys(pairs))('signs by %s', async (algorithm) => {
      const signed = await sign(algorithm, { name: 'ada' })
      expect((await me(algorithm, `Bearer ${signed}`)).json()).toMatchObject({ name: 'ada' })
      const [head, body, signature] = signed.split('.')
      expect(JSON.parse(Buffer.from(head ?? '', 'base64url').toString())).toMatchObject({
        alg: algorithm,
      })
      const altered = encode({ name: 'eve', iat: 1 })
      expect((await me(algorithm, `Bearer ${head}.${altered}.${signature}`)).status).toBe(401)
      expect((await me(algorithm, `Bearer ${head}.${body}.AAAA`)).status).toBeGreaterThan(400)
    })

    it('takes no HMAC by the public key', async () => {
      const forged = token({ name: 'eve' }, { secret: publicPem(rsa) })
      expect((await me('RS256', `Bearer ${forged}`)).json()).toMatchObject({
        code: 'FAST_JWT_INVALID_ALGORITHM',
      })
    })

    const now = Math.floor(Date.now() / 1000)
    const iss = 'example.com'
    it.each<[string, string | undefined, number, string]>([
      ['no header', undefined, 401, 'FST_JWT_NO_AUTHORIZATION_IN_HEADER'],
      ['another scheme', 'Basic YWRh', 401, 'FST_JWT_NO_AUTHORIZATION_IN_HEADER'],
      ['no token', 'Bearer', 401, 'FST_JWT_NO_AUTHORIZATION_IN_HEADER'],
      ['too many parts', 'Bearer a b', 400, 'FST_JWT_BAD_REQUEST'],
      ['what is no token', 'Bearer abc', 401, 'FST_JWT_AUTHORIZATION_TOKEN_INVALID'],
      [
        'another secret',
        `Bearer ${token({ iss }, { secret: 'x' })}`,
        401,
        'FST_JWT_AUTHORIZATION_TOKEN_INVALID',
      ],
      [
        'another issuer',
        `Bearer ${token({ iss: 'example.org' })}`,
        401,
        'FST_JWT_AUTHORIZATION_TOKEN_INVALID',
      ],
      [
        'an expired token',
        `Bearer ${token({ iss, iat: now - 20, exp: now - 10 })}`,
        401,
        'FST_JWT_AUTHORIZATION_TOKEN_EXPIRED',
      ],
      [
        'the algorithm "none"',
        `Bearer ${encode({ alg: 'none', typ: 'JWT' })}.${encode({ iss })}.`,
        401,
        'FAST_JWT_MISSING_SIGNATURE',
      ],
      [
        'whom the app does not trust',
        `Bearer ${token({ iss, role: 'banned' })}`,
        401,
        'FST_JWT_AUTHORIZATION_TOKEN_UNTRUSTED',
      ],
    ])('refuses %s', async (_name, authorization, status, code) => {
      const answer = await me('shared', authorization)
      expect([answer.status, answer.json()]).toMatchObject([status, { code }])
    })

    it('takes times to live', async () => {
      const expiring = await sign('shared', { name: 'ada' }, '?expiresIn=1h')
      const { iat, exp } = (await me('shared', `Bearer ${expiring}`)).json() as {
        iat: number
        exp: number
      }
      expect(exp - iat).toBe(3600)
      const early = await sign('shared', { name: 'ada' }, '?notBefore=1h')
      expect((await me('shared', `Bearer ${early}`)).json()).toMatchObject({
        code: 'FAST_JWT_INACTIVE',
      })
    })

    it('decodes without verifying', async () => {
      const authorization = `Bearer ${token({ name: 'eve' }, { secret: 'x' })}`
      const { json } = await request('/shared/decoded', { headers: { authorization } })
      expect(json()).toEqual({ name: 'eve' })
    })

    it('signs at once, and by callbacks', async () => {
      expect((await request('/shared/synchronous')).json()).toEqual(['ada', 'ada'])
      expect((await request('/shared/called-back')).text).toBe('ada')
    })

    it('asks for the secret of each token', async () => {
      for (const kid of ['old', 'new']) {
        const signed = await sign('rotated', {}, `?kid=${kid}`)
        expect((await me('rotated', `Bearer ${signed}`)).json()).toMatchObject({ name: 'ada' })
      }
      const foreign = token({ name: 'eve' }, { header: { kid: 'old' }, secret: 'new secret' })
      expect((await me('rotated', `Bearer ${foreign}`)).status).toBe(401)
    })
  })

  describe('@fastify/jwt in cookies', () => {
    it('signs in, refreshes, and distrusts a forged cookie', async () => {
      const jar = new CookieJar()
      const session = async (method: string, path: string, cookie = jar.header) =>
        request(`/session${path}`, { method, headers: { cookie } })

      expect((await session('GET', '/me')).json()).toMatchObject({
        code: 'FST_JWT_NO_AUTHORIZATION_IN_COOKIE',
      })
      jar.keep(await session('POST', '/login'))
      expect(jar.names).toEqual(['access', 'refresh'])
      expect((await session('GET', '/me')).json()).toMatchObject({ name: 'ada', kind: 'access' })
      jar.keep(await session('POST', '/refresh'))
      expect((await session('GET', '/me')).json()).toMatchObject({ kind: 'refreshed' })
      expect((await session('GET', '/me', jar.header.replace(/\.[^.]+;/, '.x;'))).status).toBe(401)
    })

    it('refreshes nothing without a refresh token', async () => {
      expect((await request('/session/refresh', { method: 'POST' })).status).toBe(500)
    })
  })
})
