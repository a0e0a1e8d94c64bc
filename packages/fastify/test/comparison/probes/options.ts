/** Options of an app, one at a time. */
import { Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyServerOptions } from 'fastify'
import { get, send } from '../../../../../scripts/comparison/request.ts'
import { app, type Definition } from '../probe.ts'

/** An app of one route, with options. */
function withOptions(
  name: string,
  server: FastifyServerOptions | object,
  target: string | ReturnType<typeof get>,
  url = '/',
): Definition {
  const exchange = typeof target === 'string' ? get(target) : target
  return app(
    name,
    exchange,
    (instance) => {
      instance.get(url, async ({ params, query, url: given, originalUrl }) => ({
        params,
        query,
        given,
        originalUrl,
      }))
    },
    { server },
  )
}

const accepted: Record<string, object> = {
  'http2: false': { http2: false },
  'https: null': { https: null },
  connectionTimeout: { connectionTimeout: 5000 },
  keepAliveTimeout: { keepAliveTimeout: 5000 },
  requestTimeout: { requestTimeout: 5000 },
  maxRequestsPerSocket: { maxRequestsPerSocket: 5 },
  'forceCloseConnections: true': { forceCloseConnections: true },
  "forceCloseConnections: 'idle'": { forceCloseConnections: 'idle' },
  'http options': { http: { maxHeaderSize: 20_000, keepAliveTimeout: 1000 } },
  pluginTimeout: { pluginTimeout: 1000 },
  'pluginTimeout: 0': { pluginTimeout: 0 },
  'return503OnClosing: false': { return503OnClosing: false },
  'exposeHeadRoutes: false': { exposeHeadRoutes: false },
  serializerOpts: { serializerOpts: { rounding: 'ceil' } },
  'allowErrorHandlerOverride: false': { allowErrorHandlerOverride: false },
  'routerOptions.compile': { routerOptions: { compile: true } },
}

export const options: Definition[] = [
  ...Object.entries(accepted).map(([name, server]) =>
    withOptions(`${name} is accepted`, server, '/?a=1'),
  ),
  ...['/a', '/a/', '/a//'].flatMap((target) => [
    withOptions(
      `ignoreTrailingSlash: ${target}`,
      { routerOptions: { ignoreTrailingSlash: true } },
      target,
      '/a',
    ),
    withOptions(
      `ignoreDuplicateSlashes: ${target}`,
      { routerOptions: { ignoreDuplicateSlashes: true } },
      target,
      '/a',
    ),
  ]),
  withOptions(
    'caseSensitive: false',
    { routerOptions: { caseSensitive: false } },
    '/USERS/Ann',
    '/users/:name',
  ),
  withOptions(
    'caseSensitive: true',
    { routerOptions: { caseSensitive: true } },
    '/USERS/Ann',
    '/users/:name',
  ),
  withOptions('maxParamLength', { routerOptions: { maxParamLength: 5 } }, '/abcdef', '/:a'),
  withOptions('useSemicolonDelimiter', { routerOptions: { useSemicolonDelimiter: true } }, '/;a=1'),
  withOptions(
    'querystringParser',
    { routerOptions: { querystringParser: (text: string) => ({ raw: text }) } },
    '/?a=1&b',
  ),
  withOptions(
    'rewriteUrl',
    { rewriteUrl: (request: { url: string }) => request.url.replace('/old', '/new') },
    '/old?a=1',
    '/new',
  ),
  withOptions('rewriteUrl that returns no text', { rewriteUrl: () => 42 }, '/'),
  withOptions(
    'rewriteUrl with the app as this',
    {
      rewriteUrl(this: { version: string }, request: { url: string }) {
        return typeof this.version === 'string' ? `${request.url}?this=app` : request.url
      },
    },
    '/',
  ),
  withOptions(
    'the options at the top, as before Fastify 5.5',
    { ignoreTrailingSlash: true, caseSensitive: false },
    '/A/',
    '/a',
  ),
  withOptions(
    'frameworkErrors for a bad URL',
    {
      frameworkErrors: (
        error: { code: string },
        _request: unknown,
        reply: { code(status: number): { send(value: unknown): void } },
      ) => reply.code(400).send({ own: error.code }),
    },
    '/%zz',
    '/:a',
  ),
  withOptions('a bad URL without frameworkErrors', {}, '/%zz', '/:a'),
  app(
    'exposeHeadRoutes: false, and HEAD',
    send({ method: 'HEAD' }),
    (instance) => void instance.get('/', async () => 'x'),
    {
      server: { exposeHeadRoutes: false },
    },
  ),
  app(
    'handlerTimeout that passes',
    get(),
    (instance) => {
      instance.get('/', async () => {
        await delay(300)
        return 'late'
      })
    },
    { server: { handlerTimeout: 50 } },
  ),
  app(
    'handlerTimeout that does not',
    get(),
    (instance) => void instance.get('/', async () => 'in time'),
    {
      server: { handlerTimeout: 2000 },
    },
  ),
  app(
    'handlerTimeout of a route, and its signal',
    get(),
    (instance, record) => {
      instance.get('/', { handlerTimeout: 50 } as never, async (request) => {
        const { signal } = request as unknown as { signal: AbortSignal }
        signal.addEventListener('abort', () =>
          record(`aborted ${(signal.reason as { code?: string }).code}`),
        )
        await delay(200)
        return 'late'
      })
    },
    { until: 'aborted' },
  ),
  app(
    'initialConfig',
    get(),
    (instance) => void instance.get('/', async () => instance.initialConfig),
    {
      server: {
        bodyLimit: 1234,
        requestTimeout: 99,
        routerOptions: { ignoreTrailingSlash: true },
      },
    },
  ),
  app(
    'childLoggerFactory',
    get(),
    (instance, record) => {
      instance.get('/', async (request) => {
        request.log.info('from the handler')
        return 'x'
      })
      instance.addHook('onResponse', async () => record('onResponse'))
    },
    {
      until: 'onResponse',
      server: {
        logger: {
          level: 'info',
          stream: new Writable({ write: (_line, _encoding, done) => done() }),
        },
        childLoggerFactory: (logger: { child(bindings: object): never }, bindings: object) =>
          logger.child({ ...bindings, own: true }),
      } as never,
    },
  ),
  app('what a logger writes', get('/?a=1', 'X-Forwarded-For: 1.2.3.4'), () => {}, { server: {} }),
  ...(() => {
    const lines: string[] = []
    return [
      app(
        'the lines of a logger',
        get('/logged'),
        (instance, record) => {
          instance.get('/logged', async (request) => {
            request.log.info({ own: 1 }, 'from the handler')
            request.log.debug('not written')
            return 'x'
          })
          instance.addHook('onResponse', async () => {
            await delay(10)
            for (const line of lines) {
              const {
                time: _time,
                pid: _pid,
                hostname: _host,
                responseTime,
                req,
                ...rest
              } = JSON.parse(line) as Record<string, unknown>
              const { remotePort: _port, ...request } = (req ?? {}) as Record<string, unknown>
              record(JSON.stringify({ ...rest, request, responseTime: typeof responseTime }))
            }
            record('done')
          })
        },
        {
          until: 'done',
          server: {
            logger: { level: 'info', stream: { write: (line: string) => void lines.push(line) } },
          },
        },
      ),
    ]
  })(),
]
