import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import compress from '@fastify/compress'
import etag from '@fastify/etag'
import fastify, { type FastifyInstance } from 'fastify'

export const app = fastify()

/** A text that takes much less room when it is compressed. */
const text = 'All work and no play makes Jack a dull boy.\n'.repeat(200)
const large = text.repeat(100)

function routes(scope: FastifyInstance): void {
  scope.get('/json', async () => ({ text }))
  scope.get('/text', async (_request, reply) => reply.type('text/plain').send(text))
  scope.get('/large', async (_request, reply) => reply.type('text/plain').send(large))
  scope.get('/buffer', async (_request, reply) =>
    reply.type('application/octet-stream').send(Buffer.from(text)),
  )
  scope.get('/small', async () => ({ small: true }))
  scope.get('/image', async (_request, reply) => reply.type('image/png').send(Buffer.from(text)))
  scope.get('/stream', async (_request, reply) =>
    reply.type('text/plain').send(Readable.from([text, large, text])),
  )
  scope.get('/web-stream', async (_request, reply) =>
    reply.type('text/plain').send(new Response(text).body),
  )
  scope.get(
    '/response',
    async () => new Response(text, { headers: { 'content-type': 'text/plain' } }),
  )
  scope.get('/encoded', async (_request, reply) =>
    reply.header('content-encoding', 'own').type('text/plain').send(text),
  )
  scope.get('/empty', async (_request, reply) => reply.code(204).send())
  scope.get('/fails', async () => {
    throw new Error(text)
  })
  scope.get('/broken', async (_request, reply) =>
    reply.type('text/plain').send(
      Readable.from(
        (async function* () {
          for (let count = 0; count < 5; count += 1) yield randomBytes(60_000).toString('base64')
          // What has been compressed so far is on its way.
          await delay(100)
          throw new Error('broken off')
        })(),
      ),
    ),
  )
  scope.get('/off', { compress: false }, async (_request, reply) =>
    reply.type('text/plain').send(text),
  )
  scope.post('/posted', async ({ body }) => body)
}

app.register(
  async (scope) => {
    // What is compressed at once depends on how many processors there are.
    await scope.register(compress, { syncThreshold: 10_000 })
    routes(scope)
  },
  { prefix: '/default' },
)
app.register(
  async (scope) => {
    await scope.register(compress, {
      threshold: 0,
      syncThreshold: 0,
      encodings: ['deflate', 'gzip'],
      requestEncodings: ['gzip'],
      zlibOptions: { level: 9 },
      customTypes: /image/,
      onUnsupportedEncoding: (encoding, _request, reply) => {
        reply.code(406).type('text/plain')
        return `no ${encoding}`
      },
      onInvalidRequestPayload: (encoding, _request, error) => ({
        statusCode: 400,
        code: 'INVALID',
        error: 'Bad Request',
        name: 'Error',
        message: `${encoding}: ${error.message.length > 0}`,
      }),
    })
    routes(scope)
  },
  { prefix: '/own' },
)
app.register(
  async (scope) => {
    await scope.register(compress, { global: false })
    scope.get('/', async (_request, reply) => reply.type('text/plain').send(text))
    scope.get('/called', async (_request, reply) => {
      reply.type('text/plain').compress(Readable.from([text]))
      return reply
    })
  },
  { prefix: '/manual' },
)
app.register(
  async (scope) => {
    await scope.register(etag, { algorithm: 'md5', weak: true })
    await scope.register(compress, { syncThreshold: 10_000 })
    routes(scope)
  },
  { prefix: '/tagged' },
)
