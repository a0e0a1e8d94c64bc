import path from 'node:path'
import { middleware } from '#platform'
import compression from 'compression'
import cookieSession from 'cookie-session'
import express from 'express'
import helmet from 'helmet'
import morgan from 'morgan'
import { loadUser } from './auth.js'
import { production, sessionSecret } from './config.js'
import { sameOrigin } from './csrf.js'
import { attachmentOf } from './attachments.js'
import { handleError, notFound } from './errors.js'
import { adminRouter } from './routes/admin.js'
import { apiRouter } from './routes/api.js'
import { eventsRouter } from './routes/events.js'
import { filesRouter } from './routes/files.js'
import { notesRouter } from './routes/notes.js'
import { sessionRouter } from './routes/session.js'

const dateFormat = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
})

export const app = express()

app.set('views', path.join(import.meta.dirname, 'views'))
app.set('view engine', 'ejs')
// A reverse proxy on the same machine may say that the visitor came over HTTPS.
app.set('trust proxy', 'loopback')
app.locals.attachmentOf = attachmentOf
app.locals.formatDate = (date) => `${dateFormat.format(new Date(date))} UTC`

app.use(morgan(production ? 'combined' : 'dev'))
app.use(
  helmet({
    contentSecurityPolicy: {
      directives: {
        'font-src': ["'self'"],
        'img-src': ["'self'"],
        'style-src': ["'self'"],
        // Every link is relative, so there is nothing to upgrade, and Safari would upgrade localhost.
        'upgrade-insecure-requests': null,
      },
    },
    // helmet's default, no-referrer, makes browsers send `Origin: null` with our own forms.
    referrerPolicy: { policy: 'same-origin' },
  }),
)
app.use(compression())
app.use(express.static(path.join(import.meta.dirname, 'public')))
app.use(
  cookieSession({
    name: 'session',
    keys: [sessionSecret],
    sameSite: 'lax',
    maxAge: 7 * 24 * 60 * 60 * 1000,
  }),
)
app.use(sameOrigin)
for (const one of middleware) app.use(one)
app.use('/admin', adminRouter)
app.use(loadUser)

app.get('/', (req, res) => res.redirect('/notes'))
app.use(sessionRouter)
app.use('/notes', notesRouter)
app.use('/files', filesRouter)
app.use('/events', eventsRouter)
app.use('/api/notes', apiRouter)

app.use(notFound)
app.use(handleError)
