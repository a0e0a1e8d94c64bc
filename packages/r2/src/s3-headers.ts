import type { IncomingHttpHeaders } from 'node:http'
import type { ObjectStat } from './backend.ts'
import { fromHeader, toHeader } from './encoded-words.ts'
import { OCTET_STREAM, type StoredHeaders } from './stored-headers.ts'

const METADATA = 'x-amz-meta-'

/** The header fields with which an object is stored. */
export function headersToStore(headers: StoredHeaders): Record<string, string> {
  const { contentType, contentDisposition, contentEncoding, contentLanguage } = headers
  const { cacheControl, expires, metadata, storageClass } = headers
  return {
    'content-type': contentType,
    ...(contentDisposition !== undefined && { 'content-disposition': contentDisposition }),
    ...(contentEncoding !== undefined && { 'content-encoding': contentEncoding }),
    ...(contentLanguage !== undefined && { 'content-language': contentLanguage }),
    ...(cacheControl !== undefined && { 'cache-control': cacheControl }),
    ...(expires !== undefined && { expires: expires.toUTCString() }),
    ...(storageClass !== undefined && {
      'x-amz-storage-class': storageClass === 'Standard' ? 'STANDARD' : 'STANDARD_IA',
    }),
    ...Object.fromEntries(
      Object.entries(metadata).map(([name, value]) => [METADATA + name, toHeader(value)]),
    ),
  }
}

/** What the header fields of an answer say of an object. */
export function statOf(headers: IncomingHttpHeaders): ObjectStat {
  const field = (name: string): string | undefined => headers[name]?.toString()
  const etag = withoutQuotes(field('etag') ?? '')
  const expires = field('expires')
  return {
    size: Number(field('content-range')?.split('/')[1] ?? field('content-length')),
    etag,
    uploaded: new Date(field('last-modified') ?? NaN),
    contentType: field('content-type') ?? OCTET_STREAM,
    contentDisposition: field('content-disposition'),
    contentEncoding: field('content-encoding'),
    contentLanguage: field('content-language'),
    cacheControl: field('cache-control'),
    expires: expires === undefined ? undefined : new Date(expires),
    metadata: Object.fromEntries(
      Object.entries(headers)
        .filter(([name]) => name.startsWith(METADATA))
        .map(([name, value]) => [name.slice(METADATA.length), fromHeader(String(value))]),
    ),
    // The ETag of what was stored in one piece is its MD5.
    checksums: /^[\da-f]{32}$/.test(etag) ? { md5: etag } : {},
    storageClass: field('x-amz-storage-class') === 'STANDARD_IA' ? 'InfrequentAccess' : 'Standard',
  }
}

export function withoutQuotes(etag: string): string {
  return etag.replace(/^"(.*)"$/, '$1')
}
