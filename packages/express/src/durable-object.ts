import {
  type AppObjectClass,
  type DurableObjectOptions,
  type DurableObjectStateLike,
  toDurableObjectClass,
} from '@node-cf/bridge'
import { type ExpressApp, isExpressApp, toListener } from './app.ts'

/**
 * Makes the class of a Durable Object that serves an Express app.
 * @param app What `express()` returned, one app for all objects; or a function that makes the app
 *   of one object when it starts
 * @param options How to open the object's database, how long to wait, and for what
 * @returns The class, for a Worker's exports
 * @throws {ExpressAdapterError} `ERR_EXPRESS_APP` for what is no Express app
 * @throws {BridgeError} `ERR_BRIDGE_OPTION` for an option that is not as described
 */
export function toDurableObject<
  Env = unknown,
  Db = unknown,
  State extends DurableObjectStateLike = DurableObjectStateLike,
>(
  app: ExpressApp | ((ctx: State, env: Env) => ExpressApp),
  options?: DurableObjectOptions<Env, Db, State>,
): AppObjectClass<Env, Db, State> {
  if (isExpressApp(app) || typeof app !== 'function') {
    const listener = toListener(app, WANTED)
    return toDurableObjectClass(() => listener, options)
  }
  return toDurableObjectClass((ctx, env) => toListener(app(ctx, env), WANTED), options)
}

const WANTED =
  'toDurableObject() takes what express() returns, or a function that returns it for one object. Does the module export the app?'
