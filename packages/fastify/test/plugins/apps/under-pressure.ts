import underPressure from '@fastify/under-pressure'
import fastify from 'fastify'

export const app = fastify()

let isHealthy = true

app.register(
  async (scope) => {
    await scope.register(underPressure, {
      maxEventLoopDelay: 10_000,
      maxHeapUsedBytes: 1e12,
      maxRssBytes: 1e12,
      maxEventLoopUtilization: 0.9999,
      // Of a shorter time Node's histogram may have no sample, which counts as endless delay.
      sampleInterval: 300,
      exposeStatusRoute: {
        routeOpts: {},
        routeResponseSchemaOpts: { release: { type: 'string' } },
        url: '/alive',
      },
      healthCheck: async () => ({ release: '1.2.3', secret: 'left out' }),
    })
    scope.get('/', async () => ({ isUnderPressure: scope.isUnderPressure() }))
    scope.get('/usage', async () => Object.keys(scope.memoryUsage()))
  },
  { prefix: '/calm' },
)
app.register(
  async (scope) => {
    await scope.register(underPressure, {
      healthCheck: async () => isHealthy,
      healthCheckInterval: 30,
      retryAfter: 50,
      message: 'Too much.',
      exposeStatusRoute: true,
    })
    scope.get('/', async () => 'fine')
  },
  { prefix: '/checked' },
)
app.put<{ Body: { isHealthy: boolean } }>('/health', async ({ body }) => {
  ;({ isHealthy } = body)
  return 'noted'
})
app.register(
  async (scope) => {
    await scope.register(underPressure, {
      healthCheck: async () => false,
      healthCheckInterval: 60_000,
      pressureHandler: (request, reply, type) => {
        if (request.url.endsWith('/essential')) return
        reply.code(503).send({ type })
      },
    })
    scope.get('/', async () => 'fine')
    scope.get('/essential', async () => 'still served')
    scope.get(
      '/own',
      { config: { pressureHandler: () => 'answered by the route' } as object },
      async () => 'fine',
    )
  },
  { prefix: '/handled' },
)
app.register(
  async (scope) => {
    await scope.register(underPressure, { maxHeapUsedBytes: 1, sampleInterval: 20 })
    scope.get('/', async () => 'fine')
  },
  { prefix: '/measured' },
)
