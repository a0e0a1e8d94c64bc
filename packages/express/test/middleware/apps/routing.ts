import express, { type ErrorRequestHandler, type Request } from 'express'
import createError from 'http-errors'

export const app = express()
app.set('etag', 'strong')
app.set('json spaces', 1)
app.enable('case sensitive routing')

// --- Where a handler finds itself ---

const place = (req: Request) => ({
  url: req.url,
  originalUrl: req.originalUrl,
  baseUrl: req.baseUrl,
  path: req.path,
  params: { ...req.params },
  query: req.query,
})

const inner = express.Router({ mergeParams: true })
inner.get('/', (req, res) => {
  res.json(place(req))
})
inner.get('/posts/:post', (req, res) => {
  res.json(place(req))
})
const outer = express.Router()
outer.use('/:user/blog', inner)
app.use('/users', outer)

const admin = express()
admin.locals['title'] = 'Admin'
admin.set('etag', false)
admin.get('/', (req, res) => {
  res.json({ ...place(req), mountpath: admin.mountpath, title: req.app.locals['title'] as unknown })
})
const secret = express()
secret.get('/', (_req, res) => {
  res.send(secret.path())
})
admin.use('/secret', secret)
app.use(['/admin', '/manage'], admin)
app.get('/after-admin', (req, res) => {
  // A sub-app lends requests its own prototype only while it serves them.
  res.json({ isApp: req.app === app, etag: app.get('etag') as string })
})

/** As the package vhost does. */
const onHost =
  (host: string, handler: express.RequestHandler): express.RequestHandler =>
  (req, res, next) => {
    if (req.hostname === host) handler(req, res, next)
    else next()
  }
const api = express()
api.get('/', (_req, res) => {
  res.send('the API')
})
app.get(
  '/',
  onHost('www.example.com', (_req, res) => void res.send('the site')),
)
app.use(onHost('api.example.com', api))

app.param('id', (req, _res, next, id: string) => {
  if (id === 'broken') next(createError(422, 'No such id.'))
  else {
    Object.assign(req, {
      item: { id, loads: ((req as { item?: { loads: number } }).item?.loads ?? 0) + 1 },
    })
    setTimeout(next, 1)
  }
})
app.get('/items/:id', (_req, _res, next) => next())
app.get('/items/:id', (req, res) => {
  res.json((req as unknown as { item: object }).item)
})
app.get(
  '/skip',
  (_req, _res, next) => next('route'),
  () => {
    throw new Error('never reached')
  },
)
app.get('/skip', (_req, res) => {
  res.send('skipped')
})
app
  .route('/methods')
  .get((_req, res) => void res.send('got'))
  .put((_req, res) => void res.send('put'))
app.all('/any', (req, res) => {
  res.send(req.method)
})

// --- How a handler answers ---

app.get('/format', (_req, res) => {
  res.format({
    'text/plain': () => void res.send('text'),
    html: () => void res.send('<p>html</p>'),
    json: () => void res.json({ json: true }),
  })
})
app.get('/redirect/:status', (req, res) => {
  res.redirect(Number(req.params.status), req.query['to'] as string)
})
app.get('/negotiated', (req, res) => {
  res.json({
    types: req.accepts(['json', 'html']),
    encodings: req.acceptsEncodings('br', 'gzip'),
    languages: req.acceptsLanguages('de', 'en'),
    charsets: req.acceptsCharsets('utf-8'),
    isJson: req.is('json'),
    xhr: req.xhr,
    fresh: req.fresh,
    referrer: req.get('Referrer'),
  })
})
app.get('/links', (_req, res) => {
  res.links({ next: '/links?page=2', last: '/links?page=9' })
  res.location('/else?a=é').type('application/vnd.x+json').vary('Accept').vary('Origin')
  res.append('X-Many', ['1', '2']).append('X-Many', '3')
  res.status(201).send('{}')
})
app.get('/jsonp', (_req, res) => {
  res.jsonp({ a: '\u2028' })
})
app.get('/sent/:what', (req, res) => {
  const values: Record<string, unknown> = {
    text: 'é',
    buffer: Buffer.from([1, 2, 3]),
    object: { a: [1] },
    null: null,
    boolean: false,
    nothing: undefined,
  }
  res.send(values[req.params.what])
})
app.get('/status/:status', (req, res) => {
  res.sendStatus(Number(req.params.status))
})

// --- What goes wrong ---

app.get('/errors/thrown', () => {
  throw createError(418, 'Short and stout.', { expose: true, headers: { 'X-Kind': 'thrown' } })
})
app.get('/errors/next', (_req, _res, next) => {
  next(new createError.Forbidden('Not you.'))
})
app.get('/errors/rejected', async (_req, _res, next) => {
  // Express 4 does not wait for what a handler promises.
  try {
    await Promise.reject(new createError.Conflict('Twice.'))
  } catch (error) {
    next(error)
  }
})
app.get('/errors/later', (_req, _res, next) => {
  setTimeout(() => next(new Error('Something internal.')), 1)
})
app.get('/errors/default', (_req, _res, next) => {
  next(Object.assign(new Error('default'), { status: 503, headers: { 'Retry-After': '7' } }))
})
app.get('/errors/after-headers', (_req, res, next) => {
  res.set('Content-Length', '10').write('12345')
  setTimeout(() => next(new Error('half way')), 20)
})
const onError: ErrorRequestHandler = (error: Error, req, res, next) => {
  if (res.headersSent || req.path === '/errors/default') {
    next(error)
    return
  }
  const { status, expose, message, headers = {} } = createError(error)
  res
    .status(status)
    .set(headers)
    .json({ message: expose ? message : 'Sorry.' })
}
app.use(onError)
