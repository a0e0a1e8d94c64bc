import express, { type ErrorRequestHandler } from 'express'
import timeout from 'connect-timeout'
import { rateLimit } from 'express-rate-limit'

export const app = express()

// Two proxies of one's own stand in front; what is further left a client may have made up.
app.set('trust proxy', 2)

// Their stores arm a timer while this module loads.
const draft7 = rateLimit({
  windowMs: 60_000,
  limit: 2,
  standardHeaders: 'draft-7',
  legacyHeaders: false,
})
const draft8 = rateLimit({
  windowMs: 60_000,
  limit: 2,
  standardHeaders: 'draft-8',
  identifier: 'api',
  message: { error: 'Slow down.' },
})
const short = rateLimit({ windowMs: 400, limit: 1, standardHeaders: 'draft-6' })
const byKey = rateLimit({
  windowMs: 60_000,
  limit: 1,
  keyGenerator: (req) => req.get('x-api-key') ?? 'nobody',
  skipFailedRequests: true,
})

app.get('/draft-7', draft7, (req, res) => {
  res.send(req.ip)
})
app.get('/draft-8', draft8, (_req, res) => {
  res.send('within the limit')
})
app.get('/short', short, (_req, res) => {
  res.send('within the limit')
})
app.get('/by-key/:status', byKey, (req, res) => {
  res.sendStatus(Number(req.params['status']))
})

app.get('/never', timeout('100ms'), () => {
  // Nobody answers.
})
app.get('/in-time', timeout('5s'), (_req, res) => {
  setTimeout(() => res.send('in time'), 10)
})
app.get('/too-late', timeout(50, { respond: false }), (req, res) => {
  req.on('timeout', (milliseconds: number) => console.log(`timed out after ${milliseconds}`))
  setTimeout(() => res.json({ timedout: req.timedout }), 120)
})
app.get('/extended', timeout(50), (req, res) => {
  req.clearTimeout()
  setTimeout(() => res.json({ timedout: req.timedout }), 120)
})
app.get('/halted', timeout(50), (req, res, next) => {
  setTimeout(() => {
    // What the middleware's own documentation calls "halt on timed out".
    if (req.timedout) console.log('halted')
    else next()
  }, 120)
})

const onError: ErrorRequestHandler = (error: Error & { code?: string }, _req, res, _next) => {
  const { status = 500 } = error as { status?: number }
  res.status(status).json({ code: error.code, message: error.message })
}
app.use(onError)
