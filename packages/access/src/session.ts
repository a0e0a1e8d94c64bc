import { AccessError } from './errors.ts'

/** How an app's own session is reached; each framework's plugin has its own. */
export interface SessionBridge<Request> {
  /** Whose session it is: what `begin` was last called with. */
  read(request: Request): unknown
  /** Begins a new session, which has nothing of an earlier one. */
  begin(request: Request, subject: string): unknown
  /** Ends the session. */
  end(request: Request): unknown
}

/** The name under which a session keeps whose it is. */
export const SESSION_KEY = 'access'

/**
 * The error for a request that has no session.
 * @param plugin What has to run before
 */
export function noSession(plugin: string): AccessError {
  return new AccessError(
    'ERR_ACCESS_SESSION',
    `The option session is set, and the request has no session: ${plugin} must come before Access.`,
  )
}
