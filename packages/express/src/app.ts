import type { FrameworkListener, RequestListener } from '@node-cf/bridge'
import { ExpressAdapterError } from './errors.ts'
import { speedUpEtags } from './etags.ts'

/** What `express()` returns, of Express 4 or 5: as much of it as is needed here. */
export interface ExpressApp {
  // Both majors' own types must fit, whose requests and responses are classes of their own.
  // oxlint-disable-next-line typescript/no-explicit-any
  (request: any, response: any, next?: any): unknown
  request: object
  response: object
}

export function isExpressApp(app: unknown): app is ExpressApp {
  return typeof app === 'function' && 'request' in app && 'response' in app
}

/**
 * Makes an app ready to be called by the bridge.
 * @param app What the user gave for an app
 * @param wanted What the message says that it should have been
 * @returns The app, as the bridge takes it
 * @throws {ExpressAdapterError} `ERR_EXPRESS_APP` for what is no Express app
 */
export function toListener(app: unknown, wanted: string): FrameworkListener {
  if (!isExpressApp(app)) throw new ExpressAdapterError('ERR_EXPRESS_APP', wanted)
  speedUpEtags(app)
  return { listener: app as RequestListener, prototypes: app }
}
