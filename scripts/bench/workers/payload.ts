/** What every server answers and every case expects; plain ASCII, so that characters are bytes. */
export const JSON_ANSWER = {
  id: 42,
  title: 'A note',
  text: 'The quick brown fox jumps over the lazy dog.',
  tags: ['one', 'two', 'three'],
  isPublic: true,
}

let id = 100_000

/** An answer of one length, each time another: nothing can be kept of it. */
export function otherAnswer(): typeof JSON_ANSWER {
  id = id === 999_999 ? 100_000 : id + 1
  return { ...JSON_ANSWER, id }
}

export const JSON_QUESTION = { title: 'A note', text: 'Written by a client.', tags: ['one', 'two'] }

/** The size of a chunk of a streamed body, and of the body that is known as a whole. */
export const CHUNK_SIZE = 64 * 1024
/** A streamed download of ten megabytes, in whole chunks. */
export const DOWNLOAD_SIZE = 160 * CHUNK_SIZE

export const HEADER_COUNT = 100
export const REQUEST_HEADER = 'x-request-'
export const RESPONSE_HEADER = 'x-response-'
export const MIDDLEWARE_COUNT = 20

/** Headers by the hundred, of the length that tracing and client hints have. */
export function manyHeaders(prefix: string): [string, string][] {
  return Array.from({ length: HEADER_COUNT }, (_, index) => [
    `${prefix}${index}`,
    `value of the header ${index}`,
  ])
}
