import { Readable } from 'node:stream'
import fastify, { type FastifyInstance } from 'fastify'

/** An app whose routes tell what arrived. */
export function makeApp(): FastifyInstance {
  const app = fastify({ trustProxy: false })
  // Whatever is no JSON is told as text.
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))

  app.route({
    method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY'],
    url: '/echo',
    exposeHeadRoute: true,
    handler: (request) => ({
      method: request.method,
      url: request.url,
      query: request.query,
      headers: request.headers,
      body: request.body ?? null,
      ip: request.ip,
      host: request.host,
      hostname: request.hostname,
    }),
  })
  app.get('/text', (_request, reply) => {
    void reply.code(201).header('X-One', ['a', 'b']).type('text/plain').send('text é')
  })
  app.get('/buffer', (_request, reply) => {
    void reply.type('application/octet-stream').send(Buffer.from([0, 255, 128, 10]))
  })
  app.get('/stream', (_request, reply) => {
    void reply.send(Readable.from(['first ', 'second ', 'é']))
  })
  app.get('/web-stream', (_request, reply) => {
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('from the web'))
        controller.close()
      },
    })
    void reply.send(stream)
  })
  app.get('/broken-stream', (_request, reply) => {
    const stream = new Readable({ read() {} })
    stream.push('first')
    setTimeout(() => stream.destroy(new Error('broken')), 20)
    void reply.send(stream)
  })
  app.get('/pieces', (_request, reply) => {
    reply.hijack()
    reply.raw.setHeader('content-type', 'text/plain')
    reply.raw.write('one ', () => reply.raw.write('two ', () => reply.raw.end('three')))
  })
  app.get('/raw', (_request, reply) => {
    reply.hijack()
    reply.raw.writeHead(202, 'Of My Own', { 'X-Two': '2', 'Set-Cookie': ['a=1', 'b=2'] })
    reply.raw.end('raw', () => {})
  })
  app.get('/list-head', (_request, reply) => {
    reply.hijack()
    reply.raw.writeHead(200, ['X-Three', '3', 'X-Three', '4'])
    reply.raw.end()
  })
  app.get('/cookies', (_request, reply) => {
    void reply
      .header('set-cookie', 'a=1; Path=/; HttpOnly; Max-Age=10')
      .header('set-cookie', 'b=%20two; SameSite=Lax; Secure; Expires=Thu, 01 Jan 2099 00:00:00 GMT')
      .send()
  })
  app.get('/trailers', (_request, reply) => {
    reply.trailer('x-sum', (_reply, _payload, done) => done(null, 'counted'))
    void reply.send('with trailers')
  })
  app.get('/empty', (_request, reply) => void reply.code(204).send())
  app.get('/not-modified', (_request, reply) => void reply.code(304).send())
  app.get('/redirect', (_request, reply) => reply.redirect('/text', 303))
  app.get('/error', () => {
    throw new Error('thrown')
  })
  app.get('/destroyed', (_request, reply) => {
    reply.hijack()
    reply.raw.destroy()
  })
  app.get('/destroyed-with-error', (_request, reply) => {
    reply.hijack()
    reply.raw.destroy(new Error('torn down'))
  })
  app.get('/slow', async () => {
    await new Promise((resolve) => setTimeout(resolve, 500))
    return 'late'
  })
  app.get('/connection', (_request, reply) => void reply.header('Connection', 'close').send('x'))
  app.get('/length', (_request, reply) => {
    reply.hijack()
    reply.raw.setHeader('content-length', 5)
    reply.raw.end('12345')
  })
  app.get('/hints', async (_request, reply) => {
    await new Promise<void>((resolve) => {
      reply.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' }, resolve)
    })
    return 'hinted'
  })
  app.get('/inject', async () => (await app.inject('/text')).body)
  return app
}
