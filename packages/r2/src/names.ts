/** How many names are tried in all before a save gives up. */
const SEQUENTIAL_NAMES = 2
const RANDOM_NAMES = 8

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'
const RANDOM_LENGTH = 8

/**
 * Yields the names under which a file may be saved: the one asked for, then `report_1.pdf` and
 * `report_2.pdf`, then some with random characters. Were there numbers without end, whoever saves a
 * name a thousand times would make every further save a thousand look-ups (CVE-2014-0481).
 * @param key The name asked for
 */
export function* namesFor(key: string): Generator<string, void> {
  yield key
  const { stem, extension } = splitExtension(key)
  for (let number = 1; number <= SEQUENTIAL_NAMES; number += 1) {
    yield `${stem}_${number}${extension}`
  }
  for (let count = 0; count < RANDOM_NAMES; count += 1) {
    yield `${stem}_${randomCharacters()}${extension}`
  }
}

/**
 * Splits a key before its last extension.
 * @param key `photos/cat.tar.gz`
 * @returns `photos/cat.tar` and `.gz`; no extension for `.profile`, `notes` and `v1.0/notes`
 */
export function splitExtension(key: string): { stem: string; extension: string } {
  const start = key.lastIndexOf('/') + 1
  const dot = key.lastIndexOf('.')
  if (dot <= start || dot === key.length - 1) return { stem: key, extension: '' }
  return { stem: key.slice(0, dot), extension: key.slice(dot) }
}

function randomCharacters(): string {
  let text = ''
  for (const byte of crypto.getRandomValues(new Uint8Array(RANDOM_LENGTH))) {
    // 256 is no multiple of 36: some characters come a little oftener, which is no matter here.
    text += ALPHABET[byte % ALPHABET.length]
  }
  return text
}
