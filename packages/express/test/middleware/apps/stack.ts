/** What stands in many an app, one upon the other: most of it waits for the head of the response. */
import compression from 'compression'
import cookieParser from 'cookie-parser'
import cors from 'cors'
import express, { type ErrorRequestHandler } from 'express'
import { rateLimit } from 'express-rate-limit'
import session from 'express-session'
import helmet from 'helmet'
import methodOverride from 'method-override'
import morgan from 'morgan'
import passport from 'passport'
import { Strategy } from 'passport-local'
import responseTime from 'response-time'

export const app = express()
app.set('trust proxy', 1)
app.use(morgan('tiny'))
app.use(responseTime())
app.use(helmet())
app.use(cors({ origin: 'https://app.example.com', credentials: true }))
app.use(compression({ threshold: 0 }))
app.use(rateLimit({ limit: 1000, standardHeaders: 'draft-8', legacyHeaders: false }))
app.use(express.static('public', { maxAge: '1h' }))
app.use(cookieParser('secret'))
app.use(session({ secret: 'secret', resave: false, saveUninitialized: false }))
app.use(passport.initialize(), passport.session())
app.use(express.json(), express.urlencoded({ extended: true }))
app.use(methodOverride('_method'))

passport.use(new Strategy((name, _password, done) => done(null, { name })))
passport.serializeUser((user, done) => done(null, user))
passport.deserializeUser((user: Express.User, done) => done(null, user))

app.post('/login', passport.authenticate('local'), (_req, res) => {
  res.cookie('seen', '1', { signed: true }).redirect(303, '/me')
})
app.get('/me', (req, res) => {
  res.json({ user: req.user ?? null, seen: req.signedCookies['seen'] as unknown })
})
app.delete('/me', (req, res, next) => {
  req.logout((error) => {
    if (error) next(error)
    else res.sendStatus(204)
  })
})
app.get('/streamed', (_req, res) => {
  res.type('text').write('one ')
  setTimeout(() => res.end('two'), 5)
})
app.get('/broken', () => {
  throw new Error('broken')
})
const onError: ErrorRequestHandler = (error: Error, _req, res, _next) => {
  res.status(500).json({ message: error.message })
}
app.use(onError)
