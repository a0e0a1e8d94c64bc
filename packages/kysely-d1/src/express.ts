import type { IncomingMessage, OutgoingHttpHeader, ServerResponse } from 'node:http'
import { type D1SessionOptions, RequestSessions } from './request-sessions.ts'
import type { SessionScope } from './session-scope.ts'

export type { D1SessionCookie, D1SessionOptions } from './request-sessions.ts'

/** An Express middleware, and what tells a `D1Dialect` the session of the request being served. */
export interface D1SessionMiddleware {
  (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void): void
  /** For the option `session` of `D1Dialect`. */
  readonly current: () => SessionScope | undefined
}

/**
 * Makes an Express middleware that has each request's queries run in a session of D1, and carries
 * the session's bookmark in a cookie: visitors read their own writes, from whichever replica.
 *
 * @param options Where sessions begin, and the cookie
 * @returns The middleware; give its `current` to `D1Dialect`
 * @throws {SqliteError} `ERR_SQLITE_ARGUMENT` for an option that is not as described
 */
export function d1Session(options?: D1SessionOptions): D1SessionMiddleware {
  const sessions = new RequestSessions(options)
  const middleware = (
    { headers }: IncomingMessage,
    response: ServerResponse,
    next: (error?: unknown) => void,
  ): void => {
    const scope = sessions.begin(headers.cookie)
    beforeHead(response, () => sessions.setCookie(scope, headers.cookie))
    sessions.run(scope, next)
  }
  return Object.assign(middleware, { current: sessions.current })
}

type Headers = Record<string, OutgoingHttpHeader> | OutgoingHttpHeader[]
type Head = (number | string | Headers | undefined)[]

/** Adds a `Set-Cookie` field when the head of a response is made, which is before it is sent. */
function beforeHead(response: ServerResponse, cookieOf: () => string | undefined): void {
  const writeHead = response.writeHead.bind(response) as (...head: Head) => ServerResponse
  response.writeHead = ((...head: Head) => {
    const cookie = response.headersSent ? undefined : cookieOf()
    if (cookie === undefined) return writeHead(...head)
    const headers = withCookie(head.at(-1), cookie)
    if (headers !== undefined) return writeHead(...head.slice(0, -1), headers)
    response.appendHeader('set-cookie', cookie)
    return writeHead(...head)
  }) as ServerResponse['writeHead']
}

/**
 * Headers given to `writeHead` and the field, where they have cookies of their own: those replace
 * what has been set before. The headers may belong to other responses too, and are not changed.
 */
function withCookie(headers: Head[number], cookie: string): Headers | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined
  if (!Array.isArray(headers)) {
    const name = Object.keys(headers).find(isSetCookie)
    if (name === undefined) return undefined
    return { ...headers, [name]: [headers[name] as string | string[], cookie].flat() }
  }
  const isGiven = headers.some((name, index) => index % 2 === 0 && isSetCookie(name))
  return isGiven ? [...headers, 'Set-Cookie', cookie] : undefined
}

function isSetCookie(name: unknown): boolean {
  return typeof name === 'string' && name.toLowerCase() === 'set-cookie'
}
