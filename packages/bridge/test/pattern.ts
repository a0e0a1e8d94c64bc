import { createHash } from 'node:crypto'

/** Bytes that tell where in a body they stand, so that a lost or moved chunk changes the hash. */
export const PATTERN_CHUNK = 64 * 1024

/** @param index Which chunk of the body, from 0 */
export function patternChunk(index: number): Buffer {
  const words = new Uint32Array(PATTERN_CHUNK / 4)
  const first = index * words.length
  for (let word = 0; word < words.length; word += 1) words[word] = first + word
  return Buffer.from(words.buffer)
}

/** @param chunks How many chunks the body has */
export function patternHash(chunks: number): string {
  const hash = createHash('sha256')
  for (let index = 0; index < chunks; index += 1) hash.update(patternChunk(index))
  return hash.digest('hex')
}
