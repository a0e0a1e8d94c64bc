import type { BoundValue } from './codec.ts'
import { SqliteError } from './errors.ts'

/** What a statement may be; https://developers.cloudflare.com/d1/platform/limits/ */
export const LIMITS: { readonly parameters: number; readonly sql: number; readonly value: number } =
  {
    /** Parameters of one statement. */
    parameters: 100,
    /** Bytes of its SQL. */
    sql: 100_000,
    /** Bytes of one value, and of one row. */
    value: 2_000_000,
  }

/**
 * Refuses what D1 and Durable Objects would refuse, before it is sent.
 *
 * @param sql The statement
 * @param parameters What it binds
 * @throws {SqliteError} `ERR_SQLITE_TOO_MANY_PARAMETERS`, `ERR_SQLITE_SQL_TOO_LONG` or
 *   `ERR_SQLITE_ROW_TOO_BIG`
 */
export function checkLimits(sql: string, parameters: readonly BoundValue[]): void {
  if (parameters.length > LIMITS.parameters) {
    throw new SqliteError(
      'ERR_SQLITE_TOO_MANY_PARAMETERS',
      `The statement has ${parameters.length} parameters; at most ${LIMITS.parameters} can be bound. insertMany() inserts any number of rows, inList() takes any number of values.`,
      { sql },
    )
  }
  if (isLonger(sql, LIMITS.sql)) {
    throw new SqliteError(
      'ERR_SQLITE_SQL_TOO_LONG',
      `The statement's SQL is longer than ${LIMITS.sql} bytes. Bind values as parameters, or split the statement.`,
    )
  }
  for (let index = 0; index < parameters.length; index += 1) {
    const value = parameters[index]!
    const isTooBig =
      typeof value === 'string'
        ? isLonger(value, LIMITS.value)
        : value instanceof Uint8Array && value.byteLength > LIMITS.value
    if (isTooBig) {
      throw new SqliteError(
        'ERR_SQLITE_ROW_TOO_BIG',
        `Parameter ${index + 1} is longer than ${LIMITS.value} bytes, the most that a row can hold.`,
        { sql },
      )
    }
  }
}

/** Whether a text has more bytes than that as UTF-8; measured only where its length is near. */
function isLonger(text: string, bytes: number): boolean {
  if (text.length * 3 <= bytes) return false
  return text.length > bytes || encoder.encode(text).byteLength > bytes
}

const encoder = new TextEncoder()
