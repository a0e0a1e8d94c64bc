import { StoreError, type StoreErrorCode } from './errors.ts'
import { parseXml, textOf, type XmlElement } from './s3-xml.ts'

// https://developers.cloudflare.com/r2/api/error-codes/
const CODES: Readonly<Record<string, StoreErrorCode>> = {
  AccessDenied: 'ERR_R2_ACCESS',
  BadDigest: 'ERR_R2_CHECKSUM',
  // Two wrote one key on a condition at the same time.
  ConditionalRequestConflict: 'ERR_R2_RATE',
  EntityTooLarge: 'ERR_R2_TOO_LARGE',
  ExpiredRequest: 'ERR_R2_ACCESS',
  IncompleteBody: 'ERR_R2_UNAVAILABLE',
  InternalError: 'ERR_R2_UNAVAILABLE',
  InvalidBucketName: 'ERR_R2_BUCKET',
  InvalidDigest: 'ERR_R2_CHECKSUM',
  InvalidObjectName: 'ERR_R2_KEY',
  InvalidRange: 'ERR_R2_RANGE',
  MetadataTooLarge: 'ERR_R2_METADATA',
  NoSuchBucket: 'ERR_R2_BUCKET',
  NoSuchKey: 'ERR_R2_NOT_FOUND',
  NotEntitled: 'ERR_R2_ACCESS',
  ObjectLockedByBucketPolicy: 'ERR_R2_ACCESS',
  PreconditionFailed: 'ERR_R2_CHANGED',
  RequestTimeTooSkewed: 'ERR_R2_ACCESS',
  RequestTimeout: 'ERR_R2_UNAVAILABLE',
  ServiceUnavailable: 'ERR_R2_UNAVAILABLE',
  SignatureDoesNotMatch: 'ERR_R2_ACCESS',
  SlowDown: 'ERR_R2_UNAVAILABLE',
  TooManyRequests: 'ERR_R2_RATE',
  TooMuchConcurrency: 'ERR_R2_RATE',
  Unauthorized: 'ERR_R2_ACCESS',
}

/**
 * Says what an answer means that is none of success.
 * @param what The request, as a message shows it
 * @param status The status of the answer
 * @param content Its content
 * @returns The store's own error
 */
export function fromAnswer(what: string, status: number, content: string): StoreError {
  let error: XmlElement | undefined
  try {
    error = parseXml(content)
  } catch {
    // The answer of something in between, or none at all, as to HEAD.
  }
  return error?.name === 'Error'
    ? fromXml(what, error, status)
    : new StoreError(codeOf('', status), `R2 failed: ${what}: status ${status}.`)
}

/**
 * Says what an error in XML means. Some requests are answered with 200 before they are done.
 * @param what The request, as a message shows it
 * @param error The element, with `Code` and `Message`
 * @param status The status of the answer
 * @returns The store's own error
 */
export function fromXml(what: string, error: XmlElement, status: number): StoreError {
  const code = textOf(error, 'Code')
  const reason = `${code}: ${textOf(error, 'Message')}`
  return new StoreError(codeOf(code, status), `R2 failed: ${what}: ${reason} (status ${status})`, {
    cause: new Error(reason),
  })
}

function codeOf(code: string, status: number): StoreErrorCode {
  if (Object.hasOwn(CODES, code)) return CODES[code]!
  if (status === 401 || status === 403) return 'ERR_R2_ACCESS'
  if (status === 404 && code === '') return 'ERR_R2_NOT_FOUND'
  if (status === 412) return 'ERR_R2_CHANGED'
  if (status === 416) return 'ERR_R2_RANGE'
  if (status === 429) return 'ERR_R2_RATE'
  return status >= 500 && status !== 501 ? 'ERR_R2_UNAVAILABLE' : 'ERR_R2_FAILED'
}
