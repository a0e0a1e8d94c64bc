import basicAuth from '@fastify/basic-auth'
import bearerAuth from '@fastify/bearer-auth'
import fastify from 'fastify'

export const app = fastify()

app.register(
  async (scope) => {
    await scope.register(basicAuth, {
      authenticate: { realm: 'Notes' },
      validate: async (name, password) => {
        await new Promise((resolve) => setTimeout(resolve, 1))
        if (name !== 'ada' || password !== 'löve:lace') throw new Error('Not you.')
      },
    })
    scope.addHook('onRequest', scope.basicAuth)
    scope.get('/', async () => 'hello ada')
    scope.post('/', async ({ body }) => body)
  },
  { prefix: '/basic' },
)
app.register(
  async (scope) => {
    await scope.register(basicAuth, {
      strictCredentials: false,
      header: 'x-authorization',
      validate: (name, _password, _request, _reply, done) => {
        if (name === 'ada') done()
        else done(Object.assign(new Error('Not allowed.'), { statusCode: 403 }))
      },
    })
    scope.get('/', { onRequest: scope.basicAuth }, async () => 'hello ada')
    scope.get('/open', async () => 'hello')
  },
  { prefix: '/lax' },
)
app.register(
  async (scope) => {
    scope.register(bearerAuth, { keys: new Set(['first-key', 'second-key']) })
    scope.get('/', async () => 'hello')
  },
  { prefix: '/bearer' },
)
app.register(
  async (scope) => {
    scope.register(bearerAuth, {
      keys: [],
      bearerType: 'Token',
      specCompliance: 'rfc6749',
      auth: async (key, request) => {
        if (key === 'broken') throw new Error('The database is gone.')
        return key === request.headers['x-expected']
      },
      errorResponse: ({ message }) => ({ error: message, scheme: 'Token' }),
      contentType: 'application/problem+json',
    })
    scope.get('/', async () => 'hello')
  },
  { prefix: '/asked' },
)
