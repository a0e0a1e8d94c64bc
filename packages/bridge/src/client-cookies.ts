import http, { type IncomingHttpHeaders } from 'node:http'

/** Between two cookies that were joined: a comma before a name and its `=`, as no date has. */
const BETWEEN_COOKIES = /, (?=[^\s;,="]+=)/

/**
 * Gives the responses that `http.request` gets their cookies as a list, as Node does. The runtime's
 * own client joins them into one text, of which supertest and cookie jars keep the first.
 */
export function installClientCookies(): void {
  const native = Object.getOwnPropertyDescriptor(http.IncomingMessage.prototype, 'headers')!
  Object.defineProperty(http.IncomingMessage.prototype, 'headers', {
    ...native,
    get(this: http.IncomingMessage) {
      const headers = native.get!.call(this) as IncomingHttpHeaders
      const cookies: unknown = headers['set-cookie']
      if (typeof cookies === 'string') headers['set-cookie'] = cookies.split(BETWEEN_COOKIES)
      return headers
    },
  })
}
