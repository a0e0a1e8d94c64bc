import {
  adoptPrototypes,
  type BridgeOptions,
  type FetchHandler,
  type RequestListener,
  toFetchHandler,
  toServerHandler,
} from '@node-cf/bridge'
import { ExpressAdapterError } from './errors.ts'

/** What `express()` returns, of Express 4 or 5: as much of it as is needed here. */
export interface ExpressApp {
  // Both majors' own types must fit, whose requests and responses are classes of their own.
  // oxlint-disable-next-line typescript/no-explicit-any
  (request: any, response: any, next?: any): unknown
  request: object
  response: object
}

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
  if (!isExpressApp(app)) {
    throw new ExpressAdapterError(
      'ERR_EXPRESS_APP',
      'toWorker() takes what express() returns, or { port } for an app that calls listen(port) itself. Does the module export the app?',
    )
  }
  adoptPrototypes(app.request, app.response)
  return { fetch: toFetchHandler(app as RequestListener, options) }
}

function isExpressApp(app: unknown): app is ExpressApp {
  return typeof app === 'function' && 'request' in app && 'response' in app
}
