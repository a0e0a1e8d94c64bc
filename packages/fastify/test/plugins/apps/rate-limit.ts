import rateLimit from '@fastify/rate-limit'
import fastify, { type FastifyInstance } from 'fastify'

export const app = fastify({ trustProxy: true })

/** A part of the app with limits of its own, each client being told by a header. */
function part(prefix: string, define: (scope: FastifyInstance) => Promise<void>): void {
  app.register(define, { prefix })
}
const keyGenerator = (request: { headers: Record<string, unknown> }): string =>
  String(request.headers['x-client'])

part('/limited', async (scope) => {
  await scope.register(rateLimit, { max: 2, timeWindow: '1 minute', keyGenerator })
  scope.get('/', async () => 'ok')
  scope.get('/own', { config: { rateLimit: { max: 1, timeWindow: 60_000 } } }, async () => 'ok')
  scope.get('/free', { config: { rateLimit: false } }, async () => 'ok')
  scope.setNotFoundHandler({ preHandler: scope.rateLimit() }, (_request, reply) => {
    reply.code(404).send('nothing here')
  })
})
part('/draft', async (scope) => {
  await scope.register(rateLimit, {
    max: 1,
    keyGenerator,
    enableDraftSpec: true,
    addHeaders: { 'retry-after': false },
  })
  scope.get('/', async () => 'ok')
})
part('/brief', async (scope) => {
  await scope.register(rateLimit, { max: 1, timeWindow: 1000, keyGenerator })
  scope.get('/', async () => 'ok')
})
part('/banned', async (scope) => {
  await scope.register(rateLimit, {
    max: 1,
    ban: 1,
    keyGenerator,
    errorResponseBuilder: (_request, { statusCode, ban, max, after }) => ({
      statusCode,
      ban,
      max,
      after,
    }),
    onBanReach: (_request, key) => console.log(`banned ${key}`),
  })
  scope.get('/', async () => 'ok')
})
part('/asked', async (scope) => {
  await scope.register(rateLimit, {
    max: async (request) => (request.headers['x-plan'] === 'paid' ? 3 : 1),
    keyGenerator,
    allowList: (_request, key) => key === 'friend',
  })
  scope.get('/', async () => 'ok')
})
part('/addresses', async (scope) => {
  await scope.register(rateLimit, { max: 1 })
  scope.get('/', async () => 'ok')
})
part('/late', async (scope) => {
  await scope.register(rateLimit, { max: 1, hook: 'preHandler', keyGenerator: bodyKey })
  scope.post('/', async () => 'ok')
})
part('/manual', async (scope) => {
  await scope.register(rateLimit, { global: false, keyGenerator })
  const check = scope.createRateLimit({ max: 1 })
  scope.get('/', async (request) => {
    const { ttl: _ttl, ...outcome } = { ttl: 0, ...(await check(request)) }
    return outcome
  })
})

function bodyKey(request: { body: unknown }): string {
  return (request.body as { user: string }).user
}
