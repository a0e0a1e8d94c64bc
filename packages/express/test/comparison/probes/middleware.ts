/** Behaviours 4 and 21: popular middleware, unmodified. Each is probed further in a test of its own. */
import { gunzipSync, brotliDecompressSync, inflateSync } from 'node:zlib'
import compression from 'compression'
import timeout from 'connect-timeout'
import cookieParser from 'cookie-parser'
import cookieSession from 'cookie-session'
import cors from 'cors'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { rateLimit } from 'express-rate-limit'
import session from 'express-session'
import { body as field, validationResult } from 'express-validator'
import helmet from 'helmet'
import methodOverride from 'method-override'
import morgan from 'morgan'
import multer from 'multer'
import passport from 'passport'
import { Strategy } from 'passport-local'
import responseTime from 'response-time'
import { delay } from '../../../../../scripts/comparison/observe.ts'
import { bothVersions, type Build } from '../express-versions.ts'
import type { Definition, Exchange, Outcome, Recorder } from '../probe.ts'
import { get, post, send } from '../../../../../scripts/comparison/request.ts'

const text = 'compressible '.repeat(500)

/** An app of some middleware and one handler. */
const using =
  (
    use: (record: Recorder) => readonly unknown[],
    handler: (request: Request, response: Response, next: NextFunction) => unknown,
  ): Build =>
  (express, record) => {
    const app = express()
    for (const middleware of use(record)) app.use(middleware as RequestHandler)
    app.use(
      (request: Request, response: Response, next: NextFunction) =>
        void handler(request, response, next),
    )
    return app
  }

/** Undoes the encoding that the head names, once, as a client does. */
function decoded(outcome: Outcome): Outcome {
  const decode = { gzip: gunzipSync, br: brotliDecompressSync, deflate: inflateSync } as Record<
    string,
    (bytes: Buffer) => Buffer
  >
  return {
    ...outcome,
    answers: outcome.answers.map((one) => {
      const undo = decode[one.headers['content-encoding']?.[0] ?? '']
      const bytes = Buffer.from(String(one.body).replace(/^base64:/, ''), 'base64')
      return undo ? { ...one, body: undo(bytes).toString() } : one
    }),
  }
}

/** Puts a word in the place of what is random or a measured time. */
const masked =
  (pattern: RegExp, word: string) =>
  (outcome: Outcome): Outcome =>
    JSON.parse(JSON.stringify(outcome).replace(pattern, word)) as Outcome

const boundary = 'boundary42'
const multipart = [
  `--${boundary}`,
  'Content-Disposition: form-data; name="title"',
  '',
  'A title',
  `--${boundary}`,
  'Content-Disposition: form-data; name="upload"; filename="a.txt"',
  'Content-Type: text/plain',
  '',
  'file content',
  `--${boundary}--`,
  '',
].join('\r\n')
const asMultipart = `Content-Type: multipart/form-data; boundary=${boundary}`
const asForm = 'Content-Type: application/x-www-form-urlencoded'

const uploading: Build = (express) => {
  const app = express()
  app.use(multer({ storage: multer.memoryStorage(), limits: { fileSize: 1000 } }).single('upload'))
  app.use((request: Request, response: Response) => {
    const { file } = request
    response.json({
      body: { ...(request.body as object) },
      name: file?.originalname,
      size: file?.size,
      text: file?.buffer.toString(),
    })
  })
  app.use(
    (
      error: Error & { code?: string },
      _request: Request,
      response: Response,
      _next: NextFunction,
    ) => void response.status(400).json({ code: error.code, message: error.message }),
  )
  return app
}

const loggingIn: Build = (express) => {
  const app = express()
  const authenticator = new passport.Passport()
  authenticator.use(
    new Strategy((name, password, done) => done(null, password === 'secret' ? { name } : false)),
  )
  app.use(express.urlencoded({ extended: false }))
  app.use(authenticator.initialize())
  app.post(
    '/login',
    authenticator.authenticate('local', { session: false }) as RequestHandler,
    (request: Request, response: Response) =>
      void response.json((request as { user?: unknown }).user),
  )
  return app
}

const validating: Build = (express) => {
  const app = express()
  app.use(express.json())
  app.post(
    '/',
    field('email').isEmail(),
    field('age').isInt({ min: 18 }).toInt(),
    (request: Request, response: Response) => {
      response.json({
        errors: validationResult(request as never).array(),
        body: request.body as unknown,
      })
    },
  )
  return app
}

const compressed = using(
  () => [compression({ threshold: 0 })],
  (_request, response) => response.type('text').send(text),
)
const compressedStream = using(
  () => [compression({ threshold: 0 })],
  async (_request, response) => {
    response.type('text')
    for (let count = 0; count < 3; count++) {
      response.write(`part ${count} `)
      ;(response as unknown as { flush(): void }).flush()
      await delay(15)
    }
    response.end('end')
  },
)

const probes: [string, Exchange, Build, ((outcome: Outcome) => Outcome)?][] = [
  ['compression in gzip', get('/', 'Accept-Encoding: gzip'), compressed, decoded],
  ['compression in brotli', get('/', 'Accept-Encoding: br'), compressed, decoded],
  ['compression in deflate', get('/', 'Accept-Encoding: deflate'), compressed, decoded],
  ['compression not asked for', get(), compressed],
  ['compression of HEAD', send({ method: 'HEAD', headers: ['Accept-Encoding: gzip'] }), compressed],
  [
    'compression of a stream with flush()',
    get('/', 'Accept-Encoding: gzip'),
    compressedStream,
    decoded,
  ],
  [
    'compression of little',
    get('/', 'Accept-Encoding: gzip'),
    using(
      () => [compression()],
      (_request, response) => response.type('text').send('little'),
    ),
    decoded,
  ],
  ['compression of 304', get('/', 'Accept-Encoding: gzip', 'If-None-Match: *'), compressed],
  [
    'cookie-parser',
    get('/', 'Cookie: a=1; b=j%3A%7B%22c%22%3A2%7D', 'Cookie: d=%C3%A9'),
    using(
      () => [cookieParser('secret')],
      (request, response) =>
        response.json({
          cookies: { ...(request.cookies as object) },
          signed: { ...(request.signedCookies as object) },
        }),
    ),
  ],
  [
    'cookie-parser, signed',
    get('/', `Cookie: a=${encodeURIComponent('s:value.bad')}`),
    using(
      () => [cookieParser('secret')],
      (request, response) =>
        response
          .cookie('b', 'c', { signed: true })
          .json({ signed: { ...(request.signedCookies as object) } }),
    ),
  ],
  [
    'cookie-session',
    get(),
    using(
      () => [cookieSession({ name: 'session', keys: ['key'] })],
      (request, response) => {
        const held = request as unknown as { session: { views?: number } }
        held.session.views = (held.session.views ?? 0) + 1
        response.json({ views: held.session.views })
      },
    ),
  ],
  [
    'express-session',
    get(),
    using(
      () => [
        session({ secret: 'secret', resave: false, saveUninitialized: true, genid: () => 'fixed' }),
      ],
      (request, response) => {
        const held = request.session as unknown as { views?: number }
        held.views = (held.views ?? 0) + 1
        response.json({ views: held.views })
      },
    ),
  ],
  [
    'express-session of a stream',
    get(),
    using(
      () => [
        session({
          secret: 'secret',
          resave: false,
          saveUninitialized: true,
          genid: () => 'streamed',
        }),
      ],
      (_request, response) => {
        response.write('a')
        response.end('b')
      },
    ),
  ],
  [
    'cors',
    get('/', 'Origin: https://site.test'),
    using(
      () => [cors()],
      (_request, response) => response.send('x'),
    ),
  ],
  [
    'cors preflight',
    send({
      method: 'OPTIONS',
      headers: [
        'Origin: https://site.test',
        'Access-Control-Request-Method: PUT',
        'Access-Control-Request-Headers: X-One, X-Two',
      ],
    }),
    using(
      () => [cors({ origin: true, credentials: true, maxAge: 60 })],
      (_request, response) => response.send('not reached'),
    ),
  ],
  [
    'helmet',
    get(),
    using(
      () => [helmet()],
      (_request, response) => response.send('x'),
    ),
  ],
  [
    'method-override by header',
    post('', 'X-HTTP-Method-Override: DELETE'),
    using(
      () => [methodOverride()],
      (request, response) => response.json(request.method),
    ),
  ],
  [
    'response-time',
    get(),
    using(
      () => [responseTime()],
      (_request, response) => response.send('x'),
    ),
    masked(/\d+\.\d+ms/g, 'TIME'),
  ],
  [
    'express-rate-limit',
    get(),
    using(
      () => [rateLimit({ windowMs: 60_000, limit: 5, validate: false, keyGenerator: () => 'one' })],
      (_request, response) => response.send('x'),
    ),
    masked(/"(?:ratelimit-reset|x-ratelimit-reset)":\["\d+"\]/g, '"reset":["TIME"]'),
  ],
  ['multer in memory', post(multipart, asMultipart), uploading],
  [
    'multer in chunks',
    send({
      method: 'POST',
      headers: [asMultipart],
      chunks: [multipart.slice(0, 50), multipart.slice(50, 51), multipart.slice(51)],
    }),
    uploading,
  ],
  [
    'multer, file too large',
    post(multipart.replace('file content', 'x'.repeat(2000)), asMultipart),
    uploading,
  ],
  [
    'multer, unexpected field',
    post(multipart.replace('"upload"', '"other"'), asMultipart),
    uploading,
  ],
  ['multer, cut body', post(multipart.slice(0, -20), asMultipart), uploading],
  [
    'passport, right',
    send({
      method: 'POST',
      target: '/login',
      body: 'username=ann&password=secret',
      headers: [asForm],
    }),
    loggingIn,
  ],
  [
    'passport, wrong',
    send({
      method: 'POST',
      target: '/login',
      body: 'username=ann&password=wrong',
      headers: [asForm],
    }),
    loggingIn,
  ],
  [
    'express-validator',
    post('{"email":"no","age":"17"}', 'Content-Type: application/json'),
    validating,
  ],
  [
    'connect-timeout',
    get(),
    using(
      () => [timeout('40ms')],
      (request, _response, next) => {
        ;(request as { on(event: string, listener: () => void): void }).on('timeout', () => {})
        void next
      },
    ),
    (outcome) => ({
      ...outcome,
      answers: outcome.answers.map((one) => ({
        ...one,
        body: 'left aside',
        headers: { ...one.headers, 'content-length': ['left aside'] },
      })),
    }),
  ],
  [
    'connect-timeout in time',
    get(),
    using(
      () => [timeout('500ms')],
      (request, response) => response.json({ timedout: request.timedout }),
    ),
  ],
]

const logging = (format: string): Build =>
  using(
    (record) => [morgan(format, { stream: { write: (line: string) => record(line.trim()) } })],
    (_request, response) => response.status(201).type('text').send('hello'),
  )

export const middleware: Definition[] = [
  ...probes.flatMap(([name, exchange, build, normalise]) =>
    bothVersions(name, exchange, build, normalise ? { normalise } : {}),
  ),
  ...bothVersions(
    'morgan',
    get('/path?x=1', 'User-Agent: probe', 'Referer: /before'),
    logging(
      ':method :url HTTP/:http-version :status :res[content-length] :referrer :user-agent :remote-addr :remote-user',
    ),
    { until: 'GET' },
  ),
  ...bothVersions(
    'morgan, with times',
    get('/path'),
    logging(':method :response-time :total-time'),
    { until: 'GET', normalise: masked(/\d+\.\d+/g, 'TIME') },
  ),
  ...bothVersions(
    'morgan, status of one destroyed',
    get('/gone'),
    using(
      (record) => [
        morgan(':method :status :res[content-length]', {
          stream: { write: (line: string) => record(line.trim()) },
        }),
      ],
      (_request, response) => response.destroy(),
    ),
    { until: 'GET' },
  ),
]
