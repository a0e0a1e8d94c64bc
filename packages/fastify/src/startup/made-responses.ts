import http, { type IncomingMessage, type OutgoingHttpHeader } from 'node:http'
import { headersOf, type ResponseHead, ServerResponse } from '@node-cf/bridge'

/** A response as far as its head is told. */
interface Head {
  readonly head?: ResponseHead
  readonly statusMessage: string
  readonly _hasBody: boolean
  readonly shouldKeepAlive: boolean
  getHeader(name: string): OutgoingHttpHeader | undefined
}

/**
 * Lets apps make responses themselves, with or without `new`, where the runtime's class insists on it:
 * light-my-request calls `http.ServerResponse` on an object of its own, and reads the head as text.
 */
export function installMadeResponses(): void {
  const { prototype } = http.ServerResponse
  function MadeResponse(this: object, request: IncomingMessage): void {
    Reflect.construct(ServerResponse, [request, undefined, this])
  }
  MadeResponse.prototype = prototype
  Object.assign(http, { ServerResponse: MadeResponse })

  const native = Object.getOwnPropertyDescriptor(prototype, '_header')!
  Object.defineProperty(prototype, '_header', {
    ...native,
    get(this: Head) {
      return ServerResponse.isOwn(this) ? headOf(this) : (native.get!.call(this) as unknown)
    },
  })
}

/** The head as Node would send it once it is made, null before. */
function headOf(response: Head): string | null {
  const { head } = response
  if (head === undefined) return null
  const kept = response.shouldKeepAlive ? 'keep-alive' : 'close'
  const lines = [`HTTP/1.1 ${head.status} ${response.statusMessage}`]
  new Headers(headersOf(head)).forEach((value, name) =>
    lines.push(`${capitalised(name)}: ${value}`),
  )
  if (response._hasBody && head.contentLength === undefined) {
    lines.push('Transfer-Encoding: chunked')
  }
  lines.push(`Connection: ${String(response.getHeader('connection') ?? kept)}`)
  return `${lines.join('\r\n')}\r\n\r\n`
}

/** `Headers` keeps names in lower case; whoever reads a head looks for `Date`. */
function capitalised(name: string): string {
  return name.replaceAll(/\b\w/g, (letter) => letter.toUpperCase())
}
