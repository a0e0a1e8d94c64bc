import { type RequestListener, settleAtModuleScope } from '@node-cf/bridge'
import { canGenerateCode } from './startup/code-generation.ts'
import { FastifyAdapterError, tooLate } from './errors.ts'
import { refusingWebSockets, type ServerLike } from './web-sockets.ts'

/** What `fastify()` returns, of Fastify 5: as much of it as is needed here. */
export interface FastifyApp {
  readonly version: string
  readonly server?: ServerLike
  // Whatever server and type provider an app has chosen must fit.
  // oxlint-disable-next-line typescript/no-explicit-any
  routing: (request: any, response: any) => void
  ready(): PromiseLike<unknown>
}

/**
 * Boots an app, while the Worker starts.
 * @param app What the user gave for an app, or a promise of it
 * @param caller The function it was given to, for messages
 * @returns What the bridge calls for each request
 * @throws {FastifyAdapterError} `ERR_FASTIFY_APP`, `ERR_FASTIFY_VERSION`, `ERR_FASTIFY_TOO_LATE` and
 *   `ERR_FASTIFY_PLUGIN_IO`; what a plugin throws, and Fastify's own errors
 */
export async function bootedListener(app: unknown, caller: string): Promise<RequestListener> {
  // An app can be awaited too, which boots it and gives nothing that could be called.
  const instance = isApp(app) ? app : await settleAtModuleScope(app as PromiseLike<unknown>)
  if (!isApp(instance)) throw noApp(instance, caller)
  if (!canGenerateCode()) throw tooLate(`${caller}()`)
  await instance.ready()
  return refusingWebSockets(instance.routing as RequestListener, instance.server)
}

function isApp(app: unknown): app is FastifyApp {
  const { routing, version } = (app ?? {}) as Partial<Record<keyof FastifyApp, unknown>>
  return typeof routing === 'function' && typeof version === 'string' && majorOf(version) >= 5
}

function majorOf(version: string): number {
  return Number.parseInt(version, 10)
}

function noApp(value: unknown, caller: string): FastifyAdapterError {
  const { inject, version } = (value ?? {}) as { inject?: unknown; version?: unknown }
  if (typeof inject !== 'function') {
    return new FastifyAdapterError(
      'ERR_FASTIFY_APP',
      `${caller}() takes what fastify() returns, or { port } for an app that calls listen({ port }) itself. Does the module export the app?`,
    )
  }
  return new FastifyAdapterError(
    'ERR_FASTIFY_VERSION',
    `${caller}() takes an app of Fastify 5 or later; this is one of Fastify ${typeof version === 'string' ? version : '3 or earlier'}. The guide to moving on is at https://fastify.dev/docs/latest/Guides/Migration-Guide-V5/.`,
  )
}
