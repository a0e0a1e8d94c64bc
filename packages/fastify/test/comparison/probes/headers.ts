/** Headers of requests and responses at their edges. */
import { bytesOf, get, send } from '../../../../../scripts/comparison/request.ts'
import { app, route, type Definition } from '../probe.ts'

const tell = async ({ headers }: { headers: Record<string, unknown> }): Promise<unknown> => {
  const { 'x-probe': _probe, host: _host, connection: _connection, ...others } = headers
  return others
}

const lines: Record<string, string[]> = {
  repeated: ['X-Same: 1', 'x-same: 2'],
  'repeated cookies': ['Cookie: a=1', 'Cookie: b=2'],
  'repeated Content-Type': ['Content-Type: text/plain', 'Content-Type: text/html'],
  'repeated Accept': ['Accept: a/b', 'Accept: c/d'],
  'repeated Authorization': ['Authorization: one', 'Authorization: two'],
  'with UTF-8': [`X-Name: ${bytesOf('Åsa')}`],
  'with spaces around': ['X-Spaces:   a  b   '],
  'with an empty value': ['X-Empty:'],
  'with a long value': [`X-Long: ${'x'.repeat(8000)}`],
  'with a name that is a property': ['constructor: 1', 'toString: 2', 'hasOwnProperty: 3'],
  'with __proto__': ['__proto__: 1'],
  'with every special character in a name': ["x!#$%&'*+-.^_`|~: 1"],
  range: ['Range: bytes=0-10'],
  'if-none-match': ['If-None-Match: "a", W/"b"'],
  'accept-version without versions': ['Accept-Version: 1.x'],
  'connection: keep-alive': ['Connection: keep-alive'],
}

export const headers: Definition[] = [
  ...Object.entries(lines).map(([name, given]) =>
    route(`of a request, ${name}`, get('/', ...given), tell),
  ),
  route(
    'many',
    get('/', ...Array.from({ length: 80 }, (_, index) => `X-Many-${index}: ${index}`)),
    tell,
  ),
  app('of a response, many', get(), (instance) => {
    instance.get('/', async (_request, reply) => {
      for (let index = 0; index < 80; index += 1)
        void reply.header(`X-Many-${index}`, String(index))
      return 'x'
    })
  }),
  app('of a response, set by the raw one too', get(), (instance) => {
    instance.get('/', async (_request, reply) => {
      reply.raw.setHeader('X-Raw', '1')
      reply.raw.setHeader('X-Both', 'raw')
      void reply.header('X-Both', 'reply')
      return reply.getHeaders()
    })
  }),
  app('of a response, Date of its own', get(), (instance) => {
    instance.get('/', async (_request, reply) =>
      reply.header('Date', new Date(0).toUTCString()).send('x'),
    )
  }),
  app('of a response, without a Date', get(), (instance) => {
    instance.get('/', async (_request, reply) => {
      reply.raw.sendDate = false
      return 'x'
    })
  }),
  app('of a response, Connection: close', get(), (instance) => {
    instance.get('/', async (_request, reply) => reply.header('Connection', 'close').send('x'))
  }),
  app('of a response, Transfer-Encoding: chunked', get(), (instance) => {
    instance.get('/', async (_request, reply) =>
      reply.header('Transfer-Encoding', 'chunked').send('x'),
    )
  }),
  app('of a response to HTTP/1.0', send({ version: '1.0' }), (instance) => {
    instance.get('/', async ({ raw }) => ({ version: raw.httpVersion }))
  }),
]
