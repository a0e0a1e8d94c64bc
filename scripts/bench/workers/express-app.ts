import express, { type Request, type Response } from 'express'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { otherChunk } from './body.ts'
import {
  CHUNK_SIZE,
  JSON_ANSWER,
  manyHeaders,
  MIDDLEWARE_COUNT,
  otherAnswer,
  REQUEST_HEADER,
  RESPONSE_HEADER,
} from './payload.ts'

// One app for three servers: ours, Cloudflare's and Node's.
export const app = express()

const chunk = Buffer.alloc(CHUNK_SIZE, 'x')
const headers = manyHeaders(RESPONSE_HEADER)

app.get('/json', (_req: Request, res: Response) => {
  res.json(JSON_ANSWER)
})

app.get('/other-json', (_req: Request, res: Response) => {
  res.json(otherAnswer())
})

app.post('/json', express.json(), (req: Request, res: Response) => {
  res.json({ title: req.body.title, tags: req.body.tags.length })
})

app.post(
  '/body',
  express.raw({ type: 'application/octet-stream', limit: '1mb' }),
  (req: Request, res: Response) => {
    res.json({ length: req.body.length })
  },
)

app.get('/body', (_req: Request, res: Response) => {
  res.type('application/octet-stream').send(chunk)
})

app.get('/other-body', (_req: Request, res: Response) => {
  res.type('application/octet-stream').send(Buffer.from(otherChunk().buffer))
})

app.get('/stream', (req: Request, res: Response) => {
  let left = Number(req.query['bytes'])
  const source = new Readable({
    read() {
      this.push(left > 0 ? chunk : null)
      left -= CHUNK_SIZE
    },
  })
  res.type('application/octet-stream')
  source.pipe(res)
})

app.post('/stream', async (req: Request, res: Response) => {
  const pace = Number(req.query['bytesPerSecond'] ?? Infinity)
  const start = Date.now()
  let length = 0
  for await (const part of req) {
    length += (part as Buffer).byteLength
    const ahead = (length / pace) * 1000 - (Date.now() - start)
    if (ahead > 5) await delay(ahead)
  }
  res.json({ length })
})

app.get('/headers', (req: Request, res: Response) => {
  let count = 0
  for (const name in req.headers) if (name.startsWith(REQUEST_HEADER)) count += 1
  for (const [name, value] of headers) res.setHeader(name, value)
  res.json({ count })
})

const router = express.Router()
for (let index = 0; index < MIDDLEWARE_COUNT; index += 1) {
  router.use((_req, _res, next) => next())
}
router.get('/', (_req: Request, res: Response) => {
  res.json(JSON_ANSWER)
})
app.use('/middleware', router)
