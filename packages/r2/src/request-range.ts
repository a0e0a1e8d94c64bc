import type { ByteRange } from './store.ts'

/** What a `Range` field asks for: from one byte to another or to the end, or the last ones. */
export type RequestedRange = { readonly first: number; readonly last?: number } | { suffix: number }

/** One range, and perhaps empty members of the list that it stands in. */
const FIELD = /^bytes=[ \t,]*(?:(?<first>\d+)-(?<last>\d*)|-(?<suffix>\d+))[ \t,]*$/i

/**
 * Reads a `Range` field (RFC 9110 §14.2).
 * @param field The field's value; null where there is none
 * @returns What it asks for; undefined where the whole file is to be sent: without a range, with
 *   several, in another unit, or for what is no range
 */
export function parseRange(field: string | null): RequestedRange | undefined {
  const parts = field === null ? undefined : FIELD.exec(field)?.groups
  if (parts === undefined) return undefined
  if (parts['suffix'] !== undefined) return { suffix: position(parts['suffix']) }
  const first = position(parts['first']!)
  if (parts['last'] === '') return { first }
  const last = position(parts['last']!)
  return last < first ? undefined : { first, last }
}

/** What is larger than any file is as good as the largest number. */
function position(digits: string): number {
  return Math.min(Number(digits), Number.MAX_SAFE_INTEGER - 1)
}

/**
 * Places a range in a file.
 * @param range What was asked for
 * @param size The length of the whole file, in bytes
 * @returns The bytes; undefined where the file has none of them
 */
export function placeRange(range: RequestedRange, size: number): ByteRange | undefined {
  if ('suffix' in range) {
    const length = Math.min(range.suffix, size)
    // Even of an empty file the last five bytes can be sent, while there is no byte 0.
    return range.suffix === 0 ? undefined : { offset: size - length, length }
  }
  const { first, last = Infinity } = range
  return first >= size ? undefined : { offset: first, length: Math.min(last + 1, size) - first }
}
