import http, { type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import express from 'express'
import request from 'supertest'

/** The app that is tested: it never serves the Worker's own requests. */
const tested = express()
tested.use(express.json())
tested.get('/', (_req, res) => {
  res.set('X-Answered', 'yes').cookie('a', '1').cookie('b', '2').send('hello')
})
tested.post('/echo', (req, res) => {
  res.status(201).json({ body: req.body as unknown, type: req.get('content-type') })
})
tested.get('/redirect', (_req, res) => {
  res.redirect('/')
})
tested.get('/me', (req, res) => {
  res.send(req.get('cookie') ?? req.get('authorization') ?? 'nobody')
})
tested.get('/broken', () => {
  throw new Error('broken')
})
tested.get('/streamed', (_req, res) => {
  res.write('one ')
  setTimeout(() => res.end('two'), 5)
})
tested.post('/upload', (req, res) => {
  res.json({ type: req.get('content-type')?.split(';')[0] })
})

export const app = express()

app.get('/supertest', async (_req, res) => {
  const answer = await request(tested).get('/').expect(200).expect('X-Answered', 'yes')
  res.json({ status: answer.status, text: answer.text, cookies: answer.get('Set-Cookie') })
})
app.get('/supertest/post', async (_req, res) => {
  const answer = await request(tested).post('/echo').send({ a: 'é' }).expect(201)
  res.json(answer.body)
})
app.get('/supertest/redirects', async (_req, res) => {
  const stayed = await request(tested).get('/redirect')
  const followed = await request(tested).get('/redirect').redirects(1)
  res.json([stayed.status, stayed.headers['location'], followed.status, followed.text])
})
app.get('/supertest/agent', async (_req, res) => {
  const agent = request.agent(tested)
  await agent.get('/')
  const remembered = await agent.get('/me')
  const authorized = await request(tested).get('/me').auth('ada', 'lovelace')
  res.json([remembered.text, authorized.text])
})
app.get('/supertest/failures', async (_req, res) => {
  const broken = await request(tested).get('/broken')
  const missing = await request(tested).get('/missing')
  const failed = await request(tested)
    .get('/')
    .expect(204)
    .then(
      () => 'no failure',
      (error: Error) => error.message,
    )
  res.json([broken.status, missing.status, failed])
})
app.get('/supertest/streamed', async (_req, res) => {
  const answer = await request(tested).get('/streamed')
  res.send(answer.text)
})
app.get('/supertest/upload', async (_req, res) => {
  const answer = await request(tested)
    .post('/upload')
    .field('title', 'x')
    .attach('file', Buffer.from('bytes'), 'a.txt')
  res.json(answer.body)
})
app.get('/supertest/server', async (_req, res) => {
  const server = http.createServer(tested).listen(0)
  const answer = await request(server).get('/')
  server.close()
  res.send(answer.text)
})
app.get('/supertest/together', async (_req, res) => {
  const answers = await Promise.all(
    Array.from({ length: 5 }, (_, index) => request(tested).post('/echo').send({ index })),
  )
  res.json(answers.map((answer) => (answer.body as { body: { index: number } }).body.index))
})

app.get('/http', (_req, res, next) => {
  const server = tested.listen(0, () => {
    const { port } = server.address() as AddressInfo
    http
      .get({ port, path: '/streamed', headers: { 'x-a': 'b' } }, (answer: IncomingMessage) => {
        text(answer).then((body) => {
          server.close(() => res.json([answer.statusCode, body]))
        }, next)
      })
      .on('error', next)
  })
})
app.get('/fetch', async (_req, res) => {
  const server = tested.listen(0)
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}/`)
  const body = await answer.text()
  server.close()
  res.json([answer.status, body])
})
