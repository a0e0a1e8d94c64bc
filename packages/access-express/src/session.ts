import { noSession, SESSION_KEY, type SessionBridge } from '@node-cf/access'
import type { Request } from 'express'

/** A session of express-session. */
interface StoredSession {
  regenerate(callback: (error?: unknown) => void): unknown
  destroy(callback: (error?: unknown) => void): unknown
}

/** A session of cookie-session: an object, which is replaced as a whole. */
type CookieSession = Record<string, unknown>

interface WithSession {
  session?: CookieSession | StoredSession | null
}

/** Reaches the session that cookie-session or express-session has put on the request. */
export const expressSession: SessionBridge<Request> = {
  read: (request) => (sessionOf(request) as CookieSession)[SESSION_KEY],
  async begin(request, subject) {
    const session = sessionOf(request)
    if (!isStored(session)) {
      ;(request as WithSession).session = { [SESSION_KEY]: subject }
      return
    }
    await called((done) => session.regenerate(done))
    ;(sessionOf(request) as CookieSession)[SESSION_KEY] = subject
  },
  async end(request) {
    const session = sessionOf(request)
    if (isStored(session)) await called((done) => session.destroy(done))
    else (request as WithSession).session = null
  },
}

function sessionOf(request: Request): CookieSession | StoredSession {
  const { session } = request as WithSession
  if (typeof session === 'object' && session !== null) return session
  throw noSession('cookie-session or express-session')
}

function isStored(session: CookieSession | StoredSession): session is StoredSession {
  return typeof session.regenerate === 'function' && typeof session.destroy === 'function'
}

function called(work: (done: (error?: unknown) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    work((error) => (error ? reject(error) : resolve()))
  })
}
