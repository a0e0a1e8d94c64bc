import { noSession, SESSION_KEY, type SessionBridge } from '@node-cf/access'
import type { FastifyRequest } from 'fastify'

/** What the sessions of @fastify/session and @fastify/secure-session have. */
interface Session {
  get(key: string): unknown
  set(key: string, value: unknown): void
  regenerate(): void | Promise<void>
  /** @fastify/session has this, */
  destroy?(): Promise<void>
  /** and @fastify/secure-session this. */
  delete?(): void
}

/** Reaches the session that @fastify/session or @fastify/secure-session has put on the request. */
export const fastifySession: SessionBridge<FastifyRequest> = {
  read: (request) => sessionOf(request).get(SESSION_KEY),
  async begin(request, subject) {
    await sessionOf(request).regenerate()
    // @fastify/session has put another one in its place.
    sessionOf(request).set(SESSION_KEY, subject)
  },
  async end(request) {
    const session = sessionOf(request)
    if (typeof session.destroy === 'function') await session.destroy()
    else session.delete?.()
  },
}

function sessionOf(request: FastifyRequest): Session {
  const { session } = request as { session?: Session | null }
  if (typeof session === 'object' && session !== null) return session
  throw noSession('@fastify/session or @fastify/secure-session')
}
