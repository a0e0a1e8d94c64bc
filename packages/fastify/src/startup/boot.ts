import diagnosticsChannel from 'node:diagnostics_channel'
import { BridgeError, settleAtModuleScope } from '@node-cf/bridge'
import { canGenerateCode } from './code-generation.ts'
import { FastifyAdapterError, tooLate } from '../errors.ts'
import { type Inject, injectOnWorkers } from './injection.ts'
import { blamedFor, loadingPlugin, watched } from './plugin-watch.ts'

/** As much of a Fastify instance as is watched. */
interface Instance {
  register: (plugin: unknown, options?: unknown) => unknown
  ready: (callback?: Callback) => Promise<unknown> | undefined
  inject: Inject
}
type Callback = (error: unknown, instance?: unknown) => void

/** Watches over every app that is made, so that one which cannot start on Workers says why. */
export function installBootWatch(): void {
  const channel = diagnosticsChannel.channel('fastify.initialization')
  const native = (): object => Object.getPrototypeOf(channel) as object
  Object.defineProperties(channel, {
    hasSubscribers: { value: true },
    publish: {
      value(message: { fastify: Instance }): void {
        watch(message.fastify)
        if (Reflect.get(native(), 'hasSubscribers', channel) !== true) return
        try {
          Reflect.get(native(), 'publish').call(channel, message)
        } catch (error) {
          // The runtime refuses this at module scope when the subscribers have been called.
          if (!isRefusedIO(error)) throw error
        }
      },
    },
  })
}

function watch(app: Instance): void {
  if (!canGenerateCode()) throw tooLate('fastify()')
  let isStarted = false
  const { register, ready, inject } = app

  app.register = function (plugin, options): unknown {
    return register.call(this, watched(plugin), options)
  }

  app.ready = function (callback): Promise<unknown> | undefined {
    isStarted ||= canGenerateCode()
    const booted = isStarted ? boot(ready.call(this)!) : Promise.reject(tooLate('ready()'))
    if (callback === undefined) return booted
    void callBack(callback, booted, app)
  }

  app.inject = injectOnWorkers(inject)
}

async function callBack(
  callback: Callback,
  booted: Promise<unknown>,
  app: Instance,
): Promise<void> {
  try {
    await booted
  } catch (error) {
    callback(error)
    return
  }
  callback(null, app)
}

async function boot(readiness: Promise<unknown>): Promise<unknown> {
  try {
    return await settleAtModuleScope(readiness)
  } catch (error) {
    failure = explained(error)
    throw failure
  }
}

let failure: unknown

/** Why the last app that failed to start did: apps that listen themselves tend to keep it back. */
export function startFailure(): unknown {
  return failure
}

function explained(error: unknown): unknown {
  const isStuck = error instanceof BridgeError && error.code === 'ERR_BRIDGE_UNSETTLED'
  if (!isStuck && !isRefusedIO(error)) return error
  const plugin = isStuck ? loadingPlugin() : blamedFor(error)
  return new FastifyAdapterError(
    'ERR_FASTIFY_PLUGIN_IO',
    `${plugin === undefined ? 'An onReady hook' : `Plugin "${plugin}"`} does I/O while the app starts, a connection to a database say, or waits for something of the kind. Workers allow none before the first request: connect where a request first needs it, in an onRequest hook say, and keep the connection for that request.`,
    { cause: error },
  )
}

/** Whether the runtime refused I/O, a timer or a random value at module scope. */
function isRefusedIO(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return error.message.includes('within global scope') || isRefusedIO(error.cause)
}
