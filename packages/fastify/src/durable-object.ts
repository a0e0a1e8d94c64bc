import {
  type AppObjectClass,
  type DurableObjectOptions,
  type DurableObjectStateLike,
  toDurableObjectClass,
} from '@node-cf/bridge'
import { bootedListener, type FastifyApp } from './app.ts'

/**
 * Makes the class of a Durable Object that serves a Fastify app. All objects share the app: it has
 * to be made while the Worker starts, when there is no object yet.
 * @param app What `fastify()` returned, or a promise of it
 * @param options How to open the object's database, how long to wait, and for what
 * @returns The class, for a Worker's exports, when the app is ready
 * @throws {FastifyAdapterError} What `toWorker` throws
 * @throws {BridgeError} `ERR_BRIDGE_OPTION` for an option that is not as described
 */
export async function toDurableObject<
  Env = unknown,
  Db = unknown,
  State extends DurableObjectStateLike = DurableObjectStateLike,
>(
  app: FastifyApp | PromiseLike<FastifyApp>,
  options?: DurableObjectOptions<Env, Db, State>,
): Promise<AppObjectClass<Env, Db, State>> {
  const listener = await bootedListener(app, 'toDurableObject')
  return toDurableObjectClass(() => listener, options)
}
