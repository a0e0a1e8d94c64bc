import http, { type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Response as MiniflareResponse } from 'miniflare'
import { startWorker } from '../../../../scripts/workerd/index.ts'
import { Client } from './client.ts'
import { APP_HEADER, type Subject, type SubjectKind } from './subject.ts'
import type { Variant } from './variants.ts'
import { createWorld, type World } from './world.ts'

type Running = Awaited<ReturnType<SubjectKind['start']>>

/** Starts a subject with a world of its own. */
export async function startSubject({ start }: SubjectKind): Promise<Subject> {
  await using stack = new AsyncDisposableStack()
  const world = stack.use(await createWorld())
  const { port, stop } = await start(world)
  stack.defer(stop)
  const client = stack.adopt(new Client(port), (used) => used.close())
  const started = stack.move()
  return {
    world,
    send: async ({ headers = [], ...parts }, app = 'main') =>
      client.send({ ...parts, headers: [[APP_HEADER, app], ...headers] }),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  }
}

/** Serves the apps by Node's own server. */
export function startOnNode(apps: Record<Variant, RequestListener>): Promise<Running> {
  return listenOnLoopback((req, res) => apps[req.headers[APP_HEADER] as Variant](req, res))
}

/** Serves by Node's own server, on a port of this machine. */
export async function listenOnLoopback(listener: RequestListener): Promise<Running> {
  // A connection that the client keeps must not be closed while it sends the next request.
  const server = http.createServer({ keepAliveTimeout: 120_000 }, listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/**
 * Serves the apps in workerd. What they fetch, by the runtime's own `fetch` and from where Access
 * would be, reaches the key servers.
 * @param resolveDir The folder from which `source` imports
 * @param source The text of a module that exports `workers`: a Worker by variant
 */
export async function startInWorkerd(
  world: World,
  resolveDir: string,
  source: string,
): Promise<Running> {
  const { port, dispose } = await startWorker({
    source: `
      ${source}
      export default {
        fetch: (request, env, ctx) =>
          workers[request.headers.get('${APP_HEADER}')].fetch(request, env, ctx),
      }`,
    resolveDir,
    // A development build, as the option for development refuses to be used in another.
    define: { 'process.env.NODE_ENV': '"development"' },
    bindings: {
      outboundService: async ({ url, headers }) => {
        const init = { redirect: 'manual', signal: AbortSignal.timeout(10_000) } as const
        const response = await world.fetch(url, { ...init, headers: Object.fromEntries(headers) })
        return response as unknown as MiniflareResponse
      },
    },
  })
  return { port, stop: dispose }
}
