import { SqliteError, type SqliteErrorOptions } from '@node-cf/kysely-sqlite'

/** Codes of the errors that come of the way to D1 over HTTP; those of SQL are `ERR_SQLITE_…`. */
export type D1HttpErrorCode =
  | 'ERR_D1_HTTP_AUTHENTICATION'
  | 'ERR_D1_HTTP_BATCH'
  | 'ERR_D1_HTTP_CONNECTION'
  | 'ERR_D1_HTTP_NOT_FOUND'
  | 'ERR_D1_HTTP_OPTION'
  | 'ERR_D1_HTTP_RATE_LIMITED'
  | 'ERR_D1_HTTP_REFUSED'
  | 'ERR_D1_HTTP_RESPONSE'
  | 'ERR_D1_HTTP_RESPONSE_TOO_LARGE'
  | 'ERR_D1_HTTP_TIMEOUT'
  | 'ERR_D1_HTTP_TOKEN'
  | 'ERR_D1_HTTP_UNAVAILABLE'

export interface D1HttpErrorOptions extends SqliteErrorOptions {
  status?: number | undefined
}

/** What went wrong on the way to D1 or back, in the API's answer, or in the options. */
export class D1HttpError extends SqliteError {
  override readonly name = 'D1HttpError'
  declare readonly code: D1HttpErrorCode
  /** The status of the API's answer, if one came. */
  readonly status: number | undefined

  constructor(code: D1HttpErrorCode, message: string, options: D1HttpErrorOptions = {}) {
    super(code, message, { retryable: RETRYABLE.has(code), ...options })
    this.status = options.status
  }
}

const RETRYABLE: ReadonlySet<D1HttpErrorCode> = new Set([
  'ERR_D1_HTTP_CONNECTION',
  'ERR_D1_HTTP_RATE_LIMITED',
  'ERR_D1_HTTP_RESPONSE',
  'ERR_D1_HTTP_TIMEOUT',
  'ERR_D1_HTTP_UNAVAILABLE',
])
