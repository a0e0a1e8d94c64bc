/** C0, DEL and C1: none can be seen, and some end a header or a string. */
const CONTROL_CHARACTER = /\p{Cc}/u
const LONE_SURROGATE = /\p{Surrogate}/u
/** Code points that are no characters, and that no XML can hold. */
const NO_CHARACTER = /[\uFFFE\uFFFF]/

const encoder = new TextEncoder()

/** A text as UTF-8. */
export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text)
}

/** The length of a text in bytes of UTF-8. */
export function byteLength(text: string): number {
  return encoder.encode(text).byteLength
}

/** Says what keeps a text out of keys and headers, as the end of a sentence. */
export function flawOf(text: string): string | undefined {
  if (CONTROL_CHARACTER.test(text)) return 'has a line break or another control character'
  if (LONE_SURROGATE.test(text)) return 'has half of a surrogate pair, which UTF-8 cannot encode'
  if (NO_CHARACTER.test(text)) return 'has U+FFFE or U+FFFF, which are no characters'
  return undefined
}

/** A value as a message shows it: on one line, and not endless. */
export function quoted(value: unknown): string {
  const text = (typeof value === 'object' ? undefined : JSON.stringify(value)) ?? kindOf(value)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

function kindOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  return `an object (${value.constructor?.name ?? 'without a class'})`
}
