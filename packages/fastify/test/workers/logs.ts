/** Apps with loggers of every kind; what they write to the console is kept as it was given. */
import { recorded } from './recorded-console.ts'
import { toWorker } from '@node-cf/fastify'
import fastify, { type FastifyInstance } from 'fastify'
import { Writable } from 'node:stream'
import pino from 'pino'
import util from 'node:util'

const own: string[] = []
const destination = new Writable({
  write(chunk, _encoding, callback) {
    own.push(String(chunk))
    callback()
  },
})
const root = pino({ name: 'root', level: 'debug' })

const apps: Record<string, unknown> = {
  'logger: true': fastify({ logger: true }),
  levels: fastify({ logger: { level: 'trace' } }),
  redact: fastify({
    logger: { redact: ['req.headers.authorization', 'password'], level: 'info' },
  }),
  serializers: fastify({
    logger: {
      serializers: { req: ({ method, url }) => ({ short: `${method} ${url}` }) },
      base: null,
      timestamp: false,
      messageKey: 'message',
    },
  }),
  'level as a word': fastify({
    logger: { formatters: { level: (label) => ({ level: label }) }, timestamp: false },
  }),
  'custom levels': fastify({ logger: { customLevels: { audit: 35 }, timestamp: false } }),
  'not JSON': fastify({
    logger: { hooks: { streamWrite: (line: string) => line.replace('{', 'line: {') } } as never,
  }),
  loggerInstance: fastify({ loggerInstance: root }),
  stream: fastify({ logger: { stream: destination } }),
  transport: fastify({
    logger: { transport: { target: 'pino-pretty', options: { colorize: true } } },
  }),
  transports: fastify({
    logger: {
      transport: {
        targets: [
          { target: 'pino/file', options: { destination: 1 }, level: 'info' },
          { target: '@acme/remote', level: 'warn' },
        ],
      },
    },
  }),
  disableRequestLogging: fastify({ logger: true, disableRequestLogging: true }),
  child: fastify({ logger: true, requestIdLogLabel: 'trace' } as never),
}

for (const app of Object.values(apps) as FastifyInstance[]) {
  app.get('/', (request) => {
    const log = request.log as unknown as Record<string, (...values: unknown[]) => void>
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'audit']) {
      log[level]?.(
        { level: undefined, password: 'secret', nested: { list: [1, 'é'] } },
        `an ${level}`,
      )
    }
    return 'logged'
  })
  app.get('/error', (request) => {
    request.log.error(new TypeError('of a type', { cause: new Error('the cause') }))
    throw Object.assign(new Error('of a handler'), { statusCode: 502 })
  })
}

const workers = new Map(
  await Promise.all(
    Object.entries(apps).map(
      async ([name, app]) => [name, await toWorker(app as FastifyInstance)] as const,
    ),
  ),
)
const sections = ['avvio', 'send', 'anything'].map((name) => util.debuglog(name).enabled)
const atStart = [...recorded]

export default {
  async fetch(request: Request, env: unknown, ctx: { waitUntil(work: Promise<unknown>): void }) {
    const { searchParams } = new URL(request.url)
    const name = searchParams.get('app') ?? ''
    if (name === '') return Response.json({ atStart, sections, own })
    recorded.length = 0
    const response = await workers.get(name)!.fetch(request, env, ctx)
    await response.text()
    // "request completed" follows the response.
    await new Promise((resolve) => setTimeout(resolve, 20))
    if (searchParams.get('stdout') !== null) process.stdout.write('plain text\n')
    return Response.json(recorded)
  },
}
