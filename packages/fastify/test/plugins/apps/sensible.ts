import sensible from '@fastify/sensible'
import fastify from 'fastify'

export const app = fastify()

app.register(sensible, { sharedSchemaId: 'HttpError' })

app.get<{ Params: { name: 'notFound' | 'imateapot' | 'serviceUnavailable' } }>(
  '/reply/:name',
  (request, reply) => {
    reply[request.params.name]('my message')
  },
)
app.get<{ Params: { code: string } }>('/throw/:code', async (request) => {
  throw app.httpErrors.getHttpError(Number(request.params.code) as 400, 'my message')
})
app.get('/properties', async () => {
  throw app.httpErrors.createError(409, 'Taken.', { code: 'ERR_TAKEN', headers: { 'x-why': 'it' } })
})
app.get('/hidden', async () => {
  throw app.httpErrors.createError(500, 'secret', { expose: false })
})
app.get<{ Querystring: { a: string } }>('/assert', async ({ query }) => {
  const assert: typeof app.assert = app.assert
  assert(query.a, 401, 'a is missing')
  assert.equal(query.a, '1', 400, 'a is not 1')
  return 'passed'
})
app.get('/to', async () => {
  const [error, value] = await app.to(Promise.reject(new Error('rejected')))
  return { message: error?.message, value: value ?? null }
})
app.post('/is', async (request) => [
  request.is(['json']),
  request.is('html'),
  request.is(['text/*']),
])
app.get('/forwarded', async (request) => request.forwarded())

app.get('/vary', async (_request, reply) => {
  reply.vary('Accept')
  reply.vary(['Origin', 'User-Agent'])
  return 'varies'
})
app.get('/cached', async (_request, reply) => {
  reply.cacheControl('public').cacheControl('max-age', 60).stale('while-revalidate', '1 hour')
  return 'cached'
})
app.get('/prevented', async (_request, reply) => reply.preventCache().send('never'))
app.get('/static', async (_request, reply) => reply.staticCache('1 day').send('ever'))
app.get('/revalidated', async (_request, reply) => reply.revalidate().send('again'))
app.get(
  '/schema',
  { schema: { response: { 404: { $ref: 'HttpError#' } } } },
  async (_request, reply) => reply.notFound(),
)
