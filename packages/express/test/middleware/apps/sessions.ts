import express from 'express'
import session from 'express-session'
import passport from 'passport'
import { Strategy } from 'passport-local'

declare module 'express-session' {
  interface SessionData {
    count: number
    saved: string
  }
}

interface Account {
  id: number
  name: string
}

export const app = express()

const store = new session.MemoryStore()
const cookie = { maxAge: 60_000, sameSite: 'lax' } as const

app.use(
  '/lazy',
  session({ secret: 'a', store, cookie, resave: false, saveUninitialized: false, name: 'lazy' }),
)
app.use(
  '/eager',
  session({ secret: ['b', 'a'], cookie, resave: true, saveUninitialized: true, rolling: true }),
)

// Set only over https, which a trusted proxy vouches for.
app.use(
  '/secure',
  session({
    secret: 'a',
    cookie: { secure: true },
    proxy: true,
    resave: false,
    saveUninitialized: false,
  }),
)

const visits = express.Router()
visits.get('/', (req, res) => {
  req.session.count = (req.session.count ?? 0) + 1
  res.json({ count: req.session.count, id: req.sessionID })
})
visits.get('/look', (req, res) => {
  res.json({ count: req.session.count ?? null, id: req.sessionID })
})
visits.get('/streamed', (req, res) => {
  req.session.count = 100
  res.type('text')
  res.write('one ')
  res.end('two')
})
visits.get('/redirected', (req, res) => {
  req.session.count = 200
  res.redirect('look')
})
visits.post('/regenerate', (req, res, next) => {
  const before = req.sessionID
  req.session.regenerate((error) => {
    if (error) next(error)
    else res.json({ isNew: before !== req.sessionID, count: req.session.count ?? null })
  })
})
visits.post('/destroy', (req, res, next) => {
  req.session.destroy((error) => {
    if (error) next(error)
    else res.json({ gone: req.session === undefined })
  })
})
visits.post('/save', (req, res, next) => {
  req.session.saved = 'before the answer'
  req.session.save((error) => {
    if (error) next(error)
    else res.send('saved')
  })
})
visits.get('/stored', (_req, res, next) => {
  store.all((error, sessions) => {
    if (error) next(error)
    else res.json(Object.keys(sessions ?? {}).length)
  })
})
app.use(['/lazy', '/eager', '/secure'], visits)

const accounts: Account[] = [{ id: 7, name: 'ada' }]
passport.use(
  new Strategy((name, password, done) => {
    // As a database would: later.
    setTimeout(() => {
      if (name === 'crash') done(new Error('no database'))
      else if (password !== 'lovelace') done(null, false, { message: 'Wrong password.' })
      else done(null, accounts.find((account) => account.name === name) ?? false)
    }, 5)
  }),
)
passport.serializeUser((user, done) => done(null, (user as Account).id))
passport.deserializeUser((id, done) => {
  setTimeout(() => done(null, accounts.find((account) => account.id === id) ?? false), 5)
})

const site = express.Router()
site.use(session({ secret: 'c', resave: false, saveUninitialized: false }))
site.use(passport.initialize(), passport.session())
site.use(express.urlencoded({ extended: false }))
site.post('/login', passport.authenticate('local'), (req, res) => {
  res.json({ user: req.user, authenticated: req.isAuthenticated() })
})
site.post(
  '/login-form',
  passport.authenticate('local', {
    successRedirect: '/site/me',
    failureRedirect: '/site/login?failed',
    failureMessage: true,
  }),
)
site.post('/login-by-hand', (req, res, next) => {
  req.login(accounts[0] as Account, (error) => {
    if (error) next(error)
    else res.json(req.user)
  })
})
site.post('/logout', (req, res, next) => {
  req.logout((error) => {
    if (error) next(error)
    else res.json({ authenticated: req.isAuthenticated() })
  })
})
site.get('/me', (req, res) => {
  if (req.isUnauthenticated()) res.sendStatus(401)
  else res.json(req.user)
})
app.use('/site', site)
