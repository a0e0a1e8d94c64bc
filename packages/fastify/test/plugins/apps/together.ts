/** An app as people have them in production, with what most of them register, all at once. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import autoload from '@fastify/autoload'
import basicAuth from '@fastify/basic-auth'
import bearerAuth from '@fastify/bearer-auth'
import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import cors from '@fastify/cors'
import etag from '@fastify/etag'
import formbody from '@fastify/formbody'
import helmet from '@fastify/helmet'
import jwt from '@fastify/jwt'
import middie from '@fastify/middie'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import sensible from '@fastify/sensible'
import session from '@fastify/session'
import serveStatic from '@fastify/static'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import underPressure from '@fastify/under-pressure'
import view from '@fastify/view'
// @ts-expect-error It has no types.
import ejs from 'ejs'
import fastify from 'fastify'
import { Type } from 'typebox'

export const app = fastify({
  logger: true,
  trustProxy: true,
  bodyLimit: 500_000,
  routerOptions: { ignoreTrailingSlash: true },
  ajv: { customOptions: { removeAdditional: true } },
}).withTypeProvider<TypeBoxTypeProvider>()

const cwd = process.cwd()
const secret = 'a secret of at least thirty-two characters'

await app.register(underPressure, { maxEventLoopDelay: 1000, exposeStatusRoute: '/status' })
await app.register(sensible)
await app.register(rateLimit, { max: 1000, timeWindow: '1 minute' })
await app.register(helmet, { enableCSPNonces: true })
await app.register(cors, { origin: 'https://app.example.com', credentials: true })
await app.register(etag)
await app.register(compress, { threshold: 500, syncThreshold: 10_000 })
await app.register(middie)
await app.register(cookie, { secret })
await app.register(session, { secret, saveUninitialized: false, cookie: { secure: 'auto' } })
await app.register(jwt, { secret, sign: { expiresIn: '1h' } })
await app.register(formbody)
await app.register(multipart, { limits: { fileSize: 100_000 } })
await app.register(serveStatic, { root: join(cwd, 'public'), prefix: '/public/', maxAge: '1h' })
await app.register(view, {
  engine: { ejs },
  root: join(cwd, 'views'),
  production: true,
  options: { cache: true },
})
await app.register(swagger, { openapi: { info: { title: 'Together', version: '1.0.0' } } })
await app.register(swaggerUi, {
  baseDir: join(cwd, 'swagger-ui'),
  logo: { type: 'image/svg+xml', content: readFileSync(join(cwd, 'swagger-ui/logo.svg')) },
})
await app.register(autoload, { dir: join(cwd, 'routes'), forceESM: true })

app.use((_req, res, next) => {
  res.setHeader('x-middleware', 'ran')
  next()
})
app.addHook('onSend', async (request, reply) => {
  reply.header('x-request', request.id)
})
app.setErrorHandler((error, request, reply) => {
  request.log.warn({ err: error }, 'failed')
  reply.send(error)
})
app.setNotFoundHandler((_request, reply) => reply.notFound('Nothing here.'))

app.get('/', (_request, reply) =>
  reply.view('index.ejs', { title: 'Together', nonce: reply.cspNonce.script }),
)

const Note = Type.Object({ title: Type.String({ minLength: 1 }), tags: Type.Array(Type.String()) })
const notes = new Map<string, { title: string; tags: string[] }[]>()

app.post(
  '/login',
  { schema: { body: Type.Object({ name: Type.String() }) } },
  async ({ body, session: current }, reply) => {
    Object.assign(current, { name: body.name })
    return { token: await reply.setCookie('seen', '1', { signed: true }).jwtSign(body) }
  },
)
app.get('/session', async (request) => ({
  name: (request.session as { name?: string }).name ?? null,
  seen: request.unsignCookie(request.cookies['seen'] ?? '').value,
}))

app.register(
  async (scope) => {
    const routes = scope.withTypeProvider<TypeBoxTypeProvider>()
    routes.addHook('onRequest', async (request) => void (await request.jwtVerify()))
    const ownerOf = (user: unknown): string => (user as { name: string }).name

    routes.get(
      '/',
      { schema: { tags: ['notes'], response: { 200: Type.Array(Note) } } },
      async ({ user }) => notes.get(ownerOf(user)) ?? [],
    )
    routes.post(
      '/',
      { schema: { tags: ['notes'], body: Note, response: { 201: Note } } },
      async ({ body, user }, reply) => {
        notes.set(ownerOf(user), [...(notes.get(ownerOf(user)) ?? []), body])
        return reply.code(201).send(body)
      },
    )
    routes.post('/import', { config: { rateLimit: { max: 1 } } }, async (request) => {
      const file = await request.file()
      if (file === undefined) throw routes.httpErrors.badRequest('A file is missing.')
      const text = (await file.toBuffer()).toString()
      return { name: file.filename, lines: text.split('\n').length }
    })
  },
  { prefix: '/notes' },
)

app.register(
  async (scope) => {
    await scope.register(basicAuth, {
      authenticate: true,
      validate: async (_name, password) => {
        if (password !== 'letmein') throw scope.httpErrors.unauthorized('Not you.')
      },
    })
    scope.get('/', { onRequest: scope.basicAuth }, async () => ({ admin: true }))
  },
  { prefix: '/admin' },
)
app.register(
  async (scope) => {
    scope.register(bearerAuth, { keys: ['machine-key'] })
    scope.get('/', async () => ({ machine: true }))
  },
  { prefix: '/machines' },
)
app.post('/contact', async ({ body }, reply) =>
  reply.redirect(`/?${new URLSearchParams(body as never).toString()}`, 303),
)
app.get('/fails', async () => {
  throw new Error('broken')
})
