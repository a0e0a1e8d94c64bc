/** The app itself: decorators, plugins, what it tells of itself, and requests that it injects. */
import fastifyPlugin from 'fastify-plugin'
import type { FastifyInstance } from 'fastify'
import { get } from '../../../../../scripts/comparison/request.ts'
import { app, type Definition } from '../probe.ts'

const attempt = (call: () => unknown): unknown => {
  try {
    return call() ?? null
  } catch (error) {
    const { name, code, message } = error as Error & { code?: string }
    return { name, code, message }
  }
}

export const instances: Definition[] = [
  app('decorate() and getDecorator()', get(), (instance) => {
    instance.decorate('value', 42 as never)
    instance.decorate(
      'double',
      function double(this: { value: number }) {
        return this.value * 2
      } as never,
      ['value'],
    )
    instance.get('/', async () => ({
      value: instance.getDecorator('value'),
      double: (instance as unknown as { double(): number }).double(),
      has: instance.hasDecorator('value'),
      missing: attempt(() => instance.getDecorator('nothing')),
    }))
  }),
  app('decorators that may not be', get(), (instance) => {
    instance.decorate('value', 1 as never)
    const refused = [
      attempt(() => void instance.decorate('value', 2 as never)),
      attempt(() => void instance.decorateRequest('shared', {} as never)),
      attempt(() => void instance.decorate('needy', 1 as never, ['nothing'])),
    ]
    instance.get('/', async () => refused)
  }),
  app('encapsulation', get('/inner'), (instance) => {
    instance.register(async (inner) => {
      inner.decorate('only', 'inner' as never)
      inner.register(fastifyPlugin(async (same) => void same.decorate('up', 1 as never)))
      inner.get('/inner', async () => ({
        only: inner.hasDecorator('only'),
        up: inner.hasDecorator('up'),
        root: instance.hasDecorator('only'),
        pluginName: typeof inner.pluginName,
        prefix: inner.prefix,
      }))
    })
  }),
  app('options of plugins', get('/p/x'), (instance) => {
    instance.register(async (inner, options) => void inner.get('/x', async () => options), {
      prefix: '/p',
      own: { a: 1 },
    } as never)
    instance.register(
      async () => {},
      (parent: FastifyInstance) => ({ prefix: parent.prefix }),
    )
  }),
  app('hasPlugin(), hasRoute(), findRoute()', get(), (instance) => {
    instance.register(fastifyPlugin(async () => {}, { name: 'named' }))
    instance.get('/', async () => ({
      plugin: instance.hasPlugin('named'),
      route: instance.hasRoute({ url: '/', method: 'GET' }),
      other: instance.hasRoute({ url: '/other', method: 'GET' }),
      found: Object.keys(instance.findRoute({ url: '/', method: 'GET' }) ?? {}),
    }))
  }),
  app('printRoutes() of one method', get(), (instance) => {
    instance.get('/', async () => instance.printRoutes({ method: 'GET', includeHooks: true }))
  }),
  app('printRoutes() of all', get(), (instance) => {
    instance.get('/', async () => instance.printRoutes())
  }),
  app('printRoutes() at the start', get(), (instance) => {
    let printed = ''
    instance.addHook('onReady', async () => {
      printed = instance.printRoutes({ commonPrefix: false })
    })
    instance.get('/', async () => printed)
  }),
  app('printPlugins()', get(), (instance) => {
    instance.register(async function named() {})
    instance.get('/', async () =>
      instance
        .printPlugins()
        .replaceAll(/\d+ ms/g, 'some ms')
        .includes('named'),
    )
  }),
  app('version, listeningOrigin, addresses()', get(), (instance) => {
    instance.get('/', async () => [
      instance.version,
      instance.addresses(),
      instance.supportedMethods,
    ])
  }),
  app('schemas of an app', get(), (instance) => {
    instance.addSchema({ $id: 'one', type: 'object' })
    instance.get('/', async () => [
      instance.getSchemas(),
      instance.getSchema('one'),
      instance.getSchema('two') ?? null,
    ])
  }),
  app('what comes too late', get(), (instance) => {
    instance.get('/', async () => [
      attempt(() => void instance.get('/late', async () => 'x')),
      attempt(() => void instance.addHook('onRequest', async () => {})),
      attempt(() => void instance.decorate('late', 1 as never)),
      attempt(() => void instance.addSchema({ $id: 'late' })),
      attempt(() => void instance.setNotFoundHandler(() => {})),
      attempt(() => instance.addContentTypeParser('x/y', (_request, _payload, done) => done(null))),
    ])
  }),
  app('inject() in a handler', get(), (instance) => {
    instance.get('/inner', async (_request, reply) =>
      reply.header('X-Inner', '1').code(201).send({ a: 1 }),
    )
    instance.get('/', async () => {
      const { statusCode, headers, body } = await instance.inject('/inner')
      return { statusCode, type: headers['content-type'], inner: headers['x-inner'], body }
    })
  }),
  app('async and callback handlers, side by side', get('/b'), (instance) => {
    instance.get('/a', async () => 'a')
    instance.get('/b', (_request, reply) => void reply.send('b'))
  }),
  app('this in a handler', get(), (instance) => {
    instance.get('/', async function handler(this: FastifyInstance) {
      return { isApp: this.version === instance.version }
    })
  }),
  app('route() with everything', get('/everything?x=1'), (instance) => {
    instance.route({
      method: ['GET', 'POST'],
      url: '/everything',
      logLevel: 'warn',
      config: { own: true } as never,
      exposeHeadRoute: true,
      preHandler: async (_request, reply) => void reply.header('X-Before', '1'),
      schema: { querystring: { type: 'object', properties: { x: { type: 'integer' } } } },
      handler: async ({ query, routeOptions }) => ({ query, config: routeOptions.config }),
    })
  }),
  app('close() while requests are served', get(), (instance) => {
    instance.get('/', async () => {
      await instance.close()
      return attempt(() => instance.server.listening)
    })
  }),
]
