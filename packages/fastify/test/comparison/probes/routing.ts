/** Which route a request finds: targets, methods, parameters, constraints, and what answers when there is none. */
import type { FastifyInstance } from 'fastify'
import { get, send } from '../../../../../scripts/comparison/request.ts'
import { app, type Definition } from '../probe.ts'

const targets = [
  '/',
  '/plain',
  '/plain/',
  '/PLAIN',
  '//plain',
  '/plain?a=1',
  '/plain?',
  '/plain#fragment',
  '/users/42',
  '/users/%C3%A5sa',
  '/users/a%2Fb',
  '/users/a%20b?x=%20&y=+',
  '/users/',
  '/users/%zz',
  '/users/%',
  '/users/%E0%A4%A',
  '/users/a..b/../c',
  '/users/;a=b',
  '/files/a/b/c.txt',
  '/files/',
  '/files/%2e%2e/secret',
  '/at-14h30',
  '/at-9h5',
  '/version/12',
  '/version/x',
  '/optional',
  '/optional/here',
  '/static/../plain',
  '/plain/%2e',
  '/nowhere',
  '/nowhere/%zz',
  `/users/${'x'.repeat(101)}`,
  `/users/${'x'.repeat(100)}`,
]

function routes(instance: FastifyInstance): void {
  for (const url of [
    '/',
    '/plain',
    '/users/:id',
    '/files/*',
    '/at-:hour(^\\d+)h:minute(^\\d+)',
    '/version/:number(^\\d+$)',
    '/optional/:name?',
  ]) {
    instance.get(url, async (request) => ({
      route: request.routeOptions.url,
      params: request.params,
      query: request.query,
      url: request.url,
      originalUrl: request.originalUrl,
    }))
  }
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY']
const unknownMethods = ['PROPFIND', 'LOCK', 'MKCOL', 'PURGE', 'SEARCH']

const versions = ['1.2.0', '1.x', '2.x', '*', '3.0.0', 'nonsense']
const hosts = [
  'api.example.com',
  'www.example.com',
  'eu.example.org',
  'other.test',
  'API.EXAMPLE.COM',
]

export const routing: Definition[] = [
  ...targets.map((target) =>
    app(`target ${target.length > 60 ? `of ${target.length}` : target}`, get(target), routes),
  ),
  ...methods.map((method) =>
    app(`method ${method}`, send({ method }), (instance) => {
      instance.all('/', async (request) => ({ method: request.method }))
    }),
  ),
  ...methods.map((method) =>
    app(`no route for ${method}`, send({ method, target: '/other' }), (instance) => {
      instance.get('/', async () => 'x')
    }),
  ),
  ...unknownMethods.map((method) =>
    app(`method ${method}, which is not known`, send({ method }), (instance) => {
      instance.all('/', async () => 'x')
    }),
  ),
  app(
    'method PROPFIND, which was added',
    send({ method: 'PROPFIND', body: '<a/>' }),
    (instance) => {
      instance.addHttpMethod('PROPFIND', { hasBody: true })
      instance.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) =>
        done(null, body),
      )
      instance.route({
        method: 'PROPFIND',
        url: '/',
        handler: async ({ body }) => ({ body: body ?? null }),
      })
    },
  ),
  app('HEAD of a GET route', send({ method: 'HEAD' }), (instance) => {
    instance.get('/', async (_request, reply) => reply.header('X-One', '1').send('some text'))
  }),
  app('HEAD of a GET route that sends an object', send({ method: 'HEAD' }), (instance) => {
    instance.get('/', async () => ({ a: 1 }))
  }),
  app('HEAD route of its own', send({ method: 'HEAD' }), (instance) => {
    instance.head('/', async (_request, reply) => reply.header('content-length', 5).send())
  }),
  app('HEAD with exposeHeadRoute: false', send({ method: 'HEAD' }), (instance) => {
    instance.get('/', { exposeHeadRoute: false }, async () => 'x')
  }),
  app('OPTIONS without a route', send({ method: 'OPTIONS' }), (instance) => {
    instance.get('/', async () => 'x')
  }),
  app('OPTIONS *', send({ method: 'OPTIONS', target: '*' }), (instance) => {
    instance.options('*', async (request) => ({ url: request.url }))
  }),
  ...versions.map((version) =>
    app(`constraint version ${version}`, get('/', `Accept-Version: ${version}`), (instance) => {
      instance.get('/', { constraints: { version: '1.2.0' } }, async () => 'one')
      instance.get('/', { constraints: { version: '2.3.4' } }, async () => 'two')
      instance.addHook(
        'onSend',
        async (_request, reply) => void reply.header('Vary', 'Accept-Version'),
      )
    }),
  ),
  app('constraint version, none asked for', get(), (instance) => {
    instance.get('/', { constraints: { version: '1.2.0' } }, async () => 'one')
  }),
  ...hosts.map((host) =>
    app(`constraint host ${host}`, send({ host }), (instance) => {
      instance.get('/', { constraints: { host: 'api.example.com' } }, async () => 'api')
      instance.get('/', { constraints: { host: /.*\.example\.org/ } }, async () => 'any of org')
      instance.get('/', async ({ host: name, hostname }) => ({ name, hostname }))
    }),
  ),
  ...['blue', 'green', 'none'].map((colour) =>
    app(
      `constraint of the app's own: ${colour}`,
      get('/', `X-Colour: ${colour}`),
      (instance) => {
        instance.get('/', { constraints: { colour: 'blue' } }, async () => 'the blue one')
        instance.get('/', { constraints: { colour: 'green' } }, async () => 'the green one')
      },
      {
        server: {
          routerOptions: {
            constraints: {
              colour: {
                name: 'colour',
                storage: () => {
                  const stored: Record<string, never> = {}
                  return {
                    get: (key: string) => stored[key] ?? null,
                    set: (key: string, store: never) => void (stored[key] = store),
                  } as never
                },
                deriveConstraint: (request: { headers: Record<string, unknown> }) =>
                  request.headers['x-colour'],
                validate: () => true,
              } as never,
            },
          },
        },
      },
    ),
  ),
  app('constraint that is derived later', get('/', 'X-Late: yes'), (instance) => {
    instance.addConstraintStrategy({
      name: 'late',
      storage: () => {
        const stored: Record<string, never> = {}
        return {
          get: (key: string) => stored[key] ?? null,
          set: (key: string, store: never) => void (stored[key] = store),
        } as never
      },
      deriveConstraint: ((
        request: { headers: Record<string, unknown> },
        _context: unknown,
        done: (error: null, value: unknown) => void,
      ) => {
        setTimeout(() => done(null, request.headers['x-late']), 1)
      }) as never,
      validate: () => true,
    } as never)
    instance.get('/', { constraints: { late: 'yes' } }, async () => 'late')
  }),
  app('404 of the app', get('/nowhere'), (instance) => {
    instance.setNotFoundHandler(async (request, reply) => {
      void reply.code(404).header('X-Found', 'no')
      return { lost: request.url, is404: request.is404 }
    })
  }),
  app('404 of a prefix', get('/v1/nowhere'), (instance) => {
    instance.setNotFoundHandler(async () => 'root')
    instance.register(
      async (inner) => {
        inner.setNotFoundHandler(async (_request, reply) => reply.code(410).send('inner'))
      },
      { prefix: '/v1' },
    )
  }),
  app(
    '404 with hooks',
    get('/nowhere'),
    (instance, record) => {
      instance.addHook('onRequest', async () => record('onRequest'))
      instance.addHook('onResponse', async () => record('onResponse'))
      instance.setNotFoundHandler(
        { preHandler: async () => record('preHandler') },
        async (_request, reply) => reply.code(404).send('gone'),
      )
    },
    { until: 'onResponse' },
  ),
  app(
    '404 for a body',
    send({
      method: 'POST',
      target: '/nowhere',
      body: '{"a":1}',
      headers: ['Content-Type: application/json'],
    }),
    () => {},
  ),
  app('callNotFound()', get(), (instance) => {
    instance.get('/', (_request, reply) => reply.callNotFound())
  }),
  app('prefixes, nested', get('/a/b/c'), (instance) => {
    instance.register(
      async (one) => {
        await one.register(
          async (two) => void two.get('/c', async (request) => request.routeOptions.url),
          {
            prefix: '/b',
          },
        )
      },
      { prefix: '/a' },
    )
  }),
  app('prefix with a slash at the end', get('/a/'), (instance) => {
    instance.register(
      async (one) => void one.get('/', { prefixTrailingSlash: 'both' }, async () => 'x'),
      { prefix: '/a' },
    )
  }),
  app('the route of a request', get('/things/1?x=1'), (instance) => {
    instance.get('/things/:id', { config: { own: 1 } as never, bodyLimit: 5 }, async (request) => {
      const {
        config,
        url,
        method,
        bodyLimit,
        attachValidation,
        exposeHeadRoute,
        prefixTrailingSlash,
      } = request.routeOptions
      return {
        config,
        url,
        method,
        bodyLimit,
        attachValidation,
        exposeHeadRoute,
        prefixTrailingSlash,
      }
    })
  }),
]
