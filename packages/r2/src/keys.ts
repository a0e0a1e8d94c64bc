import { StoreError } from './errors.ts'
import { byteLength, flawOf, quoted } from './text.ts'

/** The longest key that R2 takes, in bytes of UTF-8. */
const LONGEST_KEY = 1024

/**
 * Makes the key of an object of a file's key.
 * @param location What stands before all keys of a store, with its slash, or nothing
 * @param key The file's key
 * @returns The key in the bucket, in normalisation form C: R2 takes all that look alike for one
 * @throws {StoreError} `ERR_R2_KEY`
 */
export function objectKey(location: string, key: string): string {
  const normal = normalized(key)
  const reason = whyRefused(normal) ?? whyTooLong(location + normal)
  if (reason === undefined) return location + normal
  throw new StoreError('ERR_R2_KEY', `The key ${quoted(key)} cannot be used: ${reason}.`)
}

/**
 * Makes the prefix of all keys below a directory.
 * @param location What stands before all keys of a store, with its slash, or nothing
 * @param directory `photos/2026` or `photos/2026/`; an empty string is the store itself
 * @returns The prefix, with its slash at the end
 * @throws {StoreError} `ERR_R2_KEY`
 */
export function directoryPrefix(location: string, directory: string): string {
  return directory === '' ? location : `${objectKey(location, withoutSlash(directory))}/`
}

/**
 * Tells whether a key of the bucket is one of a store's.
 * @param location What stands before all keys of a store, with its slash, or nothing
 * @param key The key in the bucket, below `location`
 * @returns The file's key; undefined where other methods would refuse it
 */
export function fileKey(location: string, key: string): string | undefined {
  const name = normalized(key.slice(location.length))
  return whyRefused(name) === undefined ? name : undefined
}

/**
 * Checks what stands before all keys of a store.
 * @param location `media` or `media/`
 * @returns The location with a slash at its end; an empty one as it is
 * @throws {StoreError} `ERR_R2_OPTION`
 */
export function checkedLocation(location: string): string {
  if (location === '') return ''
  const name = normalized(withoutSlash(location))
  const reason = whyRefused(name) ?? whyTooLong(`${name}/`)
  if (reason === undefined) return `${name}/`
  throw new StoreError('ERR_R2_OPTION', `location ${quoted(location)} cannot be used: ${reason}.`)
}

/**
 * Encodes a key for the path of a URL.
 * @param key A key, whose slashes stay
 * @returns The key with all but unreserved characters (RFC 3986 §2.3) percent-encoded
 */
export function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
}

function withoutSlash(directory: string): string {
  return typeof directory === 'string' ? directory.replace(/\/$/, '') : directory
}

// https://developers.cloudflare.com/r2/reference/unicode-interoperability/
function normalized(key: string): string {
  return typeof key === 'string' ? key.normalize('NFC') : key
}

function whyRefused(key: unknown): string | undefined {
  if (typeof key !== 'string') return 'it is no string'
  if (key === '') return 'it is empty'
  const flaw = flawOf(key)
  if (flaw !== undefined) return `it ${flaw}`
  if (key.includes('\\')) return 'it has a backslash, which browsers take for a slash'
  for (const segment of key.split('/')) {
    if (segment === '') return 'a slash stands at its beginning, its end, or next to another'
    if (segment === '.' || segment === '..') return `it has the segment "${segment}"`
  }
  return undefined
}

function whyTooLong(key: string): string | undefined {
  const length = byteLength(key)
  if (length <= LONGEST_KEY) return undefined
  return `with the store's location it has ${length} bytes, more than R2's ${LONGEST_KEY}`
}
