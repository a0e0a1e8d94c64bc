/** Codes of the errors that stores raise. */
export type StoreErrorCode =
  | 'ERR_R2_ACCESS'
  | 'ERR_R2_BODY'
  | 'ERR_R2_BUCKET'
  | 'ERR_R2_CHANGED'
  | 'ERR_R2_CHECKSUM'
  | 'ERR_R2_EXISTS'
  | 'ERR_R2_FAILED'
  | 'ERR_R2_KEY'
  | 'ERR_R2_LENGTH'
  | 'ERR_R2_METADATA'
  | 'ERR_R2_NO_PUBLIC_URL'
  | 'ERR_R2_NOT_FOUND'
  | 'ERR_R2_OPTION'
  | 'ERR_R2_RANGE'
  | 'ERR_R2_RATE'
  | 'ERR_R2_TOO_LARGE'
  | 'ERR_R2_UNAVAILABLE'

/** The status with which an HTTP server should answer, by code; 500 where none stands here. */
const STATUS: Partial<Record<StoreErrorCode, number>> = {
  ERR_R2_BODY: 400,
  ERR_R2_CHANGED: 412,
  ERR_R2_CHECKSUM: 400,
  ERR_R2_EXISTS: 409,
  ERR_R2_KEY: 400,
  ERR_R2_LENGTH: 400,
  ERR_R2_METADATA: 400,
  ERR_R2_NOT_FOUND: 404,
  ERR_R2_RANGE: 416,
  ERR_R2_RATE: 503,
  ERR_R2_TOO_LARGE: 413,
  ERR_R2_UNAVAILABLE: 503,
}

const RETRYABLE: ReadonlySet<StoreErrorCode> = new Set(['ERR_R2_RATE', 'ERR_R2_UNAVAILABLE'])

/** An error of a store; what R2 itself reported is its `cause`. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError'
  readonly code: StoreErrorCode
  /** The status with which an HTTP server should answer; Express and Fastify do. */
  readonly status: number
  /** Whether the same call may succeed later. */
  readonly retryable: boolean

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.status = STATUS[code] ?? 500
    this.retryable = RETRYABLE.has(code)
  }
}

/** There is no file under a key. */
export class NotFound extends StoreError {
  override readonly name: string = 'NotFound'

  constructor(key: string, options?: ErrorOptions) {
    super('ERR_R2_NOT_FOUND', `There is no file ${JSON.stringify(key)}.`, options)
  }
}
