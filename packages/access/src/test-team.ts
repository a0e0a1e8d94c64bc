import { base64url, CompactSign, type CryptoKey, exportJWK, generateKeyPair, type JWK } from 'jose'
import type { AccessFetch } from './fetch-text.ts'
import { readTeam } from './team.ts'
import { TOKEN_COOKIE, TOKEN_HEADER } from './token.ts'

/** A key of a test team. */
export interface AccessTestKey {
  readonly kid: string
  readonly publicJwk: JWK
  readonly privateKey: CryptoKey
}

export interface AccessTestTeamOptions {
  /** The team's name; `test` by default. */
  team?: string
  /** What its tokens are for; `test-audience` by default. */
  audience?: string
}

/** Claims to put into a token, in the place of the usual ones; undefined leaves one out. */
export type AccessTestClaims = Record<string, unknown>

/** A team whose tokens a test can make. Its keys are real ones, and its own. */
export interface AccessTestTeam {
  readonly team: string
  readonly audience: string
  readonly issuer: string
  /** The keys it publishes; the last one signs. */
  readonly keys: readonly AccessTestKey[]
  /** The URLs that its endpoints were asked for, in order. */
  readonly requests: string[]
  /** Answers for the team's endpoints without a network: the verifier's option `fetch`. */
  readonly fetch: AccessFetch
  /** The same as a fetch handler, for a server. */
  readonly handle: (request: Request) => Promise<Response>
  /**
   * Signs a user's token.
   * @param claims Claims other than the usual ones
   * @returns The token, valid for an hour
   */
  readonly token: (claims?: AccessTestClaims) => Promise<string>
  /** Signs a service's token; otherwise as `token`. */
  readonly serviceToken: (claims?: AccessTestClaims) => Promise<string>
  /** The headers of a request with a user's token, as Access sends them to the origin. */
  readonly headers: (claims?: AccessTestClaims) => Promise<Record<string, string>>
  /**
   * Makes a new key, which signs from now on. The one before stays published, as Access does it.
   * @param options.forget Whether the keys before are withdrawn
   */
  readonly rotate: (options?: { forget?: boolean }) => Promise<void>
  /**
   * Has the endpoints answer otherwise: with an error, late, not at all.
   * @param answer What answers; nothing for the usual answers
   */
  readonly answerWith: (answer?: (request: Request) => Response | Promise<Response>) => void
}

/**
 * Makes a team for tests.
 * @param options Its name, and what its tokens are for
 * @returns The team
 */
export async function createAccessTestTeam({
  team: name = 'test',
  audience = 'test-audience',
}: AccessTestTeamOptions = {}): Promise<AccessTestTeam> {
  const team = readTeam(name)
  const keys = [await makeKey()]
  const requests: string[] = []
  let override: ((request: Request) => Response | Promise<Response>) | undefined

  async function sign(claims: AccessTestClaims): Promise<string> {
    const { kid, privateKey } = keys.at(-1)!
    const now = Math.floor(Date.now() / 1000)
    const usual = { iss: team.issuer, iat: now, exp: now + 3600, type: 'app' }
    return new CompactSign(new TextEncoder().encode(JSON.stringify({ ...usual, ...claims })))
      .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
      .sign(privateKey)
  }

  async function token(claims: AccessTestClaims = {}): Promise<string> {
    return sign({
      aud: [audience],
      nbf: Math.floor(Date.now() / 1000),
      email: 'ada@example.com',
      sub: '7335d417-61da-459d-899c-0a01c76a2f94',
      identity_nonce: '6ei69kawdKzMIAPF',
      country: 'GB',
      ...claims,
    })
  }

  async function handle(request: Request): Promise<Response> {
    requests.push(request.url)
    if (override !== undefined) return override(request)
    switch (new URL(request.url).pathname) {
      case '/cdn-cgi/access/certs':
        return Response.json({ keys: keys.map(({ publicJwk }) => publicJwk) })
      case '/cdn-cgi/access/get-identity':
        return identify(request)
      default:
        return new Response('Not Found', { status: 404 })
    }
  }

  return {
    team: team.name,
    audience,
    issuer: team.issuer,
    keys,
    requests,
    fetch: async (url, init) => untilAborted(init.signal, handle(new Request(url, init))),
    handle,
    token,
    serviceToken: async (claims) =>
      sign({
        aud: audience,
        common_name: 'e367826f93b8d71185e03fe518aff3b4.access',
        sub: '',
        ...claims,
      }),
    headers: async (claims) => ({ [TOKEN_HEADER]: await token(claims) }),
    async rotate({ forget = false } = {}) {
      const key = await makeKey()
      if (forget) keys.length = 0
      keys.push(key)
      // Access publishes two.
      if (keys.length > 2) keys.shift()
    },
    answerWith(answer) {
      override = answer
    },
  }
}

async function makeKey(): Promise<AccessTestKey> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
  const kid = crypto.randomUUID().replaceAll('-', '').repeat(2)
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }
  return { kid, publicJwk, privateKey }
}

/** What the get-identity endpoint answers: who the token says it is, and its custom claims. */
function identify(request: Request): Response {
  const token = request.headers.get('cookie')?.slice(TOKEN_COOKIE.length + 1)
  const payload = token?.split('.')[1]
  if (payload === undefined) return new Response('Bad Request', { status: 400 })
  const { email, name, sub, custom } = JSON.parse(
    new TextDecoder().decode(base64url.decode(payload)),
  ) as AccessTestClaims
  return Response.json({ email, name, user_uuid: sub, groups: [], ...(custom as object) })
}

/** As `fetch` does, whose signal ends the waiting for an answer. */
async function untilAborted(signal: AbortSignal, answer: Promise<Response>): Promise<Response> {
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error))
  })
  return Promise.race([answer, aborted])
}
