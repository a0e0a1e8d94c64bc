/** What apps do with servers. Each scenario runs on Node and on Workers, and returns what it saw. */
import { EventEmitter, once } from 'node:events'
import type http from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** As much of `node:http` as makes servers: the whole of it, or what was imported by name. */
export type HttpLike = Pick<typeof http, 'createServer' | 'Server'>

type Scenario = (http: HttpLike) => unknown

/** The error that a call throws. */
function errorOf(call: () => unknown): unknown {
  try {
    call()
    return 'none'
  } catch (error) {
    return described(error)
  }
}

function described(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return error ?? null
  const { name, message, code } = error as Error & { code?: string }
  return { name, message, code }
}

async function close(server: http.Server): Promise<void> {
  server.close()
  await once(server, 'close')
}

/** A port that was free a moment ago. */
async function freePort({ createServer }: HttpLike): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await close(server)
  return port
}

async function listenWith(
  http: HttpLike,
  values: readonly unknown[],
  { calls }: { calls: boolean },
): Promise<unknown> {
  const { promise: listened, resolve } = Promise.withResolvers<void>()
  const events: string[] = []
  const server = http.createServer()
  server.on('listening', () => {
    events.push('listening')
    resolve()
  })
  const callback = function (this: unknown): void {
    events.push(`callback ${this === server}`)
  }
  const before = [server.listening, server.address()]
  const returned = server.listen(...((calls ? [...values, callback] : values) as [number]))
  events.push('returned')
  await listened
  await Promise.resolve()
  const address = server.address()
  const result = {
    events,
    before,
    returnsItself: returned === server,
    listening: server.listening,
    port: typeof address === 'string' ? address : typeof address?.port,
    isPort: values[0] === 0 || (address as AddressInfo).port > 0,
  }
  await close(server)
  return { ...result, after: [server.listening, server.address()] }
}

export const scenarios: Record<string, Scenario> = {
  'listen() overloads': async (http) => {
    const port = await freePort(http)
    const overloads: unknown[][] = [
      [0],
      [port],
      [port, '127.0.0.1'],
      [port, '127.0.0.1', 511],
      [port, 511],
      [port, undefined, undefined],
      [String(port)],
      [{ port }],
      [{ port, host: '127.0.0.1', backlog: 5, exclusive: true }],
      [{ port: String(port) }],
      [],
      [undefined],
      [null],
    ]
    const results: unknown[] = []
    for (const values of overloads) {
      results.push(await listenWith(http, values, { calls: false }))
      results.push(await listenWith(http, values, { calls: true }))
    }
    return results
  },

  'address() of a port that was asked for': async (http) => {
    const port = await freePort(http)
    const server = http.createServer().listen(port, '127.0.0.1')
    await once(server, 'listening')
    const { port: actual, ...address } = server.address() as AddressInfo
    await close(server)
    return [address, actual === port]
  },

  'address() of a path': async (http) => {
    const path = `/tmp/node-cf-${process.pid}.sock`
    const server = http.createServer().listen(path)
    await once(server, 'listening')
    const address = server.address()
    await close(server)
    return address === path
  },

  'ports that are none': ({ createServer }) =>
    [65_536, -1, 1.5, NaN, '65536', { port: 70_000 }, { port: -1 }, { port: 'x' }].map((value) =>
      errorOf(() => createServer().listen(value as number)),
    ),

  'listen() with what says nothing of a port': ({ createServer }) =>
    [{}, { host: 'localhost' }, true].map((value) => {
      const error = errorOf(() => createServer().listen(value as object))
      return (error as { code?: unknown }).code
    }),

  'listen() twice': async ({ createServer }) => {
    const server = createServer().listen(0)
    const atOnce = errorOf(() => server.listen(0))
    await once(server, 'listening')
    const later = errorOf(() => server.listen(0))
    await close(server)
    server.listen(0)
    await once(server, 'listening')
    await close(server)
    return [atOnce, later]
  },

  'a port in use': async (http) => {
    const first = http.createServer().listen(await freePort(http))
    await once(first, 'listening')
    const { port } = first.address() as AddressInfo
    const second = http.createServer()
    const events: string[] = []
    second.on('listening', () => events.push('listening'))
    second.listen(port, () => events.push('callback'))
    events.push('returned')
    const [error] = (await once(second, 'error')) as [NodeJS.ErrnoException & { port: number }]
    const state = [second.listening, second.address()]
    await close(first)
    second.listen(port)
    await once(second, 'listening')
    await close(second)
    return {
      events,
      state,
      code: error.code,
      syscall: error.syscall,
      isPort: error.port === port,
      saysSo: error.message.includes(`EADDRINUSE: address already in use`),
      namesPort: error.message.endsWith(`:${port}`),
    }
  },

  'close()': async ({ createServer }) => {
    const server = createServer().listen(0)
    await once(server, 'listening')
    const events: unknown[] = []
    server.on('close', () => events.push('close'))
    const returned = server.close((error) => events.push(['callback', described(error)]))
    events.push('returned', server.listening, server.address())
    await once(server, 'close')
    await delay(5)
    return [returned === server, events]
  },

  'close() of what does not run': async ({ createServer }) => {
    const server = createServer()
    const events: unknown[] = []
    server.on('close', () => events.push('close'))
    server.close((error) => events.push(described(error)))
    events.push('returned')
    await delay(5)
    return events
  },

  'close() before it listens': async ({ createServer }) => {
    const server = createServer()
    const events: string[] = []
    for (const event of ['listening', 'close']) server.on(event, () => events.push(event))
    server.listen(0)
    server.close()
    await once(server, 'close')
    await delay(5)
    return events
  },

  'what disposes of a server': async ({ createServer }) => {
    const server = createServer().listen(0)
    await once(server, 'listening')
    await server[Symbol.asyncDispose]()
    return server.listening
  },

  'options that are kept': ({ createServer }) => {
    const options = {
      keepAliveTimeout: 1,
      keepAliveTimeoutBuffer: 10,
      headersTimeout: 2,
      requestTimeout: 3,
      connectionsCheckingInterval: 4,
      maxHeaderSize: 8192,
      insecureHTTPParser: true,
      joinDuplicateHeaders: true,
      requireHostHeader: false,
      rejectNonStandardBodyWrites: true,
      highWaterMark: 32_768,
      noDelay: false,
      keepAlive: true,
      keepAliveInitialDelay: 1000,
      uniqueHeaders: ['x-one'],
    }
    const server = createServer(options, () => {}) as unknown as Record<string, unknown>
    return READABLE_OPTIONS.map((name) => [name, server[name]])
  },

  'options by default': ({ createServer }) => {
    const server = createServer() as unknown as Record<string, unknown>
    return [...READABLE_OPTIONS, 'timeout', 'maxHeadersCount', 'maxRequestsPerSocket'].map(
      // Whether what is off is false or undefined makes no difference to those who ask.
      (name) => [name, server[name] || null],
    )
  },

  'ways to make a server': ({ createServer, Server }) => {
    const listener = (): void => {}
    class Derived extends Server {
      readonly isDerived = true
    }
    return Object.entries({
      plain: createServer(),
      listener: createServer(listener),
      options: createServer({ requestTimeout: 5 }, listener),
      emptyOptions: createServer({}, listener),
      constructed: new Server(listener),
      constructedWithOptions: new Server({ requestTimeout: 5 }, listener),
      derived: new Derived(listener),
    }).map(([name, server]) => [
      name,
      server instanceof Server,
      server instanceof EventEmitter,
      server.listeners('request').map((each) => each === listener),
      (server as Derived).isDerived ?? false,
      server.constructor.name,
    ])
  },

  'a server made without new': ({ Server }) => {
    const listener = (): void => {}
    const server = (Server as unknown as (listener: () => void) => http.Server)(listener)
    return [server instanceof Server, server.listeners('request').includes(listener)]
  },

  'methods and properties': ({ createServer }) => {
    const server = createServer() as unknown as Record<string, unknown>
    return PROPERTIES.map((name) => [name, typeof server[name]])
  },

  'methods return the server': async ({ createServer }) => {
    const server = createServer()
    const chained = server.setTimeout(5).ref().unref() === server
    const connections = await new Promise((resolve) => {
      server.getConnections((error, count) => resolve([error, count]))
    })
    server.closeAllConnections()
    server.closeIdleConnections()
    return [chained, connections, server.timeout]
  },
}

const READABLE_OPTIONS = [
  'keepAliveTimeout',
  'keepAliveTimeoutBuffer',
  'headersTimeout',
  'requestTimeout',
  'connectionsCheckingInterval',
  'maxHeaderSize',
  'insecureHTTPParser',
  'joinDuplicateHeaders',
  'requireHostHeader',
  'rejectNonStandardBodyWrites',
]

const PROPERTIES = [
  'listen',
  'close',
  'address',
  'setTimeout',
  'closeAllConnections',
  'closeIdleConnections',
  'getConnections',
  'ref',
  'unref',
  'listening',
  'timeout',
  'keepAliveTimeout',
  'headersTimeout',
  'requestTimeout',
  'maxRequestsPerSocket',
  'maxHeadersCount',
  'on',
  'emit',
]
