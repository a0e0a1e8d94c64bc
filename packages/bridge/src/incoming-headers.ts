import type { IncomingHttpHeaders } from 'node:http'
import { toLatin1 } from './latin1.ts'

/**
 * Request headers as Node gives them, from the `Headers` of a `Request`.
 *
 * `Headers` has joined repeated lines with `, ` before JavaScript sees them. Node joins cookies
 * with `; `, and of a header that may stand only once it keeps the first.
 */
export function toIncomingHeaders(headers: Headers): IncomingHttpHeaders {
  const incoming: IncomingHttpHeaders = {}
  // Iterating would make an object of the runtime's, and an array for each header.
  headers.forEach((value, name) => {
    if (name === 'set-cookie') (incoming[name] ??= []).push(toLatin1(value))
    else incoming[name] = nodeValue(name, toLatin1(value))
  })
  return incoming
}

function nodeValue(name: string, value: string): string {
  switch (name) {
    case 'cookie':
      return value.includes(', ') ? value.replace(COOKIE_BOUNDARY, '; ') : value
    case 'content-length':
    case 'content-type':
    case 'host':
      return value.includes(', ') ? firstOf(value) : value
    default:
      return value
  }
}

/** Where one Cookie line ends and another begins: before a name and its `=`. */
const COOKIE_BOUNDARY = /, (?=[^\s;,="]+=)/g

/** The part of a joined value before the first comma that stands outside quotes (RFC 9110 §5.6.4). */
function firstOf(value: string): string {
  return /^(?:"(?:[^"\\]|\\.)*"|[^,])*?(?=, |$)/.exec(value)?.[0] ?? value
}
