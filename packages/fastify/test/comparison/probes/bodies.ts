/** Bodies of requests: parsers, limits, and what is wrong with a body. */
import { Transform } from 'node:stream'
import { text } from 'node:stream/consumers'
import {
  bytesOf,
  destroy,
  get,
  head,
  pause,
  post,
  script,
  send,
  write,
} from '../../../../../scripts/comparison/request.ts'
import { app, route, type Definition } from '../probe.ts'

const json = 'Content-Type: application/json'
const echo = async ({ body }: { body: unknown }): Promise<unknown> => ({
  body: body ?? null,
  type: typeof body,
})

const jsonBodies: Record<string, string> = {
  object: '{"a":[1,{"b":"\\u00e5"}]}',
  'in UTF-8': bytesOf('{"name":"Åsa 🙂"}'),
  array: '[1,2,3]',
  text: '"text"',
  number: '42',
  null: 'null',
  'with spaces': '  {"a":1}\r\n',
  empty: '',
  'cut short': '{"a":',
  'not JSON': 'hello',
  'two values': '{}{}',
  'with a byte order mark': bytesOf('\ufeff{"a":1}'),
  __proto__: '{"__proto__":{"x":1}}',
  'constructor.prototype': '{"constructor":{"prototype":{"x":1}}}',
  'not UTF-8': '"\xff\xfe"',
  deep: '['.repeat(200) + ']'.repeat(200),
}

const types = [
  'application/json; charset=utf-8',
  'Application/JSON',
  'application/vnd.api+json',
  'application/json;charset=latin1',
  'text/plain',
  'text/plain; charset=utf-8',
  'text/html',
  'application/x-www-form-urlencoded',
  'application/octet-stream',
  'nonsense',
  'text/',
  '*/*',
]

export const bodies: Definition[] = [
  ...Object.entries(jsonBodies).map(([name, body]) =>
    route(`JSON: ${name}`, post(body, json), echo),
  ),
  ...types.map((type) => route(`type ${type}`, post('{"a":1}', `Content-Type: ${type}`), echo)),
  route('no type', post('{"a":1}'), echo),
  route('an empty type', post('{"a":1}', 'Content-Type:'), echo),
  route('text that is empty', post('', 'Content-Type: text/plain'), echo),
  route('no length, no body', send({ method: 'POST', headers: [json] }), echo),
  route('chunks', send({ method: 'POST', chunks: ['{"a"', ':', '1}'], headers: [json] }), echo),
  route('chunks, none', send({ method: 'POST', chunks: [], headers: [json] }), echo),
  route('Expect: 100-continue', post('{"a":1}', json, 'Expect: 100-continue'), echo),
  ...[1_048_576, 1_048_577].map((size) =>
    route(
      `a body of ${size} bytes, which the limit of 1 MiB ${size > 1_048_576 ? 'forbids' : 'allows'}`,
      post('x'.repeat(size), 'Content-Type: text/plain'),
      async ({ body }) => ({
        length: (body as string).length,
      }),
    ),
  ),
  route(
    'chunks over the limit',
    send({
      method: 'POST',
      chunks: ['x'.repeat(600_000), 'y'.repeat(600_000)],
      headers: ['Content-Type: text/plain'],
    }),
    async ({ body }) => ({
      length: (body as string).length,
    }),
  ),
  app(
    'bodyLimit of the app',
    post('{"a":12345}', json),
    (instance) => void instance.post('/', echo),
    { server: { bodyLimit: 10 } },
  ),
  app(
    'bodyLimit of a route',
    post('{"a":12345}', json),
    (instance) => void instance.post('/', { bodyLimit: 10 }, echo),
  ),
  app('bodyLimit of a parser', post('0123456789abc', 'Content-Type: text/x-small'), (instance) => {
    instance.addContentTypeParser(
      'text/x-small',
      { parseAs: 'string', bodyLimit: 10 },
      (_request, body, done) => done(null, body),
    )
    instance.post('/', echo)
  }),
  app(
    'bodyLimit exactly',
    post('{"a":1234}', json),
    (instance) => void instance.post('/', { bodyLimit: 10 }, echo),
  ),
  ...(['error', 'remove', 'ignore'] as const).flatMap((action) => [
    app(
      `onProtoPoisoning: ${action}`,
      post('{"a":1,"__proto__":{"x":1}}', json),
      (instance) => {
        instance.post('/', async ({ body }) => ({
          keys: Object.keys(body as object),
          x: (body as { x?: number }).x ?? null,
        }))
      },
      { server: { onProtoPoisoning: action } },
    ),
    app(
      `onConstructorPoisoning: ${action}`,
      post('{"a":1,"constructor":{"prototype":{"x":1}}}', json),
      (instance) => {
        instance.post('/', async ({ body }) => ({ keys: Object.keys(body as object) }))
      },
      { server: { onConstructorPoisoning: action } },
    ),
  ]),
  app('a parser with a callback', post('a=1', 'Content-Type: text/x-own'), (instance) => {
    instance.addContentTypeParser('text/x-own', (request, payload, done) => {
      const parts: Buffer[] = []
      payload.on('data', (part: Buffer) => parts.push(part))
      payload.on('end', () =>
        done(null, { own: Buffer.concat(parts).toString(), type: request.headers['content-type'] }),
      )
    })
    instance.post('/', echo)
  }),
  app('a parser that is async', post('a=1', 'Content-Type: text/x-own; charset=x'), (instance) => {
    instance.addContentTypeParser(
      'text/x-own',
      async (_request: unknown, payload: import('node:stream').Readable) => ({
        own: await text(payload),
      }),
    )
    instance.post('/', echo)
  }),
  app('a parser for Buffers', post('\x00\xff', 'Content-Type: application/x-bytes'), (instance) => {
    instance.addContentTypeParser(
      'application/x-bytes',
      { parseAs: 'buffer' },
      async (_request: unknown, body: Buffer) => body.toString('hex'),
    )
    instance.post('/', echo)
  }),
  app(
    'a parser by an expression',
    post('x', 'Content-Type: application/vnd.acme+text'),
    (instance) => {
      instance.addContentTypeParser(
        /^application\/.*\+text$/,
        { parseAs: 'string' },
        async (_request: unknown, body: string) => body,
      )
      instance.post('/', echo)
    },
  ),
  app('a parser for everything', post('x', 'Content-Type: image/png'), (instance) => {
    instance.addContentTypeParser(
      '*',
      { parseAs: 'string' },
      async (_request: unknown, body: string) => `all ${body}`,
    )
    instance.post('/', echo)
  }),
  app(
    'a parser that leaves the body alone',
    post('as a stream', 'Content-Type: text/x-stream'),
    (instance) => {
      instance.addContentTypeParser('text/x-stream', (_request, payload, done) =>
        done(null, payload),
      )
      instance.post('/', async ({ body }) => ({
        read: await text(body as import('node:stream').Readable),
      }))
    },
  ),
  app('a parser in place of that for JSON', post('{a:1}', json), (instance) => {
    instance.removeContentTypeParser('application/json')
    instance.addContentTypeParser(
      'application/json',
      { parseAs: 'string' },
      async (_request: unknown, body: string) => ({ unparsed: body }),
    )
    instance.post('/', echo)
  }),
  app('a parser that fails', post('x', 'Content-Type: text/x-own'), (instance) => {
    instance.addContentTypeParser('text/x-own', { parseAs: 'string' }, async () => {
      throw Object.assign(new Error('cannot parse'), { statusCode: 422 })
    })
    instance.post('/', echo)
  }),
  app(
    'a parser that calls back with an error',
    post('x', 'Content-Type: text/x-own'),
    (instance) => {
      instance.addContentTypeParser('text/x-own', { parseAs: 'string' }, (_request, _body, done) =>
        done(new Error('no')),
      )
      instance.post('/', echo)
    },
  ),
  app('no parser at all', post('{"a":1}', json), (instance) => {
    instance.removeAllContentTypeParsers()
    instance.post('/', echo)
  }),
  app('parsers are encapsulated', post('x', 'Content-Type: text/x-own'), (instance) => {
    instance.register(async (inner) => {
      inner.addContentTypeParser(
        'text/x-own',
        { parseAs: 'string' },
        async (_request: unknown, body: string) => body,
      )
      inner.post('/inner', echo)
    })
    instance.post('/', echo)
  }),
  app('preParsing that replaces the body', post('{"a":1}', json), (instance) => {
    instance.addHook('preParsing', async (_request, _reply, payload) =>
      payload.pipe(
        new Transform({
          transform(part: Buffer, _encoding, done) {
            done(null, part.toString().replace('1', '2'))
          },
        }),
      ),
    )
    instance.post('/', echo)
  }),
  app('preParsing with receivedEncodedLength', post('{"a":1}', json), (instance) => {
    instance.addHook('preParsing', async (_request, _reply, payload) => {
      const replaced = payload.pipe(
        new Transform({
          transform(part: Buffer, _encoding, done) {
            replaced.receivedEncodedLength += part.length
            done(null, part)
          },
        }),
      ) as Transform & { receivedEncodedLength: number }
      replaced.receivedEncodedLength = 0
      return replaced
    })
    instance.post('/', echo)
  }),
  app('preParsing that fails', post('{"a":1}', json), (instance) => {
    instance.addHook('preParsing', async () => {
      throw new Error('before parsing')
    })
    instance.post('/', echo)
  }),
  route('a body that nobody reads', post('x'.repeat(1000), 'Content-Type: text/x-unknown'), echo),
  app(
    'a body that is cut short',
    script(
      [
        write(`${head({ method: 'POST', headers: [json], body: '{"a":1}' })}{"a"`),
        pause(60),
        destroy,
      ],
      'POST',
    ),
    (instance, record) => {
      instance.addHook('onRequestAbort', async (_request) => record('onRequestAbort'))
      instance.setErrorHandler((error, _request, reply) => {
        const { code, statusCode } = error as { code?: string; statusCode?: number }
        record(`error ${code} ${statusCode}`)
        void reply.send(error)
      })
      instance.post('/', echo)
    },
    { until: 'onRequestAbort', alone: true },
  ),
  app('the errors of parsers, each told', get(), (instance) => {
    instance.get('/', async () =>
      Promise.all(
        [
          { payload: '{', headers: { 'content-type': 'application/json' } },
          { payload: 'x', headers: { 'content-type': 'text/unknown' } },
          { payload: '', headers: { 'content-type': 'application/json' } },
          { payload: '{"__proto__":1}', headers: { 'content-type': 'application/json' } },
        ].map(async (options) => {
          const answer = await instance.inject({ method: 'POST', url: '/echo', ...options })
          return [answer.statusCode, answer.json<unknown>()]
        }),
      ),
    )
    instance.post('/echo', echo)
  }),
]
