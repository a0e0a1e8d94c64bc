import cookieParser from 'cookie-parser'
import cookieSession from 'cookie-session'
import express from 'express'

export const app = express()

const parsed = express.Router()
parsed.use(cookieParser(['new secret', 'old secret']))
parsed.get('/', (req, res) => {
  res.json({ cookies: req.cookies as unknown, signed: req.signedCookies as unknown })
})
parsed.post('/', (_req, res) => {
  res
    .cookie('plain', 'a b;c=é')
    .cookie('object', { theme: 'dark', size: 2 })
    .cookie('signed', 'ada', { signed: true })
    .cookie('signedObject', { admin: false }, { signed: true })
    .end()
})
app.use('/parsed', parsed)

app.get('/options', (_req, res) => {
  res
    .cookie('all', '1', {
      domain: 'example.com',
      path: '/admin',
      secure: true,
      httpOnly: true,
      sameSite: 'none',
      partitioned: true,
      priority: 'high',
      expires: new Date(Date.UTC(2030, 0, 1)),
    })
    .cookie('strict', '2', { sameSite: true })
    .cookie('raw', 'a%b', { encode: (value) => value })
  res.append('Set-Cookie', 'appended=3')
  res.clearCookie('gone', { path: '/admin' })
  res.send('set')
})
app.get('/age', (_req, res) => {
  res.cookie('aged', 'x', { maxAge: 60_000 }).redirect('/options')
})
app.get('/invalid', (_req, res) => {
  res.cookie('bad', 'x', { domain: 'a\nb' }).send('never')
})

// cookie-session has its types in the place of express-session's: both give req.session one.
interface Visits {
  count?: number
  isNew?: boolean
}
const visits = express.Router()
visits.use(cookieSession({ name: 'visits', keys: ['new key', 'old key'], maxAge: 3_600_000 }))
visits.get('/', (req, res) => {
  const session = req.session as unknown as Visits
  const { isNew } = session
  session.count = (session.count ?? 0) + 1
  res.json({ count: session.count, isNew })
})
visits.get('/untouched', (req, res) => {
  res.json((req.session as unknown as Visits).count ?? null)
})
visits.get('/streamed', (req, res) => {
  Object.assign(req.session, { count: 40 })
  res.write('first ')
  res.end('second')
})
visits.delete('/', (req, res) => {
  Object.assign(req, { session: null })
  res.sendStatus(204)
})
app.use('/visits', visits)
