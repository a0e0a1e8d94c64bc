import helmet from '@fastify/helmet'
import fastify from 'fastify'

export const app = fastify()

app.register(
  async (scope) => {
    await scope.register(helmet)
    scope.get('/', async () => 'page')
    scope.get('/fails', async () => {
      throw new Error('broken')
    })
    scope.get('/off', { helmet: false }, async () => 'page')
    scope.get(
      '/framed',
      { helmet: { frameguard: { action: 'deny' }, contentSecurityPolicy: false } },
      async () => 'page',
    )
  },
  { prefix: '/default' },
)
app.register(
  async (scope) => {
    await scope.register(helmet, { enableCSPNonces: true })
    scope.get('/', async (_request, reply) => reply.cspNonce)
    scope.get('/off', { helmet: { enableCSPNonces: false } }, async (_request, reply) => [
      reply.cspNonce,
    ])
  },
  { prefix: '/nonces' },
)
app.register(
  async (scope) => {
    await scope.register(helmet, {
      enableCSPNonces: true,
      hsts: { maxAge: 60, includeSubDomains: false, preload: true },
      contentSecurityPolicy: {
        reportOnly: true,
        useDefaults: false,
        directives: { 'default-src': ["'self'"], 'script-src': ["'self'", 'cdn.example.com'] },
      },
    })
    scope.get('/', async (_request, reply) => reply.cspNonce)
  },
  { prefix: '/own' },
)
app.register(
  async (scope) => {
    await scope.register(helmet, { global: false })
    scope.get('/', async () => 'page')
    scope.get('/called', async (_request, reply) => {
      reply.helmet({ xPoweredBy: false, referrerPolicy: { policy: 'same-origin' } })
      return 'page'
    })
  },
  { prefix: '/manual' },
)
