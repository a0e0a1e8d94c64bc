/** The raw request and response below Fastify's, and replies that are hijacked. */
import { once } from 'node:events'
import { finished } from 'node:stream'
import { get, post } from '../../../../../scripts/comparison/request.ts'
import { app, route, type Definition } from '../probe.ts'

export const raw: Definition[] = [
  route('hijack(), then end()', get(), (_request, reply) => {
    reply.hijack()
    reply.raw.writeHead(202, 'Of My Own', { 'X-Raw': '1' })
    reply.raw.end('hijacked')
  }),
  route('hijack() in an async handler', get(), async (_request, reply) => {
    reply.hijack()
    setTimeout(() => reply.raw.end('later'), 10)
  }),
  route('headers of the reply are not those of the raw one', get(), (_request, reply) => {
    void reply.header('X-Reply', '1')
    reply.hijack()
    reply.raw.setHeader('X-Raw', '1')
    reply.raw.end('x')
  }),
  route('hijack() with the headers of the reply', get(), (_request, reply) => {
    void reply.header('X-Reply', '1').code(201)
    reply.hijack()
    reply.raw.writeHead(reply.statusCode, reply.getHeaders() as never)
    reply.raw.end('x')
  }),
  app(
    'hijack() and hooks',
    get(),
    (instance, record) => {
      instance.addHook('onSend', async () => record('onSend'))
      instance.addHook('onResponse', async () => record('onResponse'))
      instance.get('/', (_request, reply) => {
        reply.hijack()
        reply.raw.end('x')
      })
    },
    { until: 'onResponse' },
  ),
  app(
    'hijack() in a hook',
    get(),
    (instance, record) => {
      instance.addHook('preHandler', async (_request, reply) => {
        reply.hijack()
        reply.raw.end('by a hook')
      })
      instance.addHook('onResponse', async () => record('onResponse'))
      instance.get('/', async () => {
        record('handler')
        return 'x'
      })
    },
    { until: 'onResponse' },
  ),
  route('send() after hijack()', get(), (_request, reply) => {
    reply.hijack()
    reply.raw.end('raw')
    void reply.send('ignored')
  }),
  route('an error after hijack()', get(), async (_request, reply) => {
    reply.hijack()
    reply.raw.end('raw')
    throw new Error('too late')
  }),
  route('the raw response ended without hijack()', get(), (_request, reply) => {
    reply.raw.end('raw')
  }),
  route('the raw response ended in an async handler', get(), async (_request, reply) => {
    reply.raw.end('raw')
    return reply
  }),
  route('raw write() in pieces', get(), (_request, reply) => {
    reply.hijack()
    reply.raw.write('one ')
    reply.raw.write(Buffer.from('two '))
    reply.raw.end('three')
  }),
  route('raw destroy() after the first bytes', get(), async (_request, reply) => {
    reply.hijack()
    reply.raw.write('first')
    setTimeout(() => reply.raw.destroy(new Error('gone')), 30)
  }),
  app(
    'events of the raw response',
    get(),
    (instance, record) => {
      instance.get('/', async (_request, reply) => {
        for (const event of ['prefinish', 'finish', 'close'] as const) {
          reply.raw.on(event, () =>
            record(`${event} ${reply.raw.writableEnded} ${reply.raw.writableFinished}`),
          )
        }
        return 'x'
      })
    },
    { until: 'close' },
  ),
  app(
    'finished(reply.raw)',
    get(),
    (instance, record) => {
      instance.get('/', async (_request, reply) => {
        finished(reply.raw, (error) => record(`finished ${String(error)}`))
        return 'x'
      })
    },
    { until: 'finished' },
  ),
  app(
    'events of the raw request',
    post('{"a":1}', 'Content-Type: application/json'),
    (instance, record) => {
      instance.addHook('onRequest', async (request) => {
        for (const event of ['end', 'close', 'aborted'] as const)
          request.raw.on(event, () => record(event))
      })
      instance.post('/', async () => 'x')
    },
    { until: 'close' },
  ),
  app(
    'events of the raw request without a body',
    get(),
    (instance, record) => {
      instance.addHook('onRequest', async (request) => {
        request.raw.on('close', () => record('close'))
      })
      instance.get('/', async () => 'x')
    },
    { until: 'close' },
  ),
  app('the raw body read in a hook', post('raw text', 'Content-Type: text/x-raw'), (instance) => {
    instance.addContentTypeParser('text/x-raw', (_request, _payload, done) => done(null))
    instance.post('/', async (request) => {
      let length = 0
      request.raw.on('data', (part: Buffer) => (length += part.length))
      await once(request.raw, 'end')
      return { length }
    })
  }),
  route('the raw response state', get(), async (_request, reply) => ({
    headersSent: reply.raw.headersSent,
    writableEnded: reply.raw.writableEnded,
    statusCode: reply.raw.statusCode,
    statusMessage: reply.raw.statusMessage ?? null,
  })),
  route('statusMessage of the raw response', get(), async (_request, reply) => {
    reply.raw.statusMessage = 'Of My Own'
    return 'x'
  }),
  route('writeContinue and writeProcessing', get(), (_request, reply) => {
    reply.hijack()
    reply.raw.writeProcessing()
    reply.raw.writeContinue()
    reply.raw.end('x')
  }),
  route('assigned trailers', get(), (_request, reply) => {
    reply.hijack()
    reply.raw.writeHead(200, { Trailer: 'X-Sum' })
    reply.raw.write('x')
    reply.raw.addTrailers({ 'X-Sum': '1' })
    reply.raw.end()
  }),
]
