import { checkedBaseUrl } from './base-url.ts'
import { StoreError } from './errors.ts'
import { headerValue } from './stored-headers.ts'
import { checkedLocation } from './keys.ts'
import { quoted } from './text.ts'

export interface StoreOptions {
  /** The directory of the bucket in which the store keeps its files; the whole bucket by default. */
  location?: string
  /**
   * Whether a save may replace a file. By default it may not, and takes another name:
   * `report_1.pdf`.
   */
  allowOverwrite?: boolean
  /** Where files can be fetched: `https://files.example.com/` or `/media/`. */
  publicUrl?: string
  /** The most bytes that a file may have; any number by default. */
  maxBytes?: number
  /** The `Cache-Control` to store with files that are saved without one. */
  cacheControl?: string
  /** How often to repeat what R2 could not do for the moment; 3 times by default, 10 at most. */
  retries?: number
}

/** The options as they are used: checked, with defaults. */
export interface StoreSettings {
  /** With a slash at the end, or empty. */
  readonly location: string
  readonly allowOverwrite: boolean
  /** With a slash at the end. */
  readonly publicUrl: string | undefined
  readonly maxBytes: number
  readonly cacheControl: string | undefined
  readonly retries: number
}

/** Checks the options when they are given, not when they are first used. */
export function checkedStoreOptions(options: StoreOptions): StoreSettings {
  const { location = '', allowOverwrite = false, publicUrl, maxBytes = Infinity } = options
  const { cacheControl, retries = 3 } = options
  if (typeof allowOverwrite !== 'boolean') {
    throw new StoreError(
      'ERR_R2_OPTION',
      `allowOverwrite must be true or false; got ${quoted(allowOverwrite)}.`,
    )
  }
  return {
    location: checkedLocation(location),
    allowOverwrite,
    publicUrl: publicUrl === undefined ? undefined : checkedBaseUrl('publicUrl', publicUrl, true),
    maxBytes: checkedMaxBytes(maxBytes),
    cacheControl: headerValue('cacheControl', cacheControl),
    retries: checkedCount('retries', retries, 10),
  }
}

/** Checks the option `maxBytes`, which alone can be `Infinity`. */
export function checkedMaxBytes(maxBytes: number): number {
  return maxBytes === Infinity ? maxBytes : checkedCount('maxBytes', maxBytes)
}

/**
 * Checks a number of something.
 * @param name How the option is called
 * @param count Its value
 * @param most The largest that it may be
 * @returns The value
 * @throws {StoreError} `ERR_R2_OPTION`
 */
export function checkedCount(name: string, count: number, most?: number): number {
  if (Number.isSafeInteger(count) && count >= 0 && count <= (most ?? count)) return count
  const limit = most === undefined ? '' : ` up to ${most}`
  throw new StoreError(
    'ERR_R2_OPTION',
    `${name} must be a whole number from 0${limit}; got ${quoted(count)}.`,
  )
}
