import { create } from 'content-disposition'
import mime from 'mime-types'
import { StoreError } from './errors.ts'
import { isFieldValue } from './field-value.ts'
import { splitExtension } from './names.ts'
import type { FileStat, SaveOptions } from './store.ts'
import { byteLength, flawOf, quoted } from './text.ts'

/** What is stored beside a file's content. */
export interface StoredHeaders extends Pick<
  FileStat,
  | 'contentType'
  | 'contentDisposition'
  | 'contentEncoding'
  | 'contentLanguage'
  | 'cacheControl'
  | 'expires'
  | 'metadata'
> {
  /** Undefined for the bucket's own. */
  readonly storageClass: 'Standard' | 'InfrequentAccess' | undefined
}

/** What a file is that nobody knows anything of. */
export const OCTET_STREAM = 'application/octet-stream'

/** The most that metadata may have, in bytes of names and values together. */
const LARGEST_METADATA = 8192

const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/

/**
 * Checks and completes what is to be stored beside a file.
 * @param name The name that was asked for
 * @param options What the caller gave
 * @param cacheControl What the store gives to files whose caller gave none
 * @returns The headers to store
 * @throws {StoreError} `ERR_R2_METADATA`, or `ERR_R2_OPTION` for a storage class that R2 has not
 */
export function storedHeaders(
  name: string,
  options: SaveOptions,
  cacheControl: string | undefined,
): StoredHeaders {
  const { expires, storageClass } = options
  if (expires !== undefined && Number.isNaN(expires.getTime())) {
    throw new StoreError('ERR_R2_METADATA', 'expires is no valid date.')
  }
  if (![undefined, 'Standard', 'InfrequentAccess'].includes(storageClass)) {
    throw new StoreError(
      'ERR_R2_OPTION',
      `storageClass must be "Standard" or "InfrequentAccess"; got ${quoted(storageClass)}.`,
    )
  }
  return {
    contentType: headerValue('contentType', options.contentType) ?? contentTypeOf(name),
    contentDisposition: contentDispositionField(name, options.contentDisposition),
    contentEncoding: headerValue('contentEncoding', options.contentEncoding),
    contentLanguage: headerValue('contentLanguage', options.contentLanguage),
    cacheControl: headerValue('cacheControl', options.cacheControl ?? cacheControl),
    expires,
    metadata: checkedMetadata(options.metadata ?? {}),
    storageClass,
  }
}

/**
 * Checks what is to become the value of a header field.
 * @param name How the option is called
 * @param value Its value
 * @returns The value
 * @throws {StoreError} `ERR_R2_METADATA`
 */
export function headerValue(name: string, value: string | undefined): string | undefined {
  if (value === undefined || isFieldValue(value)) return value
  throw new StoreError(
    'ERR_R2_METADATA',
    `${name} must be printable ASCII on one line, as it becomes an HTTP header; got ${quoted(value)}.`,
  )
}

/**
 * Checks or builds the field that says whether browsers show a file or save it.
 * @param name The file's name, whose last part is the one to save it under by default
 * @param given What the caller gave
 * @returns The field's value
 * @throws {StoreError} `ERR_R2_METADATA`
 */
export function contentDispositionField(
  name: string,
  given: SaveOptions['contentDisposition'],
): string | undefined {
  if (given === undefined || typeof given === 'string') {
    return headerValue('contentDisposition', given)
  }
  const { type, filename = name.slice(name.lastIndexOf('/') + 1) } = given
  if (type !== 'inline' && type !== 'attachment') {
    throw new StoreError(
      'ERR_R2_METADATA',
      `contentDisposition.type must be "inline" or "attachment"; got ${quoted(type)}.`,
    )
  }
  const flaw = flawOf(filename)
  if (flaw !== undefined) {
    throw new StoreError(
      'ERR_R2_METADATA',
      `contentDisposition.filename ${flaw}: ${quoted(filename)}.`,
    )
  }
  // What is no ASCII is read in different ways: it stands in filename* (RFC 6266 §4.3) alone.
  return create(filename, { type, fallback: filename.replace(/[^\x20-\x7e]/gu, '?') })
}

function contentTypeOf(name: string): string {
  const { extension } = splitExtension(name)
  return mime.contentType(extension) || OCTET_STREAM
}

function checkedMetadata(metadata: Readonly<Record<string, string>>): Record<string, string> {
  const checked: Record<string, string> = {}
  let length = 0
  for (const [name, value] of Object.entries(metadata)) {
    const flaw = flawOfEntry(name, value, checked)
    if (flaw !== undefined) {
      throw new StoreError('ERR_R2_METADATA', `metadata ${quoted(name)} ${flaw}.`)
    }
    checked[name.toLowerCase()] = value
    length += byteLength(name) + byteLength(value)
  }
  if (length <= LARGEST_METADATA) return checked
  throw new StoreError(
    'ERR_R2_METADATA',
    `metadata has ${length} bytes of names and values; R2 takes ${LARGEST_METADATA}.`,
  )
}

function flawOfEntry(name: string, value: unknown, others: object): string | undefined {
  if (!TOKEN.test(name) || name === '__proto__') return 'has a name that no HTTP header can have'
  if (Object.hasOwn(others, name.toLowerCase())) return 'is there twice, in other cases of letters'
  if (typeof value !== 'string') return `must be a string; got ${quoted(value)}`
  return flawOf(value)
}
