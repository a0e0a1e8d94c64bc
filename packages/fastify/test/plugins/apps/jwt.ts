import { readFileSync } from 'node:fs'
import cookie from '@fastify/cookie'
import jwt, { type TokenOrHeader } from '@fastify/jwt'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'

export const app = fastify()

app.register(cookie, { secret: 'cookie secret' })

interface Claims {
  name: string
  role?: string
  kind?: string
}

const authenticated = {
  onRequest: async (request: FastifyRequest) => void (await request.jwtVerify()),
}

/** Signs in, and tells who is signed in, by one kind of key. */
function routes(scope: FastifyInstance): void {
  scope.post<{ Body: Claims; Querystring: { expiresIn?: string; notBefore?: string } }>(
    '/sign',
    async ({ body, query }, reply) => ({ token: await reply.jwtSign(body, { sign: query }) }),
  )
  scope.get('/me', authenticated, async ({ user }) => user)
}

app.register(
  async (scope) => {
    scope.register(jwt, {
      secret: 'a secret',
      sign: { iss: 'example.com' },
      verify: { allowedIss: 'example.com' },
      formatUser: (payload) => ({ ...(payload as Claims), formatted: true }),
      trusted: async (_request, { role }) => role !== 'banned',
    })
    routes(scope)
    scope.get('/decoded', async (request) => request.jwtDecode())
    scope.get('/synchronous', async () => {
      const token = scope.jwt.sign({ name: 'ada' })
      return [scope.jwt.verify<Claims>(token).name, scope.jwt.decode<Claims>(token)?.name]
    })
    scope.get('/called-back', (_request, reply) => {
      scope.jwt.sign({ name: 'ada' }, (error: Error | null, token: string) => {
        if (error) reply.send(error)
        else scope.jwt.verify(token, (_error: unknown, claims: Claims) => reply.send(claims.name))
      })
    })
  },
  { prefix: '/shared' },
)

for (const algorithm of ['RS256', 'ES256', 'EdDSA', 'PS256'] as const) {
  app.register(
    async (scope) => {
      scope.register(jwt, {
        secret: {
          private: readFileSync(`keys/${algorithm}/private.pem`),
          public: readFileSync(`keys/${algorithm}/public.pem`),
        },
        sign: { algorithm },
        verify: { algorithms: [algorithm] },
      })
      routes(scope)
    },
    { prefix: `/${algorithm}` },
  )
}

app.register(
  async (scope) => {
    scope.register(jwt, {
      secret: async (_request: FastifyRequest, { header }: TokenOrHeader) =>
        (header as { kid?: string } | undefined)?.kid === 'old' ? 'old secret' : 'new secret',
      // With it, the function above gets the header too.
      decode: { complete: true },
    })
    scope.post<{ Querystring: { kid: string } }>('/sign', async ({ query }, reply) => ({
      token: await reply.jwtSign(
        { name: 'ada' },
        { sign: { kid: query.kid, key: `${query.kid} secret` } },
      ),
    }))
    scope.get('/me', authenticated, async ({ user }) => user)
  },
  { prefix: '/rotated' },
)

app.register(
  async (scope) => {
    scope.register(jwt, {
      secret: 'access secret',
      cookie: { cookieName: 'access', signed: true },
      sign: { expiresIn: '10m' },
    })
    scope.register(jwt, { secret: 'refresh secret', namespace: 'refresh', jwtSign: 'refreshSign' })
    scope.post('/login', async (_request, reply) => {
      const refresh = await (
        reply as unknown as { refreshSign(claims: object): Promise<string> }
      ).refreshSign({ name: 'ada', kind: 'refresh' })
      const access = await reply.jwtSign({ name: 'ada', kind: 'access' })
      return reply
        .setCookie('access', access, { path: '/', httpOnly: true, signed: true })
        .setCookie('refresh', refresh, { path: '/session/refresh', httpOnly: true })
        .send({ name: 'ada' })
    })
    scope.post('/refresh', async (request, reply) => {
      const { refresh } = scope.jwt as unknown as { refresh: typeof scope.jwt }
      const { name } = refresh.verify<Claims>(request.cookies.refresh ?? '')
      const access = await reply.jwtSign({ name, kind: 'refreshed' })
      return reply.setCookie('access', access, { path: '/', signed: true }).send({ name })
    })
    scope.get('/me', authenticated, async ({ user }) => user)
  },
  { prefix: '/session' },
)
