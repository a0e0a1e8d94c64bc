/** Streams out of a handler, and clients that leave or are slow. */
import { once } from 'node:events'
import { PassThrough, pipeline, Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { createGzip } from 'node:zlib'
import {
  destroy,
  get,
  head,
  pause,
  post,
  readOn,
  script,
  stopReading,
  until,
  write,
} from '../../../../../scripts/comparison/request.ts'
import { app, route, type Definition } from '../probe.ts'

const hangingUp = script([write(head()), until('first'), destroy])

/** A stream that goes on until somebody stops it. */
function endless(note: (entry: string) => void): Readable {
  let count = 0
  const stream = new Readable({
    read() {
      setTimeout(() => this.push(count++ === 0 ? 'first' : 'more'), 10)
    },
  })
  stream.on('close', () => note(`stream closed, destroyed ${stream.destroyed}`))
  return stream
}

export const streams: Definition[] = [
  route('a stream that is slow', get(), (_request, reply) => {
    async function* parts() {
      for (const part of ['one ', 'two ', 'three']) {
        await delay(10)
        yield part
      }
    }
    void reply.type('text/plain').send(Readable.from(parts()))
  }),
  route('a stream with a status and headers', get(), async (_request, reply) =>
    reply
      .code(206)
      .header('Content-Range', 'bytes 0-2/10')
      .type('text/x-part')
      .send(Readable.from(['abc'])),
  ),
  route('a stream with a length', get(), async (_request, reply) =>
    reply.header('content-length', 6).send(Readable.from(['abc', 'def'])),
  ),
  route('a stream that is empty', get(), async (_request, reply) => reply.send(Readable.from([]))),
  route('a stream of 3 MB', get(), async (_request, reply) =>
    reply.send(
      Readable.from(Array.from({ length: 48 }, (_, index) => Buffer.alloc(65_536, index))),
    ),
  ),
  route('a stream of objects', get(), async (_request, reply) => {
    const stream = new PassThrough({ objectMode: true })
    stream.write('text')
    stream.end('end')
    return reply.send(stream)
  }),
  route('a stream that is piped elsewhere first', get(), async (_request, reply) =>
    reply.header('content-encoding', 'x-gzip-size').send(
      `${
        (
          await Readable.from(['x'.repeat(100)])
            .pipe(createGzip())
            .toArray()
        ).length > 0
      }`,
    ),
  ),
  route('a stream that fails at once', get(), async (_request, reply) =>
    reply.send(
      new Readable({
        read() {
          this.destroy(new Error('broken'))
        },
      }),
    ),
  ),
  route('a stream that fails before its first byte', get(), async (_request, reply) =>
    reply.send(
      new Readable({
        read() {
          setTimeout(
            () => this.destroy(Object.assign(new Error('broken'), { statusCode: 503 })),
            10,
          )
        },
      }),
    ),
  ),
  route('a stream that fails after its first byte', get(), async (_request, reply) => {
    const stream = new Readable({ read() {} })
    stream.push('first')
    setTimeout(() => stream.destroy(new Error('broken')), 30)
    return reply.send(stream)
  }),
  route('a stream that was destroyed before', get(), async (_request, reply) => {
    const stream = Readable.from(['x'])
    stream.destroy()
    await once(stream, 'close')
    return reply.send(stream)
  }),
  route('a stream that has ended before', get(), async (_request, reply) => {
    const stream = Readable.from(['x'])
    await stream.toArray()
    return reply.send(stream)
  }),
  route('a web stream that fails', get(), async (_request, reply) =>
    reply.send(
      new ReadableStream({
        start(controller) {
          controller.error(new Error('broken'))
        },
      }),
    ),
  ),
  route('a web stream that fails after its first byte', get(), async (_request, reply) => {
    let count = 0
    const stream = new ReadableStream({
      async pull(controller) {
        await delay(10)
        if (count++ === 0) controller.enqueue(new TextEncoder().encode('first'))
        else controller.error(new Error('broken'))
      },
    })
    return reply.send(stream)
  }),
  route('a web stream that is locked', get(), async (_request, reply) => {
    const stream = new Blob(['x']).stream()
    stream.getReader()
    return reply.send(stream)
  }),
  route('a Response that was read', get(), async (_request, reply) => {
    const response = new Response('x')
    await response.text()
    return reply.send(response)
  }),
  route('a stream through pipeline()', get(), (_request, reply) => {
    const stream = new PassThrough()
    void reply.type('text/plain').send(stream)
    pipeline(Readable.from(['a', 'b']), stream, () => {})
  }),
  route(
    'the body of a request as the answer',
    post('back and forth', 'Content-Type: application/json', 'X-Raw: 1'),
    async (request, reply) => reply.send(Readable.from([JSON.stringify(request.headers['x-raw'])])),
  ),
  app(
    'the body of a request, streamed back',
    post('x'.repeat(200_000), 'Content-Type: text/x-stream'),
    (instance) => {
      instance.addContentTypeParser('text/x-stream', (_request, payload, done) =>
        done(null, payload),
      )
      instance.post('/', (request, reply) => void reply.send(request.body as Readable))
    },
  ),
  route('server-sent events on the raw response', get(), async (_request, reply) => {
    reply.hijack()
    reply.raw.writeHead(200, { 'Content-Type': 'text/event-stream' })
    for (const count of [1, 2, 3]) {
      reply.raw.write(`data: ${count}\n\n`)
      await delay(10)
    }
    reply.raw.end()
  }),
  app('onSend sees a stream, and may replace it', get(), (instance) => {
    instance.addHook('onSend', async (_request, reply, payload) => {
      void reply.header('X-Was', typeof (payload as Readable).pipe)
      return Readable.from(['replaced'])
    })
    instance.get('/', (_request, reply) => void reply.send(Readable.from(['x'])))
  }),
  app(
    'a client that leaves a stream',
    hangingUp,
    (instance, record) => {
      instance.addHook('onRequestAbort', async (_request) => record('onRequestAbort'))
      instance.addHook('onResponse', async () => record('onResponse'))
      instance.get('/', (_request, reply) => void reply.send(endless((entry) => record(entry))))
    },
    { until: 'stream closed', alone: true },
  ),
  app(
    'a client that leaves while a handler works',
    script([write(head()), pause(60), destroy]),
    (instance, record) => {
      instance.addHook('onRequestAbort', async (request) =>
        record(`onRequestAbort ${request.raw.aborted}`),
      )
      instance.addHook('onResponse', async () => record('onResponse'))
      instance.get('/', async () => {
        await delay(300)
        record('answered')
        return 'late'
      })
    },
    { until: 'answered', alone: true },
  ),
  app(
    'onRequestAbort that fails',
    script([write(head()), pause(60), destroy]),
    (instance, record) => {
      instance.addHook('onRequestAbort', async (_request) => {
        record('onRequestAbort')
        throw new Error('in the hook')
      })
      instance.get('/', async () => {
        await delay(300)
        record('answered')
        return 'late'
      })
    },
    { until: 'answered', alone: true },
  ),
  app(
    'the signal of a request whose client leaves',
    script([write(head()), pause(60), destroy]),
    (instance, record) => {
      instance.get('/', async (request) => {
        const { signal } = request as unknown as { signal?: AbortSignal }
        signal?.addEventListener('abort', () => record('aborted'))
        await delay(300)
        record('answered')
        return 'late'
      })
    },
    { until: 'answered', alone: true },
  ),
  app(
    'a client that is slow',
    script([write(head()), stopReading, pause(100), readOn]),
    (instance) => {
      instance.get(
        '/',
        (_request, reply) =>
          void reply.send(
            Readable.from(Array.from({ length: 40 }, () => Buffer.alloc(65_536, 'x'))),
          ),
      )
    },
  ),
  app(
    'onTimeout without a timeout',
    get(),
    (instance, record) => {
      instance.addHook('onTimeout', async () => record('onTimeout'))
      instance.addHook('onResponse', async () => record('onResponse'))
      instance.get('/', async () => 'x')
    },
    { until: 'onResponse' },
  ),
]
