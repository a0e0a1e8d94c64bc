/** Behaviour 18: servers made in code: every option accepted, `listen` in its forms, `address()`, `close()`. */
import { once } from 'node:events'
import http, { createServer, type Server, type ServerOptions } from 'node:http'
import { answer, attempt } from '../../../../../scripts/comparison/observe.ts'
import { bare, type Definition } from '../probe.ts'
import { get } from '../../../../../scripts/comparison/request.ts'

const options: ServerOptions = {
  connectionsCheckingInterval: 30_000,
  headersTimeout: 60_000,
  highWaterMark: 16_384,
  insecureHTTPParser: false,
  joinDuplicateHeaders: false,
  keepAlive: false,
  keepAliveInitialDelay: 0,
  keepAliveTimeout: 5000,
  maxHeaderSize: 16_384,
  noDelay: true,
  requestTimeout: 300_000,
  requireHostHeader: true,
  uniqueHeaders: [],
  rejectNonStandardBodyWrites: false,
}

/** What can be asked of a server that may listen. */
function look(server: Server): unknown {
  const address = server.address()
  return {
    listening: server.listening,
    address:
      address === null
        ? 'null'
        : typeof address === 'string'
          ? address
          : { port: typeof address.port, family: address.family, address: address.address },
  }
}

/** Listens, looks, closes, and looks again. */
async function life(listen: (server: Server) => Server): Promise<unknown> {
  const server = createServer()
  const events: string[] = []
  server.on('listening', () => events.push('listening'))
  server.on('close', () => events.push('close'))
  const before = look(server)
  const chained = listen(server) === server
  await once(server, 'listening')
  const open = look(server)
  const error = await new Promise((resolve) => server.close(resolve))
  return { before, chained, open, error: error ?? 'none', after: look(server), events }
}

export const servers: Definition[] = [
  bare('createServer accepts every option', get(), (_request, response) => {
    answer(
      response,
      attempt(() => typeof createServer(options, () => {}).listen),
    )
  }),
  ...Object.entries(options).map(([name, value]) =>
    bare(`createServer({ ${name} })`, get(), (_request, response) => {
      answer(
        response,
        attempt(() => typeof createServer({ [name]: value } as ServerOptions)),
      )
    }),
  ),
  bare('createServer with bad options', get(), (_request, response) => {
    answer(response, {
      text: attempt(() => createServer('options' as unknown as ServerOptions)),
      timeout: attempt(() => createServer({ requestTimeout: -1 })),
      headers: attempt(() => createServer({ headersTimeout: 'soon' as unknown as number })),
    })
  }),
  bare('defaults', get(), (_request, response) => {
    const server = createServer()
    answer(response, {
      timeout: server.timeout,
      keepAliveTimeout: server.keepAliveTimeout,
      headersTimeout: server.headersTimeout,
      requestTimeout: server.requestTimeout,
      maxHeadersCount: server.maxHeadersCount,
      maxRequestsPerSocket: server.maxRequestsPerSocket,
      listening: server.listening,
      address: server.address() ?? 'null',
      instance: server instanceof http.Server,
    })
  }),
  bare('timeouts can be set', get(), (_request, response) => {
    const server = createServer()
    server.keepAliveTimeout = 1
    server.headersTimeout = 2
    server.requestTimeout = 3
    server.maxHeadersCount = 4
    server.timeout = 5
    answer(response, {
      values: [
        server.keepAliveTimeout,
        server.headersTimeout,
        server.requestTimeout,
        server.maxHeadersCount,
        server.timeout,
      ],
      chained: server.setTimeout(6) === server,
      timeout: server.timeout,
    })
  }),
  bare('listen(0)', get(), async (_request, response) =>
    answer(response, await life((server) => server.listen(0))),
  ),
  bare('listen(0, callback)', get(), async (_request, response) => {
    let called = false
    const observed = await life((server) => server.listen(0, () => (called = true)))
    answer(response, { observed, called })
  }),
  bare('listen(0, host)', get(), async (_request, response) =>
    answer(response, await life((server) => server.listen(0, '127.0.0.1'))),
  ),
  bare('listen(0, host, backlog, callback)', get(), async (_request, response) =>
    answer(response, await life((server) => server.listen(0, '127.0.0.1', 10, () => {}))),
  ),
  bare('listen({ port, host })', get(), async (_request, response) =>
    answer(response, await life((server) => server.listen({ port: 0, host: '127.0.0.1' }))),
  ),
  bare('listen()', get(), async (_request, response) =>
    answer(response, await life((server) => server.listen())),
  ),
  bare('listen with bad ports', get(), (_request, response) => {
    answer(response, {
      negative: attempt(() => createServer().listen(-1)),
      large: attempt(() => createServer().listen(65_536)),
      object: attempt(() => createServer().listen({} as { port: number })),
    })
  }),
  bare('listen twice', get(), async (_request, response) => {
    const server = createServer().listen(0)
    await once(server, 'listening')
    const observed = attempt(() => server.listen(0))
    await new Promise((resolve) => server.close(resolve))
    answer(response, observed)
  }),
  bare('close without listen', get(), async (_request, response) => {
    const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) =>
      createServer().close(resolve),
    )
    answer(response, { code: error?.code, name: error?.name, message: error?.message })
  }),
  bare('closeAllConnections and closeIdleConnections', get(), (_request, response) => {
    const server = createServer()
    answer(response, [
      attempt(() => server.closeAllConnections()),
      attempt(() => server.closeIdleConnections()),
    ])
  }),
  bare('getConnections', get(), async (_request, response) => {
    const count = await new Promise((resolve) =>
      createServer().getConnections((error, connections) => resolve(error ?? connections)),
    )
    answer(response, { count })
  }),
  bare('ref and unref', get(), (_request, response) => {
    const server = createServer()
    answer(response, { ref: server.ref() === server, unref: server.unref() === server })
  }),
  bare('server as an emitter of requests', get(), (request, response) => {
    const server = createServer((_request, inner) => inner.end('from the inner server'))
    server.emit('request', request, response)
  }),
  bare('asyncDispose', get(), (_request, response) =>
    answer(response, { type: typeof createServer()[Symbol.asyncDispose] }),
  ),
]
