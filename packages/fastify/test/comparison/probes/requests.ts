/** What a request tells: addresses, hosts, protocols, identifiers, headers. */
import {
  get,
  send,
  script,
  write,
  head,
  lastChunk,
  chunk,
} from '../../../../../scripts/comparison/request.ts'
import { app, route, type Definition } from '../probe.ts'

const tell = async (request: import('fastify').FastifyRequest): Promise<unknown> => ({
  id: request.id,
  ip: request.ip,
  ips: request.ips ?? null,
  host: request.host,
  hostname: request.hostname,
  port: request.port === null ? null : typeof request.port,
  protocol: request.protocol,
  method: request.method,
  url: request.url,
  is404: request.is404,
  mediaType: request.mediaType ?? null,
})

const forwarded = [
  'X-Forwarded-For: 203.0.113.1, 198.51.100.2',
  'X-Forwarded-Host: shop.example.com:8443, proxy.test',
  'X-Forwarded-Proto: https, http',
]
const trusts: Record<string, unknown> = {
  'not at all': false,
  everything: true,
  'one hop': 1,
  'the loopback': '127.0.0.1',
  'a list': ['127.0.0.1', '198.51.100.0/24'],
  'a function': (address: string, hop: number) => address === '127.0.0.1' && hop < 2,
}

export const requests: Definition[] = [
  app('what it tells', get('/?a=1'), (instance) => void instance.get('/', tell)),
  app(
    'a host with a port',
    send({ host: 'example.com:8080' }),
    (instance) => void instance.get('/', tell),
  ),
  app('an IPv6 host', send({ host: '[::1]:3000' }), (instance) => void instance.get('/', tell)),
  app('an empty host', send({ host: '' }), (instance) => void instance.get('/', tell)),
  ...Object.entries(trusts).map(([name, trustProxy]) =>
    app(`trustProxy: ${name}`, get('/', ...forwarded), (instance) => void instance.get('/', tell), {
      server: { trustProxy } as never,
    }),
  ),
  app('trustProxy: without the headers', get(), (instance) => void instance.get('/', tell), {
    server: { trustProxy: true },
  }),
  app(
    'requestIdHeader: true',
    get('/', 'Request-Id: abc'),
    (instance) => void instance.get('/', tell),
    {
      server: { requestIdHeader: true } as never,
    },
  ),
  app(
    'requestIdHeader: a name',
    get('/', 'X-Trace: abc'),
    (instance) => void instance.get('/', tell),
    {
      server: { requestIdHeader: 'x-trace' },
    },
  ),
  app('requestIdHeader that is missing', get(), (instance) => void instance.get('/', tell), {
    server: { requestIdHeader: 'x-trace' },
  }),
  app('genReqId', get('/', 'X-Trace: abc'), (instance) => void instance.get('/', tell), {
    server: { genReqId: (request) => `own-${String(request.headers['x-trace'])}` },
  }),
  app('setGenReqId', get(), (instance) => {
    instance.setGenReqId(() => 'of the instance')
    instance.get('/', tell)
  }),
  route(
    'query string with all there is',
    get('/?a=1&a=2&b=&c&=d&e=%20+&f[g]=h&%C3%A5=%C3%B6'),
    async ({ query }) => query,
  ),
  route('query string that is malformed', get('/?a=%zz&b=%'), async ({ query }) => query),
  route(
    'query string with __proto__',
    get('/?__proto__=x&constructor=y&toString=z'),
    async ({ query }) => ({
      keys: Object.keys(query as object),
      value: (query as Record<string, unknown>)['__proto__'],
    }),
  ),
  route(
    'headers',
    get('/', 'X-Mixed-Case: Value', 'Cookie: a=1; b=2', 'X-Empty:'),
    async ({ headers }) => headers,
  ),
  route('headers that are set', get('/', 'X-One: 1'), async (request) => {
    request.headers = { 'x-two': '2' }
    return {
      one: request.headers['x-one'],
      two: request.headers['x-two'],
      raw: request.raw.headers['x-two'] ?? null,
    }
  }),
  route('the raw request', get('/?a=1'), async ({ raw }) => ({
    url: raw.url,
    method: raw.method,
    httpVersion: raw.httpVersion,
    complete: raw.complete,
    aborted: raw.aborted,
  })),
  route('the socket', get(), async ({ socket }) => ({
    remoteAddress: socket.remoteAddress,
    encrypted: (socket as { encrypted?: boolean }).encrypted ?? null,
    destroyed: socket.destroyed,
  })),
  route('the server of a request', get(), async (request) => typeof request.server.version),
  route('the signal of a request', get(), async (request) => {
    const { signal } = request as unknown as { signal?: AbortSignal }
    return { type: signal?.constructor.name ?? null, aborted: signal?.aborted ?? null }
  }),
  route(
    'a GET with a body',
    send({ body: 'ignored', headers: ['Content-Type: text/plain'] }),
    async ({ body }) => ({
      body: body ?? null,
    }),
  ),
  app(
    'DELETE with a body',
    send({ method: 'DELETE', body: '{"a":1}', headers: ['Content-Type: application/json'] }),
    (instance) => {
      instance.delete('/', async ({ body }) => ({ body }))
    },
  ),
  app(
    'DELETE with a type and no body',
    send({ method: 'DELETE', headers: ['Content-Type: application/json'] }),
    (instance) => {
      instance.delete('/', async ({ body }) => ({ body: body ?? null }))
    },
  ),
  app(
    'OPTIONS with a body',
    send({ method: 'OPTIONS', body: '{"a":1}', headers: ['Content-Type: application/json'] }),
    (instance) => {
      instance.options('/', async ({ body }) => ({ body: body ?? null }))
    },
  ),
  app(
    'QUERY with a body',
    send({ method: 'QUERY', body: '{"a":1}', headers: ['Content-Type: application/json'] }),
    (instance) => {
      instance.query('/', async ({ body }) => ({ body: body ?? null }))
    },
  ),
  route(
    'two requests on one connection',
    script(
      [write(head({ target: '/?n=1', keepAlive: true })), write(head({ target: '/?n=2' }))],
      'GET',
      'GET',
    ),
    async ({ query }) => query,
  ),
  route(
    'a body in chunks, then another request',
    script(
      [
        write(
          `${head({ method: 'POST', chunks: [], keepAlive: true, headers: ['Content-Type: application/json'] })}${chunk('{"a"')}${chunk(':1}')}${lastChunk}`,
        ),
        write(head()),
      ],
      'POST',
      'GET',
    ),
    async ({ body }) => ({ body: body ?? null }),
  ),
  app('decorators of a request', get('/?user=ann'), (instance) => {
    instance.decorateRequest('visitor', '' as never)
    instance.decorateRequest('greet', function greet(this: { visitor: string }) {
      return `hello ${this.visitor}`
    } as never)
    instance.decorateRequest('twice', {
      getter() {
        return (this as unknown as { visitor: string }).visitor.repeat(2)
      },
    } as never)
    instance.addHook('onRequest', async (request) => {
      ;(request as unknown as { visitor: string }).visitor = (
        request.query as { user: string }
      ).user
    })
    instance.get('/', async (request) => {
      const { visitor, greet, twice } = request as unknown as {
        visitor: string
        greet: () => string
        twice: string
      }
      return {
        visitor,
        greeting: greet.call(request),
        twice,
        decorator: request.getDecorator('visitor'),
      }
    })
  }),
]
