import { AccessError } from './errors.ts'

/** The part of `Headers` that is read. */
export interface HeadersLike {
  get(name: string): string | null
}

/** Headers as Node has them. */
export type HeaderRecord = Readonly<Record<string, string | string[] | undefined>>

/** What carries the headers of a request: a `Request`, Node's request, or the headers themselves. */
export type HeaderSource =
  | HeadersLike
  | HeaderRecord
  | { readonly headers: HeadersLike | HeaderRecord }

/**
 * Reads a header.
 * @param source What carries it
 * @param name Its name in lower case
 * @returns Its value; undefined where there is none
 * @throws {AccessError} `ERR_ACCESS_TOKEN_MALFORMED` for several values
 */
export function readHeader(source: HeaderSource, name: string): string | undefined {
  const headers = headersOf(source)
  const value = isHeaders(headers) ? headers.get(name) : ownValue(headers, name)
  if (!Array.isArray(value)) return value ?? undefined
  if (value.length < 2) return value[0]
  throw new AccessError('ERR_ACCESS_TOKEN_MALFORMED', `The request has several ${name} headers.`)
}

function headersOf(source: HeaderSource): HeadersLike | HeaderRecord {
  // A client may send a header of the name "headers", whose value is text.
  const { headers } = source as { headers?: HeadersLike | HeaderRecord }
  return typeof headers === 'object' && !Array.isArray(headers)
    ? headers
    : (source as HeadersLike | HeaderRecord)
}

function isHeaders(headers: HeadersLike | HeaderRecord): headers is HeadersLike {
  return typeof headers.get === 'function'
}

function ownValue(headers: HeaderRecord, name: string): string | string[] | undefined {
  return Object.hasOwn(headers, name) ? headers[name] : undefined
}
