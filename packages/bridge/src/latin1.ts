import { Buffer } from 'node:buffer'

const NOT_ASCII = /[^\0-\x7f]/

/**
 * A header's text as Node reads it: each byte a Latin-1 character, where `Headers` reads UTF-8. What
 * was no UTF-8 is lost by then, and stays marked as such.
 */
export function toLatin1(text: string): string {
  if (!NOT_ASCII.test(text) || text.includes('\uFFFD')) return text
  return Buffer.from(text, 'utf8').toString('latin1')
}

/**
 * The text to give `Headers` so that the bytes which Node would send go out: each character stands
 * for a byte, and `Headers` writes UTF-8. Bytes that are no UTF-8 cannot be sent.
 */
export function fromLatin1(text: string): string {
  if (!NOT_ASCII.test(text)) return text
  const decoded = Buffer.from(text, 'latin1').toString('utf8')
  return decoded.includes('\uFFFD') ? text : decoded
}
