import { create, parse } from 'content-disposition'
import { isFieldValue } from './field-value.ts'
import { essenceOf, isActive } from './media-type.ts'
import type { ServeSettings } from './serve-options.ts'
import type { FileStat } from './store.ts'

/** The type of what browsers do not show. */
const BINARY = 'application/octet-stream'

/** The fields of an answer with a whole file. What was stored may be anything, and is checked. */
export function fileHeaders(file: FileStat, settings: ServeSettings): Record<string, string> {
  const essence = essenceOf(file.contentType)
  const headers: Record<string, string> = {
    ...cacheHeaders(file, settings),
    'accept-ranges': 'bytes',
    'content-length': String(file.size),
    'content-type': essence === undefined ? BINARY : file.contentType,
    'x-content-type-options': 'nosniff',
  }
  const isRisky = isActive(essence ?? BINARY)
  const isShown = !isRisky || settings.inline.has(essence ?? BINARY)
  const disposition = isShown ? file.contentDisposition : attachment(file)
  if (isFieldValue(disposition)) headers['content-disposition'] = disposition
  if (isRisky && settings.contentSecurityPolicy !== false) {
    headers['content-security-policy'] = settings.contentSecurityPolicy
  }
  if (isFieldValue(file.contentEncoding)) headers['content-encoding'] = file.contentEncoding
  if (isFieldValue(file.contentLanguage)) headers['content-language'] = file.contentLanguage
  return headers
}

/** The fields that caches need of a file, of an answer with 304 too. */
export function cacheHeaders(
  file: FileStat,
  { cacheControl, headers }: ServeSettings,
): Record<string, string> {
  const fields: Record<string, string> = {
    ...headers,
    'cache-control': isFieldValue(file.cacheControl) ? file.cacheControl : cacheControl,
    etag: `"${file.etag}"`,
    'last-modified': file.uploaded.toUTCString(),
  }
  const expires = file.expires?.toUTCString()
  if (expires !== undefined && expires !== 'Invalid Date') fields['expires'] = expires
  return fields
}

/** A file that is saved and not shown, under the name that was stored with it, or its own. */
function attachment({ key, contentDisposition }: FileStat): string {
  const stored = isFieldValue(contentDisposition) ? parse(contentDisposition) : undefined
  if (stored?.type === 'attachment') return contentDisposition!
  return create(stored?.parameters['filename'] ?? key.slice(key.lastIndexOf('/') + 1))
}
