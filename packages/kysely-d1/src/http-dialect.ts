import { type OnQuery, WorkersSqliteDialect } from '@node-cf/kysely-sqlite'
import type { DialectAdapter, Driver } from 'kysely'
import { D1Adapter } from './adapter.ts'
import { D1Driver } from './driver.ts'
import { checkedHttpOptions, type D1HttpDialectOptions } from './http-options.ts'
import { HttpSession } from './http-session.ts'
import { type RetrySettings, retrySettings, withRetries } from './retry.ts'
import type { D1Session } from './session.ts'

/** Kysely's dialect for D1 through Cloudflare's HTTP API, from any place. */
export class D1HttpDialect extends WorkersSqliteDialect {
  readonly #session: HttpSession
  readonly #onQuery: OnQuery | undefined
  readonly #retry: RetrySettings

  /**
   * @param options Which database, with which token, and how requests are sent
   * @throws {D1HttpError} `ERR_D1_HTTP_OPTION` for an option that is not as described
   * @throws {SqliteError} `ERR_SQLITE_ARGUMENT` where that is in `retry`
   */
  constructor(options: D1HttpDialectOptions) {
    super()
    this.#session = new HttpSession(checkedHttpOptions(options))
    this.#onQuery = options.onQuery
    this.#retry = retrySettings(options.retry)
  }

  createAdapter(): DialectAdapter {
    return new D1Adapter(this)
  }

  createDriver(): Driver {
    return new D1Driver({
      open: () => this.#session,
      openPrimary: () => this.#forMigrations(),
      onQuery: this.#onQuery,
      retry: this.#retry,
    })
  }

  /** Migrations are never sent twice, unless the first time they certainly did not run. */
  #forMigrations(): D1Session {
    return {
      execute: (statements, options) =>
        withRetries(() => this.#session.execute(statements, options), {
          ...this.#retry,
          mayRepeat: false,
          signal: undefined,
        }),
    }
  }
}
