/** Raw requests: text that is written on a socket as it stands, so that no client library tidies it up. */
import type { Exchange, Step } from './probe.ts'

/** Parts of a request that differ from `GET / HTTP/1.1` on a connection that closes. */
export interface RequestParts {
  readonly method?: string
  readonly target?: string
  readonly version?: string
  readonly host?: string
  /** Whole header lines, without their line ends. */
  readonly headers?: readonly string[]
  /** Sent with a `Content-Length`, unless `chunks` are given. */
  readonly body?: string
  /** Sent with `Transfer-Encoding: chunked`, one chunk each. */
  readonly chunks?: readonly string[]
  /** Leaves the connection open for another request. */
  readonly keepAlive?: boolean
}

/** Writes text, one byte a character. */
export const write = (text: string): Step => ({ do: 'write', text })
/** Waits. */
export const pause = (milliseconds: number): Step => ({ do: 'pause', milliseconds })
/** Waits until the bytes received so far contain a text. */
export const until = (text: string): Step => ({ do: 'await', text })
/** Waits for the end of the first head. */
export const untilHead: Step = { do: 'await', text: '\r\n\r\n' }
/** Closes the client's half of the connection. */
export const halfClose: Step = { do: 'half-close' }
/** Tears the connection down. */
export const destroy: Step = { do: 'destroy' }
/** Takes nothing more from the socket, as a slow client does. */
export const stopReading: Step = { do: 'stop reading' }
/** Undoes `stopReading`. */
export const readOn: Step = { do: 'read on' }

/**
 * The head of a request, up to and with its empty line. The probe's name takes the place of `{probe}`.
 * @param parts What differs from a plain GET
 * @returns Text for a `write` step
 */
export function head(parts: RequestParts = {}): string {
  const lines = [
    `${parts.method ?? 'GET'} ${parts.target ?? '/'} HTTP/${parts.version ?? '1.1'}`,
    `Host: ${parts.host ?? 'probe.test'}`,
    'X-Probe: {probe}',
    ...(parts.headers ?? []),
  ]
  if (parts.chunks) lines.push('Transfer-Encoding: chunked')
  else if (parts.body !== undefined) lines.push(`Content-Length: ${parts.body.length}`)
  if (!parts.keepAlive) lines.push('Connection: close')
  return `${lines.join('\r\n')}\r\n\r\n`
}

/** A chunk in chunked framing. */
export const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`
/** The end of a chunked body without trailers. */
export const lastChunk = '0\r\n\r\n'

/** A request written in one piece, and its one answer. */
export function send(parts: RequestParts = {}): Exchange {
  const body = parts.chunks ? parts.chunks.map(chunk).join('') + lastChunk : (parts.body ?? '')
  return { steps: [write(head(parts) + body)], methods: [parts.method ?? 'GET'] }
}

/** A request of one method without a body. */
export const get = (target = '/', ...headers: string[]): Exchange => send({ target, headers })
/** A request with a body, sent with a `Content-Length`. */
export const post = (body: string, ...headers: string[]): Exchange =>
  send({ method: 'POST', body, headers })

/** A request in steps, for pauses, half-closes and the like. */
export function script(steps: readonly Step[], ...methods: string[]): Exchange {
  return { steps, methods: methods.length > 0 ? methods : ['GET'] }
}

/** Text as the bytes of its UTF-8 form, one character each. */
export const bytesOf = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
