/** Codes of the errors that this package raises. */
export type AccessErrorCode = keyof typeof STATUSES

/** The status with which a request is answered that meets the error. */
const STATUSES = {
  ERR_ACCESS_DEVELOPMENT: 403,
  ERR_ACCESS_FORBIDDEN: 403,
  ERR_ACCESS_IDENTITY_UNAVAILABLE: 503,
  ERR_ACCESS_KEYS_UNAVAILABLE: 503,
  ERR_ACCESS_NO_IDENTITY: 403,
  ERR_ACCESS_OPTION: 500,
  ERR_ACCESS_SESSION: 500,
  ERR_ACCESS_TOKEN_ALGORITHM: 401,
  ERR_ACCESS_TOKEN_AUDIENCE: 401,
  ERR_ACCESS_TOKEN_CLAIMS: 401,
  ERR_ACCESS_TOKEN_EARLY: 401,
  ERR_ACCESS_TOKEN_EXPIRED: 401,
  ERR_ACCESS_TOKEN_ISSUER: 401,
  ERR_ACCESS_TOKEN_KEY: 401,
  ERR_ACCESS_TOKEN_MALFORMED: 401,
  ERR_ACCESS_TOKEN_MISSING: 401,
  ERR_ACCESS_TOKEN_SIGNATURE: 401,
  ERR_ACCESS_TOKEN_TYPE: 401,
} as const

/**
 * An error of this package, with the status and the headers of its answer where Express and
 * Fastify look for them. Its message holds no token and nothing that a token says.
 */
export class AccessError extends Error {
  override readonly name: string = 'AccessError'
  readonly code: AccessErrorCode
  readonly status: 401 | 403 | 500 | 503
  /** The status, under the name that Fastify reads. */
  readonly statusCode: 401 | 403 | 500 | 503
  /** Headers of the answer; a 401 has to name a way to sign in (RFC 9110 §15.5.2). */
  readonly headers: Readonly<Record<string, string>>

  constructor(code: AccessErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.status = STATUSES[code]
    this.statusCode = this.status
    this.headers = {
      'cache-control': 'no-store',
      ...(this.status === 401 && { 'www-authenticate': 'Cloudflare-Access' }),
    }
  }
}
