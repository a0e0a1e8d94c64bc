import {
  type AccessCustomClaims,
  AccessError,
  type AccessIdentity,
  createAccessGuard,
  type GuardOptions,
} from '@node-cf/access'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import plugin from 'fastify-plugin'
import { fastifySession } from './session.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who the request comes from; null on an exempt path or route. */
    access: AccessIdentity | null
  }

  interface FastifyContextConfig {
    /** `false` serves this route without a token. */
    access?: false
  }
}

export interface AccessFastifyOptions<Custom = AccessCustomClaims> extends GuardOptions<
  FastifyRequest,
  Custom
> {
  /**
   * Whether the app's session (`request.session`, of @fastify/session or @fastify/secure-session)
   * belongs to the identity: it begins anew with another one, and ends when a request is refused.
   */
  session?: boolean | undefined
  /**
   * Answers a request that is refused, in the place of the app's error handler, and returns the
   * reply. A request that it does not answer is refused all the same.
   */
  onUnauthorized?:
    | ((error: AccessError, request: FastifyRequest, reply: FastifyReply) => unknown)
    | undefined
}

const register: FastifyPluginAsync<AccessFastifyOptions> = async (fastify, options) => {
  const { onUnauthorized, session = false } = options
  const guard = createAccessGuard<FastifyRequest>(
    { logger: fastify.log, ...options },
    session ? fastifySession : undefined,
  )
  // A scope in a scope may have an application of its own.
  if (!fastify.hasRequestDecorator('access')) fastify.decorateRequest('access', null)

  fastify.addHook('onRequest', async (request, reply) => {
    const { config, url } = request.routeOptions
    if (config.access === false) return
    try {
      const identity = await guard.admit(request, request.raw.url ?? '', url)
      if (identity !== null) request.access = identity
    } catch (error) {
      if (!(error instanceof AccessError)) throw error
      // A reply that is returned is waited for.
      await onUnauthorized?.(error, request, reply)
      if (!reply.sent) throw error
    }
  })
}

/**
 * A plugin that lets in who Cloudflare Access has let in, and sets `request.access`. It protects
 * the scope in which it is registered, and all scopes in that one.
 */
export const access: FastifyPluginAsync<AccessFastifyOptions> = plugin(register, {
  name: '@node-cf/access-fastify',
  fastify: '5.x',
})
