/** An app that moves from Express to Fastify, and keeps its middleware and a router for now. */
import fastifyExpress from '@fastify/express'
import cors from 'cors'
import express, { type ErrorRequestHandler, type RequestHandler } from 'express'
import fastify from 'fastify'

export const app = fastify({ trustProxy: true })

await app.register(fastifyExpress)

const api = express.Router()
api.use(express.json({ limit: 1000 }))
api.get('/hello/:name', (req, res) => {
  res.json({ name: req.params.name, query: req.query, ip: req.ip, protocol: req.protocol })
})
api.post('/echo', (req, res) => {
  res.status(201).json({ body: req.body as unknown, type: req.get('content-type') })
})
api.get('/redirect', (_req, res) => res.redirect('/elsewhere'))
api.get('/cookie', (_req, res) => {
  res.cookie('a', '1', { httpOnly: true }).cookie('b', 'é').type('text').send('set')
})
api.get('/stream', (_req, res) => {
  res.type('text').write('one ')
  setTimeout(() => res.end('two'), 5)
})
api.get('/fails', () => {
  throw new Error('broken')
})
api.get('/passes', (_req, _res, next) => next(new Error('passed on')))
const onError: ErrorRequestHandler = (error: Error, _req, res, next) => {
  if (error.message === 'passed on') next(error)
  else res.status(500).json({ express: error.message })
}
api.use(onError)

app.use(cors({ origin: 'https://app.example.com' }))
app.use('/api', api as never)
app.use((req, res, next) => {
  res.setHeader('x-seen', req.originalUrl)
  // What a middleware puts on the request, Fastify's handlers find on its raw one.
  Object.assign(req, { user: { name: 'ada' } })
  next()
})
const blocked: RequestHandler = (_req, res) => {
  res.status(403).send('not here')
}
app.use('/blocked', blocked as never)

app.get('/fastify', async (request) => ({ user: (request.raw as { user?: unknown }).user }))
app.post('/fastify', async ({ body }) => body)
app.get('/blocked', async () => 'never')
app.get('/fastify/fails', async () => {
  throw new Error('broken')
})

app.register(
  async (scope) => {
    scope.use((_req, res, next) => {
      res.setHeader('x-scope', 'nested')
      next()
    })
    scope.get('/', async () => 'nested')
  },
  { prefix: '/nested' },
)
