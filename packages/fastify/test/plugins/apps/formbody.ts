import formbody from '@fastify/formbody'
import fastify from 'fastify'

export const app = fastify({ bodyLimit: 1000 })

app.register(
  async (scope) => {
    scope.register(formbody)
    scope.post('/', async (request) => request.body)
    scope.post(
      '/checked',
      {
        schema: {
          body: {
            type: 'object',
            required: ['name'],
            properties: {
              name: { type: 'string' },
              age: { type: 'integer' },
              tags: { type: 'array' },
            },
          },
        },
      },
      async (request) => request.body,
    )
  },
  { prefix: '/form' },
)
app.register(
  async (scope) => {
    scope.register(formbody, {
      bodyLimit: 20,
      parser: (text) => Object.fromEntries(text.split('&').map((pair) => pair.split(':'))),
    })
    scope.post('/', async (request) => request.body)
  },
  { prefix: '/own' },
)
app.post('/none', async (request) => request.body)
