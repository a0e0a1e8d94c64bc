/** Where a session begins that continues no other: at any replica, or at the primary. */
export type D1SessionConstraint = 'first-unconstrained' | 'first-primary'

const PATTERN = /^[0-9a-f]{1,40}(?:-[0-9a-f]{1,40}){3}$/

/**
 * Whether a text has the shape of a bookmark: four groups of hexadecimal digits. What a client sent
 * back is to be checked before D1 sees it.
 *
 * @param text The text
 */
export function isBookmark(text: unknown): text is string {
  return typeof text === 'string' && PATTERN.test(text)
}
