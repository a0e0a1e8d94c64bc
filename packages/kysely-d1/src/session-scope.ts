import { SqliteError } from '@node-cf/kysely-sqlite'
import type { D1DatabaseLike, D1DatabaseSessionLike } from './binding.ts'
import { type D1SessionConstraint, isBookmark } from './bookmark.ts'

/**
 * One session of one database: what is read through it is never older than what was written or
 * read through it before. https://developers.cloudflare.com/d1/best-practices/read-replication/
 */
export class SessionScope {
  readonly #start: string
  #session: D1DatabaseSessionLike | undefined

  /**
   * @param start Where the session begins: `first-unconstrained`, `first-primary`, or the bookmark
   *   of a session to continue
   * @throws {SqliteError} `ERR_SQLITE_ARGUMENT` for anything else
   */
  constructor(start: D1SessionConstraint | (string & {}) = 'first-unconstrained') {
    this.#start = checkedStart(start)
  }

  /** The bookmark of the session's latest query; `null` while it has neither one nor had one. */
  get bookmark(): string | null {
    if (this.#session !== undefined) return this.#session.getBookmark()
    return isBookmark(this.#start) ? this.#start : null
  }

  /** The session; it is opened by the first call. */
  open(database: D1DatabaseLike): D1DatabaseSessionLike {
    return (this.#session ??= database.withSession(this.#start))
  }
}

function checkedStart(start: unknown): string {
  if (start === 'first-unconstrained' || start === 'first-primary' || isBookmark(start))
    return start
  throw new SqliteError(
    'ERR_SQLITE_ARGUMENT',
    "A session starts at 'first-unconstrained', 'first-primary', or a bookmark that getBookmark() of D1 returned.",
  )
}
