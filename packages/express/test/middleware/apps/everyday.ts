import cors from 'cors'
import express from 'express'
import helmet from 'helmet'
import methodOverride from 'method-override'
import morgan from 'morgan'
import onFinished from 'on-finished'
import responseTime from 'response-time'

export const app = express()

const secured = express.Router()
secured.use(
  helmet({
    contentSecurityPolicy: { directives: { 'script-src': ["'self'", 'cdn.example.com'] } },
    frameguard: { action: 'deny' },
  }),
)
secured.get('/', (_req, res) => {
  res.send('secured')
})
app.use('/helmet', secured)

const shared = express.Router()
shared.use(
  cors({
    origin: ['https://app.example.com', /\.trusted\.example$/],
    methods: ['GET', 'PUT'],
    allowedHeaders: ['Content-Type', 'X-Token'],
    exposedHeaders: 'X-Total',
    credentials: true,
    maxAge: 600,
  }),
)
shared.all('/', (_req, res) => {
  res.set('X-Total', '3').json({ shared: true })
})
app.use('/cors', shared)
app.get('/cors-open', cors(), (_req, res) => {
  res.send('open')
})

const logged = express.Router()
// The time to the end of the response is known a moment after the response; "combined" ends in both.
logged.use(
  morgan('LOG :remote-addr :method :url :status :res[content-length] :response-time :req[x-note]'),
)
logged.use(
  morgan('COMBINED :date[iso] :http-version :referrer ":user-agent" :total-time[0]', {
    immediate: false,
  }),
)
logged.use(morgan('EARLY :method :url :status', { immediate: true }))
logged.use(morgan('FAILED :url :status', { skip: (_req, res) => res.statusCode < 400 }))
logged.get('/sent', (_req, res) => {
  res.send('twelve bytes')
})
logged.get('/streamed', (_req, res) => {
  res.write('one')
  setTimeout(() => res.end('two'), 20)
})
logged.get('/missing', (_req, res) => {
  res.sendStatus(404)
})
logged.get('/broken', () => {
  throw new Error('broken')
})
app.use('/log', logged)

const colourful = express.Router()
colourful.use(morgan('dev'))
colourful.get('/:status', (req, res) => {
  res.sendStatus(Number(req.params.status))
})
app.use('/dev', colourful)

const timed = express.Router()
timed.use(responseTime())
timed.use('/suffixless', responseTime({ digits: 0, suffix: false, header: 'X-Milliseconds' }))
timed.use((_req, res) => {
  setTimeout(() => res.send('timed'), 30)
})
app.use('/time', timed)

const overridden = express.Router()
overridden.use(express.urlencoded())
overridden.use(methodOverride('X-HTTP-Method-Override'))
overridden.use(methodOverride('_method', { methods: ['GET', 'POST'] }))
overridden.use(
  methodOverride((req) => {
    const body = req.body as { _method?: string } | undefined
    return body?._method ?? req.method
  }),
)
overridden.all('/', (req, res) => {
  const { method, originalMethod } = req as express.Request & { originalMethod: string }
  res.json({ method, originalMethod })
})
app.use('/method', overridden)

app.get('/finished/:how', (req, res) => {
  const { how } = req.params
  onFinished(res, (error, finished) => {
    console.log(
      `finished ${how} ${error === null} ${finished.statusCode} ${onFinished.isFinished(res)}`,
    )
  })
  onFinished(req, (error) => console.log(`read ${how} ${error === null}`))
  const before = onFinished.isFinished(res)
  if (how === 'streamed') {
    res.write(String(before))
    setImmediate(() => res.end())
  } else if (how === 'piped') {
    res.status(201)
    req.pipe(res)
  } else {
    res.send(String(before))
  }
})
app.get('/finished-late', (_req, res) => {
  res.send('done')
  // A listener that comes after the end is called all the same.
  setTimeout(() => onFinished(res, () => console.log('finished late')), 20)
})
