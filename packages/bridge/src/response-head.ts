import { Buffer } from 'node:buffer'
import { STATUS_CODES, type OutgoingHttpHeader, type OutgoingHttpHeaders } from 'node:http'
import { BridgeError } from './errors.ts'
import {
  type Fields,
  fieldsOf,
  findAlike,
  forgetSent,
  type HeaderLines,
  setOthers,
} from './header-lines.ts'
import { invalidArgumentValue, invalidStatusCode } from './node-errors.ts'
import { fromLatin1 } from './latin1.ts'
import { headerKey, validateValue, type HeaderTable } from './outgoing-headers.ts'

/** Headers as `writeHead` takes them: an object, or a flat or nested list of names and values. */
export type WriteHeadHeaders =
  | OutgoingHttpHeaders
  | readonly OutgoingHttpHeader[]
  | readonly (readonly [string, OutgoingHttpHeader])[]

/** The head of a response: its status and the headers in the order they were given. */
export interface ResponseHead extends HeaderLines {
  readonly status: number
  /** Undefined for a plain 200 OK. */
  readonly statusText: string | undefined
  /** All of them, from when on a name stands more than once. */
  headers: Headers | undefined
  /** The announced length of the body in bytes, where there is one. */
  contentLength: number | undefined
  hasDate: boolean
  /** Whether the app has encoded the body itself, by gzip say. */
  isEncoded: boolean
  hasTrailer: boolean
  /** Whether the app asks for chunks, and so for no length. */
  isChunked: boolean
  contentType: string | undefined
  /** Whether it is for this client alone. */
  hasCookie: boolean
}

/**
 * Checks a status code as Node does, and that Workers can send it.
 * @throws {RangeError} `ERR_HTTP_INVALID_STATUS_CODE` outside 100 to 999
 * @throws {BridgeError} `ERR_BRIDGE_STATUS` for 1xx and 600 to 999, which a `Response` cannot have
 */
export function checkedStatus(code: unknown): number {
  const status = (code as number) | 0
  if (status >= 200 && status <= 599) return status
  if (status < 100 || status > 999) throw invalidStatusCode(code)
  throw new BridgeError(
    'ERR_BRIDGE_STATUS',
    `Workers cannot send status ${status}: a Response takes 200 to 599. Use a status in that range.`,
  )
}

export function statusTextOf(status: number): string {
  return STATUS_CODES[status] ?? 'unknown'
}

/** Starts a head that has no headers yet. */
function emptyHead(status: number, statusMessage: string): ResponseHead {
  return {
    status,
    // The runtime names the statuses itself, some of them otherwise than Node.
    statusText: status === 200 && statusMessage === 'OK' ? undefined : statusMessage,
    names: [],
    values: [],
    headers: undefined,
    contentLength: undefined,
    hasDate: false,
    isEncoded: false,
    hasTrailer: false,
    isChunked: false,
    contentType: undefined,
    hasCookie: false,
  }
}

/** Makes a head of headers that were checked when they were set. */
export function headFromTable(
  status: number,
  statusMessage: string,
  table: HeaderTable,
): ResponseHead {
  const head = emptyHead(status, statusMessage)
  for (const [key, [name, value]] of table) addHeader(head, key, name, value)
  return head
}

/** Makes a head of what only `writeHead` was given, which is checked here. */
export function headFromList(
  status: number,
  statusMessage: string,
  headers: WriteHeadHeaders | null | undefined,
): ResponseHead {
  const head = emptyHead(status, statusMessage)
  if (Array.isArray(headers)) {
    // A list may repeat a name.
    head.headers = new Headers()
    for (const [name, value] of entriesOf(headers)) addChecked(head, name, value)
  } else if (headers) {
    // The usual case by itself: a generator takes longer.
    const table = headers as OutgoingHttpHeaders
    for (const name of Object.keys(table)) addChecked(head, name, table[name]!)
  }
  return head
}

function addChecked(head: ResponseHead, name: string, value: OutgoingHttpHeader): void {
  const key = headerKey(name)
  validateValue(name, value)
  addHeader(head, key, name, value)
}

function addHeader(head: ResponseHead, key: string, name: string, value: OutgoingHttpHeader): void {
  switch (key) {
    case 'date':
      head.hasDate = true
      break
    case 'content-length':
      head.contentLength = Number(value)
      break
    case 'content-type':
      head.contentType = String(value)
      break
    case 'set-cookie':
      head.hasCookie = true
      break
    case 'content-encoding':
      head.isEncoded = true
      break
    case 'trailer':
      head.hasTrailer = true
      break
    case 'transfer-encoding':
      head.isChunked = /\bchunked\b/i.test(String(value))
      return
    case 'connection':
    case 'keep-alive':
      // These speak of one connection (RFC 9110 §7.6.1), and that is the runtime's.
      return
  }
  if (!Array.isArray(value)) return append(head, name, fromLatin1(String(value)))
  head.headers ??= new Headers(fieldsOf(head))
  for (const item of value) append(head, name, fromLatin1(item))
}

function append(head: ResponseHead, name: string, value: string): void {
  if (head.headers) {
    head.headers.append(name, value)
  } else {
    head.names.push(name)
    head.values.push(value)
  }
}

/** The names and values of what `writeHead` was given, in order. */
export function* entriesOf(headers: WriteHeadHeaders): Generator<[string, OutgoingHttpHeader]> {
  if (!Array.isArray(headers)) {
    yield* Object.entries(headers) as [string, OutgoingHttpHeader][]
  } else if (Array.isArray(headers[0])) {
    yield* headers as [string, OutgoingHttpHeader][]
  } else {
    checkPairs(headers)
    for (let index = 0; index < headers.length; index += 2) {
      yield [headers[index] as string, headers[index + 1] as OutgoingHttpHeader]
    }
  }
}

/** A flat list of headers has a value for each name. */
export function checkPairs(headers: readonly unknown[]): void {
  if (headers.length % 2 !== 0) throw invalidArgumentValue('headers', headers)
}

/** Adds what Node adds by itself: the date, and the length of a body that is known as a whole. */
export function addMissingHeaders(
  head: ResponseHead,
  missing: { date: boolean; length: number | undefined },
): void {
  if (missing.date && !head.hasDate) append(head, 'Date', dateNow())
  const mayAnnounce = head.contentLength === undefined && !head.hasTrailer && !head.isChunked
  if (missing.length !== undefined && mayAnnounce) {
    head.contentLength = missing.length
    append(head, 'Content-Length', String(missing.length))
  }
}

/** The headers of a head, as `Response` and `Headers` take them. */
export function headersOf(head: ResponseHead): Headers | Fields {
  return head.headers ?? fieldsOf(head)
}

/** Makes the `Response` of a head and a body. */
export function toResponse(
  head: ResponseHead,
  body: ReadableStream<Uint8Array> | Uint8Array | string | null,
): Response {
  const { contentType } = head
  const alike = head.headers || head.hasCookie ? undefined : findAlike(contentType ?? '', head)
  const init: { -readonly [Name in keyof ResponseInit]: ResponseInit[Name] } & {
    encodeBody?: 'manual'
  } = {
    status: head.status,
    headers: alike?.headers ?? headersOf(head),
  }
  if (head.statusText !== undefined) init.statusText = head.statusText
  // Else the runtime would compress once more what the app has compressed.
  if (head.isEncoded) init.encodeBody = 'manual'
  // A string would gain a content type of its own where the app gave none.
  if (typeof body === 'string' && contentType === undefined) body = Buffer.from(body)
  const response = new Response(body, init)
  if (alike) setOthers(response, alike, head)
  return response
}

let dateText = ''
let dateSecond = -1

/** The value of a Date header (RFC 9110 §6.6.1), made once a second. */
function dateNow(): string {
  const second = Math.floor(Date.now() / 1000)
  if (second !== dateSecond) {
    dateSecond = second
    forgetSent()
    dateText = new Date(second * 1000).toUTCString()
  }
  return dateText
}
