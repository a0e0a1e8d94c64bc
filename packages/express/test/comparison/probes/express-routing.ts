/** Express itself, 5 and 4: routing, request properties, sub-apps, errors. */
import type { ErrorRequestHandler, Express as App, NextFunction, Request, Response } from 'express'
import { delay } from '../../../../../scripts/comparison/observe.ts'
import { bothVersions, type Build } from '../express-versions.ts'
import type { Definition, Exchange, Outcome } from '../probe.ts'
import { get, post, send } from '../../../../../scripts/comparison/request.ts'

const seen = (request: Request) => ({
  baseUrl: request.baseUrl,
  originalUrl: request.originalUrl,
  path: request.path,
  url: request.url,
  query: request.query,
  params: request.params,
})

/** A route that tells what it sees, at whatever path. */
const echo: Build = (express) =>
  express().use((request: Request, response: Response) => void response.json(seen(request)))

/** An app without Express's own error page, whose stack differs between versions of everything. */
const plainErrors: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) next(error)
  else response.status(error.status ?? 500).json({ message: error.message, name: error.name })
}

const users: Build = (express) => {
  const app = express()
  app.get(
    '/users/:id',
    (request: Request, response: Response) => void response.json(request.params),
  )
  app.get(
    '/files/:name.:extension',
    (request: Request, response: Response) => void response.json(request.params),
  )
  app.use(plainErrors)
  return app
}

const mounted: Build = (express) => {
  const app = express()
  const admin = express()
  const router = express.Router({ mergeParams: true })
  app.set('title', 'outer')
  admin.set('title', 'inner')
  admin.get('/users/:id', (request: Request, response: Response) => {
    response.json({
      ...seen(request),
      title: request.app.get('title'),
      mountpath: admin.mountpath,
      parent: (admin as unknown as { parent: App }).parent === app,
    })
  })
  router.get(
    '/x',
    (request: Request, response: Response) =>
      void response.json({ ...seen(request), title: request.app.get('title') }),
  )
  app.use('/admin', admin)
  app.use('/router/:top', router)
  // The sub-app's prototypes must give way to the outer app's again.
  app.use(
    (request: Request, response: Response) =>
      void response.json({ title: request.app.get('title'), chained: response.app === app }),
  )
  return app
}

const failing: Build = (express, record) => {
  const app = express()
  app.set('env', 'production')
  app.get('/sync', () => {
    throw new Error('sync')
  })
  app.get('/status', () => {
    throw Object.assign(new Error('teapot'), { status: 418 })
  })
  app.get('/headers', () => {
    throw Object.assign(new Error('limited'), { status: 429, headers: { 'Retry-After': '7' } })
  })
  app.get('/next', (_request: Request, _response: Response, next: NextFunction) =>
    next(new Error('next')),
  )
  app.get('/async', (_request: Request, _response: Response, next: NextFunction) => {
    setTimeout(() => next(new Error('async')), 10)
  })
  app.get('/text', (_request: Request, _response: Response, next: NextFunction) => next('text'))
  app.get('/after', async (_request: Request, response: Response, next: NextFunction) => {
    response.on('close', () => record('response close'))
    response.write('first')
    await delay(40)
    next(new Error('after the head'))
  })
  app.get('/late', async (_request: Request, response: Response, next: NextFunction) => {
    response.end('whole')
    await delay(20)
    next(new Error('after the end'))
  })
  app.use((_error: Error, _request: Request, response: Response, next: NextFunction) => {
    response.setHeader('X-Before', 'handled')
    next(_error)
  })
  return app
}

/** Express logs errors of production apps; the terminal of a test is no place for that. */
const quiet =
  (build: Build): Build =>
  (express, record) => {
    const app = build(express, record) as App
    app.set('env', 'test')
    return app
  }

const rejecting: Build = (express) => {
  const app = express()
  app.get('/rejected', async (_request: Request, _response: Response, next: NextFunction) => {
    await delay(5)
    // Express 4 does not look at what a handler returns.
    if ('del' in express.application) return next(new Error('rejected'))
    throw new Error('rejected')
  })
  app.use(plainErrors)
  return app
}

const stackless = (outcome: Outcome) => ({
  ...outcome,
  answers: outcome.answers.map((one) => ({
    ...one,
    // The stack names files, and with them the length changes.
    body: String(one.body).replace(/(?:<br>|\n) ?(?:&nbsp; ?&nbsp;|\s+)at .*?(?=<\/pre>|$)/gs, ''),
    headers: { ...one.headers, 'content-length': ['left aside'] },
  })),
})

const routes: [string, Exchange, Build][] = [
  ['path and query', get('/a/b?x=1&y=2'), echo],
  ['dots in a path', get('/a/../b?c=/../d'), echo],
  ['double slashes', get('//a//b'), echo],
  ['encoded path', get('/caf%C3%A9%2Fx%20y'), echo],
  ['backslash', get('/a\\b'), echo],
  ['query of lists and objects', get('/?a[]=1&a[]=2&b[c]=3&d=4&d=5'), echo],
  ['query with invalid percent', get('/?a=%zz'), echo],
  ['query of special names', get('/?__proto__=a&constructor=b&hasOwnProperty=c'), echo],
  ['param', get('/users/42'), users],
  ['param with an encoded slash', get('/users/a%2Fb'), users],
  ['param in UTF-8', get('/users/caf%C3%A9'), users],
  ['param with a plus', get('/users/a+b%20c'), users],
  ['param with invalid percent', get('/users/%zz'), users],
  ['param with a dot', get('/files/a.txt'), users],
  ['trailing slash', get('/users/42/'), users],
  ['upper case', get('/USERS/42'), users],
  ['double slash is another route', get('//users/42'), users],
  ['dots are another route', get('/x/../users/42'), users],
  ['mounted app', get('/admin/users/7?x=1'), mounted],
  ['mounted router', get('/router/up/x?y'), mounted],
  ['past a mounted app', get('/admin/nothing'), mounted],
  ['OPTIONS lists methods', send({ method: 'OPTIONS', target: '/users/1' }), users],
  ['HEAD runs a GET route', send({ method: 'HEAD', target: '/users/1' }), users],
  [
    'QUERY',
    send({ method: 'QUERY', target: '/q', body: 'x' }),
    (express) =>
      express().use(
        (request: Request, response: Response) => void response.json({ method: request.method }),
      ),
  ],
  [
    'PURGE',
    send({ method: 'PURGE' }),
    (express) =>
      express().purge('/', (_request: Request, response: Response) => void response.json('purged')),
  ],
  [
    'M-SEARCH',
    send({ method: 'M-SEARCH' }),
    (express) =>
      express()['m-search'](
        '/',
        (_request: Request, response: Response) => void response.json('searched'),
      ),
  ],
  ['async handler that rejects', get('/rejected'), rejecting],
  ['no route', get('/nowhere<script>'), (express) => express()],
  ['no route, encoded', get('/now%20here%3Cscript%3E'), (express) => express()],
  ['no route for POST', post('body'), (express) => express()],
  ['no route for HEAD', send({ method: 'HEAD', target: '/none' }), (express) => express()],
  [
    'app.locals, res.locals, req.res',
    get(),
    (express) => {
      const app = express()
      app.locals.a = 1
      app.get('/', (request: Request, response: Response) => {
        response.locals.b = 2
        response.json({
          app: app.locals.a as number,
          response: response.locals.b as number,
          crossed: [
            request.res === response,
            response.req === request,
            request.app === app,
            response.app === app,
          ],
        })
      })
      return app
    },
  ],
  [
    'next("route") and next("router")',
    get('/x'),
    (express) => {
      const app = express()
      const router = express.Router()
      router.get('/x', (_request: Request, _response: Response, next: NextFunction) =>
        next('router'),
      )
      app.get(
        '/x',
        (_request: Request, _response: Response, next: NextFunction) => next('route'),
        (_request: Request, response: Response) => void response.send('not reached'),
      )
      app.use(router)
      app.get('/x', (_request: Request, response: Response) => void response.send('reached'))
      return app
    },
  ],
  [
    'req.is, accepts and friends',
    send({
      method: 'POST',
      body: '{}',
      headers: [
        'Content-Type: application/json; charset=utf-8',
        'Accept: text/html, application/json;q=0.5',
        'Accept-Language: de, en;q=0.5',
        'Accept-Charset: utf-8',
        'Accept-Encoding: gzip',
        'X-Requested-With: XMLHttpRequest',
      ],
    }),
    (express) =>
      express().use((request: Request, response: Response) => {
        response.json({
          is: [request.is('json'), request.is('html'), request.is('*/*')],
          accepts: [request.accepts(['json', 'html']), request.accepts('png')],
          languages: request.acceptsLanguages(['en', 'de']),
          charsets: request.acceptsCharsets(),
          encodings: request.acceptsEncodings(),
          get: [
            request.get('content-type'),
            request.get('Referrer') ?? 'undefined',
            request.header('x-requested-with'),
          ],
          xhr: request.xhr,
          fresh: request.fresh,
          stale: request.stale,
        })
      }),
  ],
  [
    'req.range',
    get('/', 'Range: bytes=0-4,6-'),
    (express) =>
      express().use(
        (request: Request, response: Response) =>
          void response.json({
            ranges: request.range(10),
            type: (request.range(10) as unknown as { type: string }).type,
          }),
      ),
  ],
  [
    'route of all methods',
    send({ method: 'PROPFIND', target: '/any' }),
    (express) =>
      express().all(
        '/any',
        (request: Request, response: Response) => void response.json(request.method),
      ),
  ],
  [
    'app.param',
    get('/p/3'),
    (express) => {
      const app = express()
      app.param('id', (request: Request, _response: Response, next: NextFunction, id: string) => {
        ;(request as unknown as { doubled: number }).doubled = Number(id) * 2
        next()
      })
      app.get(
        '/p/:id',
        (request: Request, response: Response) =>
          void response.json((request as unknown as { doubled: number }).doubled),
      )
      return app
    },
  ],
]

const errors: [string, string, { until?: string }?][] = [
  ['thrown', '/sync'],
  ['thrown with a status', '/status'],
  ['thrown with headers', '/headers'],
  ['given to next', '/next'],
  ['given to next later', '/async'],
  ['text given to next', '/text'],
  ['after the head', '/after', { until: 'response close' }],
  ['after the end', '/late'],
]

export const expressRouting: Definition[] = [
  ...routes.flatMap(([name, exchange, build]) => bothVersions(name, exchange, build)),
  ...errors.flatMap(([name, target, options]) =>
    bothVersions(`error ${name}`, get(target), quiet(failing), {
      normalise: stackless,
      ...options,
    }),
  ),
]
