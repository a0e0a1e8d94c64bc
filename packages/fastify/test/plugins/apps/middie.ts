import type { IncomingMessage, ServerResponse } from 'node:http'
import middie from '@fastify/middie'
import cors from 'cors'
import fastify from 'fastify'

export const app = fastify()

type Next = (error?: unknown) => void
type Middleware = (req: IncomingMessage, res: ServerResponse, next: Next) => void

const blocked: Middleware = (_req, res) => {
  res.writeHead(403, { 'content-type': 'text/plain', 'content-length': 8 })
  res.end('not here')
}
const later: Middleware = (_req, res, next) => {
  setTimeout(() => {
    res.setHeader('x-later', 'yes')
    next()
  }, 2)
}
const named =
  (name: string, value: (req: IncomingMessage) => string): Middleware =>
  (req, res, next) => {
    res.setHeader(name, value(req))
    next()
  }
const failing =
  (error: Error): Middleware =>
  (_req, _res, next) =>
    next(error)

app.register(
  async (scope) => {
    await scope.register(middie)
    scope.use(cors({ origin: 'https://app.example.com', credentials: true }))
    scope.use(named('x-seen', ({ method, url }) => `${method} ${url}`))
    scope.use(
      '/files/*rest',
      named('x-rest', ({ url }) => String(url)),
    )
    scope.use(['/one', '/two'] as never, named('x-listed', () => 'yes') as never)
    scope.use('/later', later)
    scope.use('/blocked', blocked)
    scope.use('/fails', failing(new Error('broken')))
    scope.use('/teapot', failing(Object.assign(new Error('short and stout'), { statusCode: 418 })))

    for (const url of [
      '/',
      '/one',
      '/two',
      '/later',
      '/blocked',
      '/fails',
      '/teapot',
      '/files/*',
    ]) {
      scope.get(url, async () => `route ${url}`)
    }
    scope.post('/', async ({ body }) => body)
    scope.setNotFoundHandler((_request, reply) => reply.code(404).send('nothing here'))
  },
  { prefix: '/site' },
)

app.register(
  async (scope) => {
    await scope.register(middie, { hook: 'preHandler' })
    scope.use(named('x-body', (req) => JSON.stringify((req as { body?: unknown }).body)))
    scope.post('/', async ({ body }) => body)
  },
  { prefix: '/handler' },
)
