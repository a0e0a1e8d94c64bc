import { ParameterError } from './errors.ts'

/** What both platforms bind, and bind alike. */
export type BoundValue = string | number | Uint8Array | null

/**
 * Makes of a query's parameters what D1 and Durable Objects bind alike. A boolean becomes 1 or 0,
 * a `Date` its ISO 8601 text in UTC, bytes a blob; a `bigint` beyond the safe integers becomes
 * decimal text, which a column of integers keeps in all its 64 bits.
 *
 * @param parameters The parameters as the query has them
 * @param sql The query's SQL, for the error
 * @returns The values to bind, in the same order
 * @throws {ParameterError} `ERR_SQLITE_PARAMETER` for what SQLite has no type for, with the
 *   parameter's position and kind and never its value
 */
export function encodeParameters(parameters: readonly unknown[], sql?: string): BoundValue[] {
  return parameters.map((value, index) => {
    const encoded = encodeValue(value)
    if (encoded !== undefined) return encoded
    throw new ParameterError(index + 1, ...kindOf(value), { sql })
  })
}

/** What both platforms bind for a value; `undefined` for what SQLite has no type for. */
export function encodeValue(value: unknown): BoundValue | undefined {
  switch (typeof value) {
    case 'string':
      return wellFormed(value)
    case 'number':
      return Number.isFinite(value) ? value : undefined
    case 'boolean':
      return value ? 1 : 0
    case 'bigint':
      if (BigInt.asIntN(64, value) !== value) return undefined
      return isSafe(value) ? Number(value) : value.toString()
    case 'object':
      return value === null ? null : encodeObject(value)
    case 'function':
    case 'symbol':
    case 'undefined':
      return undefined
  }
}

function encodeObject(value: object): Uint8Array | string | undefined {
  if (value instanceof Uint8Array) return value
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? undefined : value.toISOString()
  }
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  if (!ArrayBuffer.isView(value)) return undefined
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
}

function isSafe(value: bigint): boolean {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER
}

/** What kind of value cannot be bound, and what to do instead. */
export function kindOf(value: unknown): [kind: string, advice: string] {
  if (value === undefined) return ['undefined', 'leave the value out, or give null.']
  if (typeof value === 'number') return [String(value), 'SQLite would store null in its place.']
  if (typeof value === 'bigint') return ['a bigint of more than 64 bits', 'give it as text.']
  if (typeof value !== 'object') return [`a ${typeof value}`, 'it cannot be stored.']
  if (value instanceof Date) return ['an invalid Date', 'it stands for no time.']
  if (Array.isArray(value)) {
    return ['an array', 'store JSON.stringify(array), or give bytes as a Uint8Array.']
  }
  return ['an object', 'store JSON.stringify(object).']
}

/** SQLite's text is UTF-8: half a surrogate pair becomes U+FFFD, as in every encoder. */
function wellFormed(text: string): string {
  return (text as string & { toWellFormed(): string }).toWellFormed()
}

/**
 * Makes every blob of a result a `Uint8Array`: D1 answers with arrays of numbers, Durable Objects
 * with `ArrayBuffer`s. The rows are changed in place.
 *
 * @param rows The rows as the platform gave them
 * @returns The same rows
 */
export function decodeRows<Row extends Record<string, unknown>>(rows: Row[]): Row[] {
  for (const row of rows as Record<string, unknown>[]) {
    for (const column in row) {
      const value = row[column]
      if (typeof value === 'object' && value !== null) row[column] = decodeValue(value)
    }
  }
  return rows
}

/**
 * Makes a value of a result what a query returns; see {@link decodeRows}.
 *
 * @param value The value as the platform gave it
 * @returns A `Uint8Array` for a blob, else the same value
 */
export function decodeValue(value: unknown): unknown {
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  if (Array.isArray(value)) return Uint8Array.from(value as number[])
  return value
}
