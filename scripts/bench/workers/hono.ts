import { Hono } from 'hono'
import { chunk, downloadOf, otherChunk } from './body.ts'
import {
  JSON_ANSWER,
  manyHeaders,
  MIDDLEWARE_COUNT,
  otherAnswer,
  REQUEST_HEADER,
  RESPONSE_HEADER,
} from './payload.ts'

// The same routes in a framework that was made for Workers.
const app = new Hono()
export default app

const headers = manyHeaders(RESPONSE_HEADER)
const BINARY = { 'content-type': 'application/octet-stream' }

app.get('/json', (c) => c.json(JSON_ANSWER))

app.get('/other-json', (c) => c.json(otherAnswer()))

app.post('/json', async (c) => {
  const { title, tags } = await c.req.json<{ title: string; tags: string[] }>()
  return c.json({ title, tags: tags.length })
})

app.post('/body', async (c) => c.json({ length: (await c.req.arrayBuffer()).byteLength }))

app.get('/body', (c) => c.body(chunk, 200, BINARY))

app.get('/other-body', (c) => c.body(otherChunk(), 200, BINARY))

app.get('/stream', (c) => c.body(downloadOf(Number(c.req.query('bytes'))), 200, BINARY))

app.get('/headers', (c) => {
  let count = 0
  for (const name in c.req.header()) if (name.startsWith(REQUEST_HEADER)) count += 1
  for (const [name, value] of headers) c.header(name, value)
  return c.json({ count })
})

for (let index = 0; index < MIDDLEWARE_COUNT; index += 1) {
  app.use('/middleware/*', (_c, next) => next())
}
app.get('/middleware', (c) => c.json(JSON_ANSWER))
