import cookie from '@fastify/cookie'
import session, { type FastifySessionObject } from '@fastify/session'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'

export const app = fastify({ trustProxy: true })

app.register(cookie)

interface Session extends FastifySessionObject {
  count?: number
  user?: string
}

const sessionOf = (request: FastifyRequest): Session => request.session

/** A store as one in a database is: it answers later, and keeps text. */
class LaterStore {
  readonly #sessions = new Map<string, string>()

  set(id: string, value: object, callback: (error?: unknown) => void): void {
    setTimeout(() => {
      if ('user' in value && value.user === 'unlucky')
        return callback(new Error('The disk is full.'))
      this.#sessions.set(id, JSON.stringify(value))
      callback()
    }, 1)
  }
  get(id: string, callback: (error: unknown, value?: never) => void): void {
    setTimeout(() => {
      const text = this.#sessions.get(id)
      callback(null, text === undefined ? undefined : (JSON.parse(text) as never))
    }, 1)
  }
  destroy(id: string, callback: (error?: unknown) => void): void {
    this.#sessions.delete(id)
    callback()
  }
}

const secret = 'a secret of at least thirty-two characters'

function routes(scope: FastifyInstance): void {
  scope.get('/', async (request) => {
    const current = sessionOf(request)
    current.count = (current.count ?? 0) + 1
    return { count: current.count }
  })
  scope.get('/look', async (request) => ({ count: sessionOf(request).count ?? null }))
  scope.get('/streamed', async (request, reply) => {
    sessionOf(request).count = 100
    return reply.type('text/plain').send(new Response('streamed').body)
  })
  scope.get('/redirected', async (request, reply) => {
    sessionOf(request).count = 200
    return reply.redirect('look')
  })
  scope.post('/regenerate', async (request) => {
    const before = sessionOf(request).sessionId
    await sessionOf(request).regenerate(['user'])
    return [before !== sessionOf(request).sessionId, sessionOf(request).count ?? null]
  })
  scope.post('/destroy', async (request) => {
    await sessionOf(request).destroy()
    return 'destroyed'
  })
  scope.post('/save', async (request) => {
    sessionOf(request).count = 5
    await sessionOf(request).save()
    sessionOf(request).count = 6
    await sessionOf(request).reload()
    return 'saved'
  })
  scope.post<{ Body: { user: string } }>('/user', async (request) => {
    sessionOf(request).user = request.body.user
    return 'kept'
  })
  scope.get('/brief', async (request) => {
    sessionOf(request).options({ maxAge: 60_000, path: '/lazy' })
    sessionOf(request).count = 1
    return 'set'
  })
}

app.register(
  async (scope) => {
    scope.register(session, {
      secret,
      saveUninitialized: false,
      cookieName: 'lazy',
      cookie: { secure: false, maxAge: 3_600_000, sameSite: 'lax' },
    })
    routes(scope)
  },
  { prefix: '/lazy' },
)
app.register(
  async (scope) => {
    scope.register(session, {
      secret: [secret, 'an older secret of thirty-two characters'],
      store: new LaterStore(),
      cookie: { secure: false },
      cookiePrefix: 's:',
      rolling: false,
    })
    routes(scope)
  },
  { prefix: '/stored' },
)
app.register(
  async (scope) => {
    scope.register(session, { secret })
    routes(scope)
  },
  { prefix: '/secure' },
)
