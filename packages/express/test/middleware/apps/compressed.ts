import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import compression from 'compression'
import express from 'express'

export const app = express()

const text = 'All work and no play makes Jack a dull boy.\n'.repeat(200)

app.use('/low-threshold', compression({ threshold: 0 }))
app.get(
  '/filtered',
  compression({ filter: (req) => req.query['compress'] === 'yes' }),
  (_req, res) => {
    res.type('text').send(text)
  },
)
app.use(compression())

app.get('/text', (_req, res) => {
  res.type('text').send(text)
})
app.get(['/short', '/low-threshold/short'], (_req, res) => {
  res.type('text').send('short')
})
app.get('/json', (_req, res) => {
  res.json({ lines: text.split('\n') })
})
app.get('/image', (_req, res) => {
  res.type('png').send(Buffer.alloc(4096))
})
app.get('/no-transform', (_req, res) => {
  res.set('Cache-Control', 'public, no-transform').type('text').send(text)
})
app.get('/vary', (_req, res) => {
  res.vary('Cookie').type('text').send(text)
})
app.get('/cookies', (_req, res) => {
  res.cookie('a', '1').cookie('b', '2').type('text').send(text)
})
app.get('/empty', (_req, res) => {
  res.sendStatus(204)
})
app.get('/written', (_req, res) => {
  res.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': text.length })
  res.write(text.slice(0, 100))
  res.end(text.slice(100))
})
// Two megabytes, so that the response waits for drain on its way.
app.get('/piped', async (_req, res) => {
  res.type('text')
  await pipeline(Readable.from(Array.from({ length: 250 }, (_, line) => `${line}\n${text}`)), res)
})
app.get('/drained', (_req, res) => {
  res.type('text')
  let waits = 0
  let line = 0
  const write = (): void => {
    while (line < 250) {
      line += 1
      if (!res.write(text)) {
        waits += 1
        res.once('drain', write)
        return
      }
    }
    res.end(`waits: ${waits}`)
  }
  write()
})

/** Streams whose first event a client has reported to have got. */
const confirmed = new Set<string>()
app.get('/events/:id', (req, res) => {
  res.type('text/event-stream')
  res.write('data: first\n\n')
  res.flush()
  // It looks again and again, as Workers let no request wake another.
  const timer = setInterval(() => {
    if (!confirmed.has(req.params.id)) return
    clearInterval(timer)
    res.end('data: second\n\n')
  }, 5)
})
app.post('/events/:id', (req, res) => {
  confirmed.add(req.params.id)
  res.sendStatus(204)
})
app.get('/ticks', (_req, res) => {
  res.type('text/event-stream')
  const timer = setInterval(() => {
    res.write('data: tick\n\n')
    res.flush()
  }, 10)
  res.on('close', () => {
    clearInterval(timer)
    console.log(`ticks closed, finished: ${res.writableFinished}`)
  })
})
