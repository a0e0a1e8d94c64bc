import { type BoundStatement, type BoundValue, SqliteError, tokensOf } from '@node-cf/kysely-sqlite'

/** A statement as JSON carries it. */
export interface JsonStatement {
  readonly sql: string
  readonly params?: readonly (string | number | null)[]
}

/**
 * Makes a statement of what JSON has: text, numbers, null. The API documents no blobs, so bytes go
 * as hexadecimal text, and their place in the SQL becomes `unhex(?)`.
 * @param statement The statement
 * @returns The same for the API
 * @throws {SqliteError} `ERR_SQLITE_PARAMETER_COUNT` where bytes have no `?` of their own
 */
export function jsonStatement({ sql, parameters }: BoundStatement): JsonStatement {
  if (parameters.length === 0) return { sql }
  if (!parameters.some((value) => value instanceof Uint8Array)) {
    return { sql, params: parameters as (string | number | null)[] }
  }
  const places = placeholders(sql)
  if (places?.length !== parameters.length) {
    throw new SqliteError(
      'ERR_SQLITE_PARAMETER_COUNT',
      `Over HTTP, a statement that binds bytes needs one plain ? for each of its ${parameters.length} parameters.`,
      { sql },
    )
  }
  let text = ''
  let end = 0
  const params: (string | number | null)[] = []
  for (const [index, value] of parameters.entries()) {
    const place = places[index]!
    text += sql.slice(end, place) + expression(value)
    end = place + 1
    if (value instanceof Uint8Array) params.push(...hexadecimal(value))
    else params.push(value)
  }
  return { sql: text + sql.slice(end), params }
}

/** Where the plain `?` of a statement are; `undefined` where one has a number. */
function placeholders(sql: string): number[] | undefined {
  const places: number[] = []
  for (const { text, start } of tokensOf(sql)) {
    if (text !== '?') continue
    if (/\d/.test(sql.charAt(start + 1))) return undefined
    places.push(start)
  }
  return places
}

function expression(value: BoundValue): string {
  if (!(value instanceof Uint8Array)) return '?'
  if (value.byteLength <= LONGEST_PIECE) return 'unhex(?)'
  const pieces = Array.from(
    { length: Math.ceil(value.byteLength / LONGEST_PIECE) },
    () => 'unhex(?)',
  )
  return `cast(${pieces.join(' || ')} as blob)`
}

function hexadecimal(bytes: Uint8Array): string[] {
  const pieces: string[] = []
  for (let start = 0; start < bytes.byteLength || start === 0; start += LONGEST_PIECE) {
    pieces.push(toHex(bytes.subarray(start, start + LONGEST_PIECE)))
  }
  return pieces
}

/** The bytes whose hexadecimal digits are as long as a text may be: 2,000,000. */
const LONGEST_PIECE = 1_000_000

function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += DIGITS[byte]!
  return text
}

const DIGITS: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
)
