import {
  type BridgeOptions,
  type FetchHandler,
  toFetchHandler,
  toServerHandler,
} from '@node-cf/bridge'
import { type ExpressApp, toListener } from './app.ts'

/** A Worker's default export. */
export interface Worker<Env = unknown> {
  fetch: FetchHandler<Env>
}

/**
 * Makes a Worker of an existing Express app.
 * @param app What `express()` returned; or the port, for an app that only calls `app.listen(port)`
 * @param options How long to wait for the app, and for work it leaves behind
 * @returns The Worker, for `export default`
 * @throws {ExpressAdapterError} `ERR_EXPRESS_APP` for what is no Express app
 * @throws {BridgeError} `ERR_BRIDGE_OPTION` for an option or a port that is not as described
 */
export function toWorker<Env = unknown>(
  app: ExpressApp | { port: number },
  options?: BridgeOptions,
): Worker<Env> {
  if (typeof app !== 'function' && typeof app?.port === 'number') {
    return { fetch: toServerHandler(app, options) }
  }
  return { fetch: toFetchHandler(toListener(app, WANTED), options) }
}

const WANTED =
  'toWorker() takes what express() returns, or { port } for an app that calls listen(port) itself. Does the module export the app?'
