import { StoreError, type StoreErrorCode } from './errors.ts'

// https://developers.cloudflare.com/r2/api/error-codes/
const CODES: Readonly<Record<string, StoreErrorCode>> = {
  10001: 'ERR_R2_UNAVAILABLE',
  10002: 'ERR_R2_ACCESS',
  10003: 'ERR_R2_ACCESS',
  10005: 'ERR_R2_BUCKET',
  10006: 'ERR_R2_BUCKET',
  10012: 'ERR_R2_METADATA',
  10013: 'ERR_R2_UNAVAILABLE',
  10014: 'ERR_R2_CHECKSUM',
  10018: 'ERR_R2_ACCESS',
  10020: 'ERR_R2_KEY',
  10031: 'ERR_R2_CHANGED',
  10035: 'ERR_R2_ACCESS',
  10037: 'ERR_R2_CHECKSUM',
  10039: 'ERR_R2_RANGE',
  10042: 'ERR_R2_ACCESS',
  10043: 'ERR_R2_UNAVAILABLE',
  10054: 'ERR_R2_UNAVAILABLE',
  10058: 'ERR_R2_RATE',
  10069: 'ERR_R2_ACCESS',
  100100: 'ERR_R2_TOO_LARGE',
}

/**
 * Says what an error of a bucket means.
 * @param error What a method of the binding threw
 * @param key The key in question
 * @returns The store's own error, with the other as its cause
 */
export function fromBinding(error: unknown, key: string | undefined): StoreError {
  const message = error instanceof Error ? error.message : String(error)
  // R2's errors have no properties: the number stands at the end of the message.
  const number = /\((\d{5,6})\)$/.exec(message)?.[1]
  // workerd marks what its own network could not do.
  const isRetryable = (error as { retryable?: unknown } | null)?.retryable === true
  const code =
    (number === undefined ? undefined : CODES[number]) ??
    (isRetryable || message.startsWith('Network connection lost')
      ? 'ERR_R2_UNAVAILABLE'
      : 'ERR_R2_FAILED')
  const place = key === undefined ? '' : `${JSON.stringify(key)}: `
  return new StoreError(code, `R2 failed: ${place}${message}`, { cause: error })
}
