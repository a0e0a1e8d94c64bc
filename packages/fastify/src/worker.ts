import {
  type BridgeOptions,
  type FetchHandler,
  settleAtModuleScope,
  isListening,
  toFetchHandler,
  toServerHandler,
} from '@node-cf/bridge'
import { bootedListener, type FastifyApp } from './app.ts'
import { FastifyAdapterError } from './errors.ts'
import { isWorkers } from './platform.ts'
import { startFailure } from './startup/boot.ts'
import { loadingPlugin } from './startup/plugin-watch.ts'

/** A Worker's default export. */
export interface Worker<Env = unknown> {
  fetch: FetchHandler<Env>
}

/**
 * Makes a Worker of an existing Fastify app.
 * @param app What `fastify()` returned, or a promise of it; or the port, for an app that only calls
 *   `app.listen({ port })`
 * @param options How long to wait for the app, and for work it leaves behind
 * @returns The Worker, for `export default await`, when the app is ready
 * @throws {FastifyAdapterError} `ERR_FASTIFY_APP` and `ERR_FASTIFY_VERSION` for what is no app of
 *   Fastify 5, `ERR_FASTIFY_TOO_LATE` when called while a request is served, `ERR_FASTIFY_PLUGIN_IO`
 *   for a plugin that needs I/O to load, `ERR_FASTIFY_NOT_LISTENING` where nothing listens on the
 *   port; what a plugin throws, and Fastify's own errors
 * @throws {BridgeError} `ERR_BRIDGE_OPTION` for an option or a port that is not as described
 */
export async function toWorker<Env = unknown>(
  app: FastifyApp | PromiseLike<FastifyApp> | { port: number },
  options?: BridgeOptions,
): Promise<Worker<Env>> {
  if (!isPort(app)) return { fetch: toFetchHandler(await bootedListener(app, 'toWorker'), options) }
  const fetch = toServerHandler(app, options)
  if (isWorkers) await listening(app.port)
  return { fetch }
}

function isPort(app: object): app is { port: number } {
  return typeof (app as { port?: unknown } | null | undefined)?.port === 'number'
}

/** Waits for an app that has begun to start, and that nobody has a promise of. */
async function listening(port: number): Promise<void> {
  const state = { isGivenUp: false }
  try {
    await settleAtModuleScope(untilListening(port, state))
  } catch (error) {
    throw notListening(port, error)
  } finally {
    state.isGivenUp = true
  }
}

async function untilListening(port: number, state: { isGivenUp: boolean }): Promise<void> {
  while (!isListening(port) && !state.isGivenUp) await Promise.resolve()
}

function notListening(port: number, cause: unknown): FastifyAdapterError {
  const failure = startFailure()
  return new FastifyAdapterError(
    'ERR_FASTIFY_NOT_LISTENING',
    `No app listens on port ${port} at the end of the Worker's start. ${reasonOf(failure)}`,
    { cause: failure ?? cause },
  )
}

function reasonOf(failure: unknown): string {
  if (failure instanceof Error) return `An app failed to start: ${failure.message}`
  const plugin = loadingPlugin()
  if (plugin !== undefined) return `Plugin "${plugin}" has not finished loading.`
  return 'Does the app call listen() with that port while it loads, and is @node-cf/fastify imported before it?'
}
