import {
  checkedFunction,
  type OnQuery,
  SqliteError,
  WorkersSqliteDialect,
} from '@node-cf/kysely-sqlite'
import type { DialectAdapter, Driver } from 'kysely'
import { D1Adapter } from './adapter.ts'
import { BindingSession, type D1DatabaseLike } from './binding.ts'
import type { D1SessionConstraint } from './bookmark.ts'
import { D1Driver } from './driver.ts'
import { type RetryOptions, type RetrySettings, retrySettings } from './retry.ts'
import { SessionScope } from './session-scope.ts'

export interface D1DialectOptions {
  /** The binding, or a function that returns it, called for each query. */
  database: D1DatabaseLike | (() => D1DatabaseLike)
  /**
   * Has queries run in a session, which may read from replicas: where it begins, for one session
   * that lasts as long as the dialect, or a function that returns the session of the request being
   * served. Without it, and where the function returns `undefined`, every query goes to the primary.
   */
  session?: D1SessionConstraint | (string & {}) | (() => SessionScope | undefined)
  /** Is told about each query when it has ended. */
  onQuery?: OnQuery
  /**
   * Is called by `db.destroy()`, to let go of what the binding came from: `dispose` of wrangler's
   * `getPlatformProxy()` say.
   */
  onDestroy?: () => unknown
  /** How often reads, and writes marked as idempotent, are sent again; `false` for never. */
  retry?: RetryOptions | false
}

/** Kysely's dialect for D1 through a Worker's binding. */
export class D1Dialect extends WorkersSqliteDialect {
  readonly #database: () => D1DatabaseLike
  readonly #scope: () => SessionScope | undefined
  readonly #onQuery: OnQuery | undefined
  readonly #onDestroy: (() => unknown) | undefined
  readonly #retry: RetrySettings

  /**
   * @param options The binding, and how queries run
   * @throws {SqliteError} `ERR_SQLITE_ARGUMENT` for an option that is not as described
   */
  constructor(options: D1DialectOptions) {
    super()
    const { database, session, retry } = options
    this.#database = typeof database === 'function' ? database : () => database
    if (typeof database !== 'function') checkDatabase(database)
    if (typeof session === 'function') {
      this.#scope = session
    } else {
      const scope = session === undefined ? undefined : new SessionScope(session)
      this.#scope = () => scope
    }
    this.#onQuery = checkedFunction('onQuery', options.onQuery)
    this.#onDestroy = checkedFunction('onDestroy', options.onDestroy)
    this.#retry = retrySettings(retry)
  }

  /**
   * The bookmark of the latest query of the session, of the current request's one where `session` is
   * a function; `null` before the first query, and without a session.
   */
  get bookmark(): string | null {
    return this.#scope()?.bookmark ?? null
  }

  createAdapter(): DialectAdapter {
    return new D1Adapter(this)
  }

  createDriver(): Driver {
    return new D1Driver({
      open: () => this.#open(this.#scope()),
      openPrimary: () => this.#open(undefined),
      openSession: (scope) => this.#open(scope),
      onQuery: this.#onQuery,
      onDestroy: this.#onDestroy,
      retry: this.#retry,
    })
  }

  #open(scope: SessionScope | undefined): BindingSession {
    const database = this.#database()
    checkDatabase(database)
    return new BindingSession(scope === undefined ? database : scope.open(database))
  }
}

function checkDatabase(database: unknown): void {
  if (typeof (database as D1DatabaseLike | undefined)?.prepare === 'function') return
  throw new SqliteError(
    'ERR_SQLITE_ARGUMENT',
    `database must be a D1 binding, or a function that returns one; got ${database === null ? 'null' : typeof database}. Is the binding named in wrangler.jsonc as it is in the code?`,
  )
}
