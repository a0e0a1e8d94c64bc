import { Buffer } from 'node:buffer'
import { encodeText } from './text.ts'

// R2 takes metadata with characters that a header field cannot hold as RFC 2047's encoded words,
// and returns it so: https://developers.cloudflare.com/r2/api/s3/extensions/

/** RFC 2047 §2 allows a word 75 characters, 12 of which it needs itself: 63 of base64, 45 bytes. */
const BYTES_IN_WORD = 45
const WORD = String.raw`=\?utf-8\?[bq]\?[!->@-~]*\?=`
/** Blanks between two words are no part of the text (RFC 2047 §6.2). */
const WORDS = new RegExp(String.raw`${WORD}(?:\s+${WORD})*`, 'gi')

/**
 * Writes a value as a header field can hold it.
 * @param value Any text
 * @returns The value itself where it is plain ASCII, or else encoded words
 */
export function toHeader(value: string): string {
  if (/^(?:[!-~](?:[ -~]*[!-~])?)?$/.test(value) && !value.includes('=?')) return value
  const bytes = encodeText(value)
  const words = []
  for (let start = 0; start < bytes.byteLength;) {
    let end = Math.min(start + BYTES_IN_WORD, bytes.byteLength)
    // No character is split between two words (RFC 2047 §5).
    while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
    words.push(`=?UTF-8?B?${Buffer.from(bytes.subarray(start, end)).toString('base64')}?=`)
    start = end
  }
  return words.join(' ')
}

/**
 * Reads a value of a header field.
 * @param header What stands in the field
 * @returns The text, with its encoded words decoded
 */
export function fromHeader(header: string): string {
  return header.replace(WORDS, (words) =>
    // A character may be split between two words, though none should be.
    Buffer.concat(words.split(/\s+/).map(bytesOfWord)).toString(),
  )
}

function bytesOfWord(word: string): Buffer {
  const [, , encoding = '', text = ''] = word.split('?')
  if (encoding.toLowerCase() === 'b') return Buffer.from(text, 'base64')
  const characters = text
    .replaceAll('_', ' ')
    .replace(/=([\da-f]{2})/gi, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)))
  return Buffer.from(characters, 'latin1')
}
