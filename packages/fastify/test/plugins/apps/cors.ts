import cors from '@fastify/cors'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'

export const app = fastify()

const handler = (_request: FastifyRequest, reply: FastifyReply) =>
  reply.header('x-total', '3').send({ ok: true })

/** The options of a route with rules of its own, which the plugin's types do not know. */
const withCors = (rules: object | false): object => ({ config: { cors: rules } })

/** A part of the app with its own rules. */
function part(prefix: string, define: (scope: FastifyInstance) => void): void {
  app.register(
    async (scope) => {
      define(scope)
      scope.get('/', handler)
      scope.put('/', handler)
    },
    { prefix },
  )
}

part('/any', (scope) => {
  scope.register(cors)
})
part('/reflected', (scope) => {
  scope.register(cors, { origin: true, credentials: true })
})
part('/listed', (scope) => {
  scope.register(cors, {
    origin: ['https://app.example.com', /^https:\/\/[a-z]+\.example\.org$/],
    methods: ['GET', 'PUT'],
    allowedHeaders: ['X-Token'],
    exposedHeaders: ['X-Total'],
    maxAge: 600,
    cacheControl: 300,
    optionsSuccessStatus: 200,
  })
  scope.get('/all', withCors({ origin: '*' }), handler)
  scope.get('/none', withCors(false), handler)
  scope.get('/fails', async () => {
    throw new Error('broken')
  })
})
part('/asked', (scope) => {
  scope.register(cors, {
    origin: (origin, callback) => {
      if (origin === 'https://blocked.example.com') callback(new Error('Blocked.'), false)
      else setTimeout(() => callback(null, origin === 'https://app.example.com'), 1)
    },
  })
})
part('/delegated', (scope) => {
  scope.register(cors, {
    delegator: async (request: FastifyRequest) => ({ origin: request.headers['x-tenant'] === 'a' }),
  })
})
part('/continued', (scope) => {
  scope.register(cors, { preflightContinue: true, strictPreflight: false })
  scope.options('/', async () => 'my own')
})
