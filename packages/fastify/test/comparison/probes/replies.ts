/** What a handler sends: every kind of payload, status, redirect, header and cookie. */
import { Readable } from 'node:stream'
import { get, send } from '../../../../../scripts/comparison/request.ts'
import { app, route, type Definition } from '../probe.ts'

/** Made anew for each request. */
const payloads: Record<string, () => unknown> = {
  text: () => 'text é',
  'empty text': () => '',
  object: () => ({ a: 1, nested: { list: [1, null] }, left: undefined }),
  array: () => [1, 'two', { three: 3 }],
  number: () => 42,
  zero: () => 0,
  true: () => true,
  false: () => false,
  null: () => null,
  undefined: () => undefined,
  Buffer: () => Buffer.from([0, 255, 128]),
  'empty Buffer': () => Buffer.alloc(0),
  Uint8Array: () => new Uint8Array([104, 105]),
  Uint16Array: () => new Uint16Array([26_984]),
  ArrayBuffer: () => new Uint8Array([104, 105]).buffer,
  DataView: () => new DataView(new Uint8Array([104, 105]).buffer),
  Date: () => new Date(0),
  Map: () => new Map([['a', 1]]),
  'object with toJSON': () => ({ toJSON: () => ({ own: true }) }),
  BigInt: () => ({ big: 1n }),
  circular: () => {
    const value: Record<string, unknown> = {}
    value['self'] = value
    return value
  },
  Error: () => new Error('sent as an error'),
  'Error with a status': () => Object.assign(new Error('teapot'), { statusCode: 418 }),
  function: () => () => 'x',
  symbol: () => Symbol('x'),
  stream: () => Readable.from(['one ', 'two ', 'é']),
  'stream of Buffers': () => Readable.from([Buffer.from([1, 2]), Buffer.from([3])]),
  'web stream': () => new Blob(['from ', 'the web']).stream(),
  'web stream of our own': () =>
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('enqueued'))
        controller.close()
      },
    }),
  Blob: () => new Blob(['blob'], { type: 'text/x-blob' }),
  Response: () =>
    new Response('of a Response', {
      status: 202,
      headers: { 'X-Own': '1', 'Content-Type': 'text/x-own' },
    }),
  'Response without a body': () => new Response(null, { status: 204, headers: { 'X-Own': '1' } }),
  'Response of JSON': () => Response.json({ a: 1 }, { status: 201 }),
  'Response with cookies': () => {
    const headers = new Headers()
    headers.append('set-cookie', 'a=1')
    headers.append('set-cookie', 'b=2')
    return new Response('x', { headers })
  },
  'Response with a stream': () => new Response(new Blob(['streamed']).stream()),
  'long text': () => 'x'.repeat(100_000),
  'text above what is sent in one piece': () => 'é'.repeat(300_000),
  'long Buffer': () => Buffer.alloc(300_000, 'b'),
  promise: () => Promise.resolve('resolved'),
  URLSearchParams: () => new URLSearchParams({ a: '1' }),
  FormData: () => 'left out: its boundary is drawn at random',
}

const statuses = [200, 201, 202, 204, 205, 206, 301, 304, 400, 404, 418, 451, 499, 500, 503, 599]
const wrongStatuses = [0, 99, 600, 999, Number.NaN, '200', '2xx', null, undefined]

const headerValues: Record<string, unknown> = {
  text: 'value',
  number: 1,
  zero: 0,
  true: true,
  'empty text': '',
  undefined: undefined,
  null: null,
  list: ['a', 'b'],
  'latin1 text': 'é',
  'text with a line end': 'a\r\nb',
  'text beyond latin1': '☃',
}

export const replies: Definition[] = [
  ...Object.entries(payloads).flatMap(([name, make]) => [
    app(`send(${name})`, get(), (instance) => {
      instance.get('/', (_request, reply) => void reply.send(make()))
    }),
    app(`return ${name}`, get(), (instance) => {
      instance.get('/', async () => make())
    }),
  ]),
  ...statuses.flatMap((status) => [
    app(`code(${status}) with text`, get(), (instance) => {
      instance.get('/', async (_request, reply) => reply.code(status).send('text'))
    }),
    app(`code(${status}) without a body`, get(), (instance) => {
      instance.get('/', (_request, reply) => void reply.code(status).send())
    }),
  ]),
  ...wrongStatuses.map((status) =>
    app(`code(${typeof status} ${String(status)})`, get(), (instance) => {
      instance.get('/', async (_request, reply) => reply.code(status as number).send('text'))
    }),
  ),
  ...Object.entries(headerValues).map(([name, value]) =>
    route(`header() with ${name}`, get(), async (_request, reply) =>
      reply.header('X-Value', value).send('x'),
    ),
  ),
  route('header() with an invalid name', get(), async (_request, reply) =>
    reply.header('a b', '1').send('x'),
  ),
  route('headers(), getHeader(), hasHeader(), removeHeader()', get(), async (_request, reply) => {
    reply.headers({ 'X-One': '1', 'x-two': ['a', 'b'] }).removeHeader('x-one')
    return { one: reply.hasHeader('X-One'), two: reply.getHeader('X-TWO'), all: reply.getHeaders() }
  }),
  route('set-cookie, several times', get(), async (_request, reply) =>
    reply
      .header('Set-Cookie', 'a=1')
      .header('set-cookie', ['b=2', 'c=3'])
      .header('Set-Cookie', 'd=4')
      .send('x'),
  ),
  route('type() without a charset', get(), async (_request, reply) =>
    reply.type('text/html').send('<p>'),
  ),
  route('type() with one', get(), async (_request, reply) =>
    reply.type('text/html; charset=latin1').send('<p>'),
  ),
  route('type application/json for text', get(), async (_request, reply) =>
    reply.type('application/json').send('{"a":1}'),
  ),
  route('type application/problem+json for an object', get(), async (_request, reply) =>
    reply.type('application/problem+json').send({ a: 1 }),
  ),
  route('type text/plain for an object', get(), async (_request, reply) =>
    reply.type('text/plain').send({ a: 1 }),
  ),
  route('content-length of its own', get(), async (_request, reply) =>
    reply.header('content-length', 4).send('text'),
  ),
  route('content-length that is wrong', get(), async (_request, reply) =>
    reply.header('content-length', '99').send('text'),
  ),
  route('content-encoding of its own', get(), async (_request, reply) =>
    reply.header('content-encoding', 'x-none').send('text'),
  ),
  route('etag and last-modified', get(), async (_request, reply) =>
    reply.header('ETag', '"a"').header('Last-Modified', new Date(0).toUTCString()).send('x'),
  ),
  ...[
    ['/other'],
    ['https://example.com/é?x=å', 301],
    ['/a b', 307],
    ['/%zz', 308],
    ['//evil.test'],
    ['', 302],
  ].map(([url, code]) =>
    route(
      `redirect(${String(url)}${code === undefined ? '' : `, ${code}`})`,
      get(),
      (_request, reply) => void reply.redirect(url as string, code as number),
    ),
  ),
  route(
    'redirect() with the code set before',
    get(),
    (_request, reply) => void reply.code(303).redirect('/x'),
  ),
  route('redirect() that is returned', get(), async (_request, reply) => reply.redirect('/x')),
  route(
    'send() later',
    get(),
    (_request, reply) => void setTimeout(() => void reply.send('later'), 10),
  ),
  route('return reply, and send() later', get(), async (_request, reply) => {
    setTimeout(() => void reply.send('later'), 10)
    return reply
  }),
  route('send() and return', get(), async (_request, reply) => {
    void reply.send('sent')
    return 'returned'
  }),
  route('send() twice', get(), (_request, reply) => {
    void reply.send('first')
    void reply.send('second')
  }),
  route('a promise of nothing', get(), async () => {}),
  route('then() of a reply', get(), async (_request, reply) => {
    void reply.send('x')
    await (reply as unknown as PromiseLike<unknown>)
  }),
  route('sent, statusCode and elapsedTime', get(), async (_request, reply) => ({
    sent: reply.sent,
    statusCode: reply.statusCode,
    elapsed: typeof reply.elapsedTime,
  })),
  route('statusCode that is assigned', get(), async (_request, reply) => {
    reply.statusCode = 202
    return 'x'
  }),
  app('serializer() of a reply', get(), (instance) => {
    instance.get('/', async (_request, reply) =>
      reply
        .type('text/x-own')
        .serializer((value: unknown) => `own ${JSON.stringify(value)}`)
        .send({ a: 1 }),
    )
  }),
  app('setReplySerializer', get(), (instance) => {
    instance.setReplySerializer((value, status) => `${status} ${JSON.stringify(value)}`)
    instance.get('/', async () => ({ a: 1 }))
  }),
  app('decorateReply', get(), (instance) => {
    instance.decorateReply('shout', function shout(
      this: import('fastify').FastifyReply,
      text: string,
    ) {
      return this.send(text.toUpperCase())
    } as never)
    instance.get('/', (_request, reply) =>
      (reply as unknown as { shout(text: string): void }).shout('hello'),
    )
  }),
  app('HEAD of an answer with a length', send({ method: 'HEAD' }), (instance) => {
    instance.get('/', async () => Buffer.alloc(1234))
  }),
  app('HEAD of a stream', send({ method: 'HEAD' }), (instance) => {
    instance.get('/', (_request, reply) => void reply.send(Readable.from(['x'])))
  }),
  app('early hints, and then the answer', get(), (instance) => {
    instance.get('/', async (_request, reply) => {
      await new Promise<void>((resolve) => {
        reply.writeEarlyHints({ link: '</a.css>; rel=preload; as=style' }, resolve)
      })
      return 'hinted'
    })
  }),
  app('early hints that are malformed', get(), (instance) => {
    instance.get('/', async (_request, reply) => {
      reply.writeEarlyHints({ link: 'nonsense' })
      return 'x'
    })
  }),
  app('trailers', get(), (instance) => {
    instance.get('/', (_request, reply) => {
      reply.trailer('x-sum', (_reply, payload, done) => done(null, `of ${typeof payload}`))
      void reply.send('with trailers')
    })
  }),
  app('trailers that are async', get(), (instance) => {
    instance.get('/', (_request, reply) => {
      reply.trailer('x-sum', async () => 'later')
      void reply.send({ a: 1 })
    })
  }),
  app('trailers of a stream', get(), (instance) => {
    instance.get('/', (_request, reply) => {
      reply.trailer('x-sum', async () => 'later')
      void reply.send(Readable.from(['a', 'b']))
    })
  }),
  app('trailers that are taken back, or may not be', get(), (instance) => {
    instance.get('/', async (_request, reply) => {
      reply.trailer('x-sum', async () => 'x')
      reply.removeTrailer('x-sum')
      let refused = ''
      try {
        reply.trailer('content-length', async () => '1')
      } catch (error) {
        refused = (error as { code: string }).code
      }
      return { has: reply.hasTrailer('x-sum'), refused }
    })
  }),
]
