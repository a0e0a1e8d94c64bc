import { parseHttpDate } from './http-date.ts'

/** By what a version of a file is known. */
export interface Validators {
  /** Without its quotes. */
  readonly etag: string
  readonly uploaded: Date
}

/**
 * Evaluates what a GET or HEAD makes its answer depend on, in the order of RFC 9110 §13.2.2.
 * @param headers The request's
 * @param file The version of the file that would be sent
 * @returns 200 where the file is to be sent, or else the status in its place
 */
export function evaluateConditions(headers: Headers, file: Validators): 200 | 304 | 412 {
  const ifMatch = headers.get('if-match')
  if (ifMatch === null) {
    const since = dateOf(headers.get('if-unmodified-since'))
    if (since !== undefined && modified(file) > since) return 412
  } else if (!isListed(ifMatch, file.etag, 'strong')) {
    return 412
  }
  const ifNoneMatch = headers.get('if-none-match')
  if (ifNoneMatch === null) {
    const since = dateOf(headers.get('if-modified-since'))
    if (since !== undefined && modified(file) <= since) return 304
  } else if (isListed(ifNoneMatch, file.etag, 'weak')) {
    return 304
  }
  return 200
}

/**
 * Tells whether a range may be sent (RFC 9110 §13.1.5): the client may have the rest of another
 * version.
 * @param headers The request's
 * @param file The version of the file that would be sent
 * @returns False where `If-Range` names another version
 */
export function isRangeWanted(headers: Headers, file: Validators): boolean {
  const ifRange = headers.get('if-range')
  if (ifRange === null) return true
  return ifRange === `"${file.etag}"` || parseHttpDate(ifRange) === modified(file)
}

/** When a file was last modified, in seconds, as `Last-Modified` has no smaller unit. */
function modified({ uploaded }: Validators): number {
  return Math.floor(uploaded.getTime() / 1000)
}

/** What is no date makes no condition (RFC 9110 §13.1.3 and §13.1.4). */
function dateOf(field: string | null): number | undefined {
  return field === null ? undefined : parseHttpDate(field)
}

/** One member of a list, which may be empty, up to its comma. */
const MEMBER = /[ \t]*(?:(?<weak>W\/)?"(?<tag>[!#-~\u0080-\uffff]*)"[ \t]*)?(?:,|$)/y

/**
 * Whether a list of entity tags has a file's. A field that is no such list has none: If-Match is
 * false then, and If-None-Match true (RFC 9110 §13.1.1 and §13.1.2).
 */
function isListed(field: string, etag: string, comparison: 'strong' | 'weak'): boolean {
  if (field === '*') return true
  let found = false
  MEMBER.lastIndex = 0
  while (MEMBER.lastIndex < field.length) {
    const member = MEMBER.exec(field)?.groups
    if (member === undefined) return false
    found ||= member['tag'] === etag && (comparison === 'weak' || member['weak'] === undefined)
  }
  return found
}
