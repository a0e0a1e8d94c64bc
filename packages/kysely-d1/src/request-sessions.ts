import { AsyncLocalStorage } from 'node:async_hooks'
import { SqliteError } from '@node-cf/kysely-sqlite'
import { parseCookie, type SetCookie, stringifySetCookie } from 'cookie'
import { type D1SessionConstraint, isBookmark } from './bookmark.ts'
import { SessionScope } from './session-scope.ts'

export interface D1SessionOptions {
  /**
   * Where the session of a visitor begins who brings no bookmark: `first-unconstrained`, the
   * default, at the nearest replica; `first-primary` with the latest data.
   */
  constraint?: D1SessionConstraint
  /** The cookie that carries the bookmark; it is always `HttpOnly`. */
  cookie?: D1SessionCookie
}

export interface D1SessionCookie {
  /** `d1-bookmark` by default. */
  name?: string
  /** `/` by default. */
  path?: string
  /** The host alone by default. */
  domain?: string
  /** Seconds for which the browser keeps it; by default until it is closed. */
  maxAge?: number
  /** Whether it is sent over HTTPS only, `true` by default. */
  secure?: boolean
  /** `lax` by default. */
  sameSite?: 'lax' | 'none' | 'strict'
}

/** Gives each request a session of its own, and its bookmark a cookie. */
export class RequestSessions {
  readonly #storage = new AsyncLocalStorage<SessionScope>()
  readonly #constraint: D1SessionConstraint
  readonly #cookie: SetCookie

  /** @throws {SqliteError} `ERR_SQLITE_ARGUMENT` for an option that is not as described */
  constructor({ constraint = 'first-unconstrained', cookie = {} }: D1SessionOptions = {}) {
    if (constraint !== 'first-unconstrained' && constraint !== 'first-primary') {
      throw new SqliteError(
        'ERR_SQLITE_ARGUMENT',
        `constraint must be 'first-unconstrained' or 'first-primary'; got ${String(constraint)}.`,
      )
    }
    this.#constraint = constraint
    const { name = 'd1-bookmark', path = '/', secure = true, sameSite = 'lax', ...rest } = cookie
    this.#cookie = { ...rest, name, value: '', path, secure, sameSite, httpOnly: true }
    try {
      stringifySetCookie(this.#cookie)
    } catch (error) {
      throw new SqliteError('ERR_SQLITE_ARGUMENT', `The cookie is not valid: ${String(error)}`, {
        cause: error,
      })
    }
  }

  /** The session of the request that is being served; `undefined` outside of one. */
  readonly current = (): SessionScope | undefined => this.#storage.getStore()

  /** Makes the session of a request, which continues the one that its cookie names. */
  begin(cookieHeader: string | undefined): SessionScope {
    return new SessionScope(this.#bookmarkOf(cookieHeader) ?? this.#constraint)
  }

  /** Calls `work` so that {@link current} returns the session in everything it starts. */
  run(scope: SessionScope, work: () => void): void {
    this.#storage.run(scope, work)
  }

  /** The `Set-Cookie` field for a response; `undefined` where the cookie is as it should be. */
  setCookie(scope: SessionScope, cookieHeader: string | undefined): string | undefined {
    const { bookmark } = scope
    if (bookmark === null || bookmark === this.#bookmarkOf(cookieHeader)) return undefined
    return stringifySetCookie({ ...this.#cookie, value: bookmark })
  }

  #bookmarkOf(cookieHeader: string | undefined): string | undefined {
    if (cookieHeader === undefined) return undefined
    const value = parseCookie(cookieHeader)[this.#cookie.name]
    return isBookmark(value) ? value : undefined
  }
}
