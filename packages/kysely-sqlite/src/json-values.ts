import { encodeValue, kindOf } from './codec.ts'
import { ParameterError } from './errors.ts'

/**
 * A value as JSON of which SQLite makes what binding it would make: numbers are REAL, and a bigint
 * keeps all its bits. Bytes become an array that holds their hexadecimal digits.
 *
 * @param value The value
 * @param position Where it is, the first being 1; for the error
 * @param subject What it is called in the error
 * @throws {ParameterError} `ERR_SQLITE_PARAMETER` for what SQLite has no type for
 */
export function jsonOf(value: unknown, position: number, subject: string): string {
  const encoded = encodeValue(value)
  if (encoded === undefined) throw new ParameterError(position, ...kindOf(value), { subject })
  if (typeof value === 'bigint') return value.toString()
  if (typeof encoded === 'number') return realOf(encoded)
  if (encoded instanceof Uint8Array) return `["${hexadecimal(encoded)}"]`
  return JSON.stringify(encoded)
}

/** JSON of a number that SQLite reads as a REAL. */
function realOf(number: number): string {
  const text = Object.is(number, -0) ? '-0' : String(number)
  return /[.e]/.test(text) ? text : `${text}.0`
}

function hexadecimal(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += DIGITS[byte]!
  return text
}

const DIGITS: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
)

/** Whether a value is stored as a blob. */
export function isBlob(value: unknown): boolean {
  return value instanceof ArrayBuffer || ArrayBuffer.isView(value)
}
