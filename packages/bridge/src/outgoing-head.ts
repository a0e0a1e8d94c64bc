import { defineDefaults } from './defaults.ts'
import * as errors from './node-errors.ts'
import { headerKey, isValidText, OutgoingHeaders, validateValue } from './outgoing-headers.ts'
import type { WriteCallback } from './response-body.ts'
import {
  addMissingHeaders,
  checkedStatus,
  checkPairs,
  entriesOf,
  headFromList,
  headFromTable,
  statusTextOf,
  type WriteHeadHeaders,
} from './response-head.ts'

/** The head half of Node's `ServerResponse`: the status, `writeHead`, and what goes before it. */
export class OutgoingHead extends OutgoingHeaders {
  statusCode = 200
  statusMessage: string | undefined = undefined
  declare _hasBody: boolean
  declare _sent100: boolean
  /** What `end(data)` says of the length before the head is made. */
  protected length: number | undefined

  writeHead(
    statusCode: number,
    reason?: string | WriteHeadHeaders,
    headers?: WriteHeadHeaders,
  ): this {
    if (this.head) throw errors.headersSent('write')
    const status = checkedStatus(statusCode)
    const usual = statusTextOf(status)
    if (typeof reason === 'string') {
      this.statusMessage = reason
    } else {
      this.statusMessage ||= usual
      headers ??= reason
    }
    this.statusCode = status
    const isTable = this.table !== null
    if (isTable && headers) this.#mergeHeaders(headers)
    if (this.statusMessage !== usual && !isValidText(this.statusMessage)) {
      throw errors.invalidCharacter('statusMessage')
    }
    // Node would send a body with 205, which RFC 9110 §15.3.6 forbids and a Response refuses.
    if (status === 204 || status === 205 || status === 304) this._hasBody = false
    const head = isTable
      ? headFromTable(status, this.statusMessage, this.table!)
      : headFromList(status, this.statusMessage, headers)
    if (head.hasTrailer && (head.contentLength !== undefined || !this._hasBody)) {
      throw errors.trailerInvalid()
    }
    addMissingHeaders(head, {
      date: this.sendDate,
      length: this._hasBody && !this._removedContLen ? this.length : undefined,
    })
    this.head = head
    return this
  }

  /** Headers given to `writeHead` replace those set before, and may repeat among themselves. */
  #mergeHeaders(headers: WriteHeadHeaders): void {
    if (!Array.isArray(headers)) {
      for (const [name, value] of entriesOf(headers)) this.setHeader(name, value)
      return
    }
    checkPairs(headers)
    // Node takes the list for a flat one here, whatever is in it.
    const list = headers as readonly string[]
    for (let index = 0; index < list.length; index += 2) this.removeHeader(list[index]!)
    for (let index = 0; index < list.length; index += 2) {
      this.appendHeader(list[index]!, list[index + 1]!)
    }
  }

  writeHeader(...head: Parameters<OutgoingHead['writeHead']>): this {
    return this.writeHead(...head)
  }

  /** The status line once the head is made, null before: some middleware looks. */
  get _header(): string | null {
    return this.head ? `HTTP/1.1 ${this.statusCode} ${this.statusMessage}\r\n` : null
  }

  _implicitHeader(): void {
    this.writeHead(this.statusCode)
  }

  /** Whether the app asked for a body without a length. */
  protected mustBeChunked(): boolean {
    return this.head!.isChunked || (this._removedContLen && this.head!.contentLength === undefined)
  }

  // What HTTP/1.1 on Workers has no place for is accepted, checked, and called back.

  writeInformation(
    status: number,
    headers?: WriteHeadHeaders | null,
    callback?: WriteCallback,
  ): void {
    if (this.head) throw errors.headersSent('write')
    if (!(status >= 100 && status <= 199) || status === 101) throw errors.invalidStatusCode(status)
    for (const [name, value] of entriesOf(headers ?? {})) {
      headerKey(name)
      validateValue(name, value)
    }
    if (callback) process.nextTick(callback)
  }

  writeContinue(callback?: WriteCallback): void {
    this.writeInformation(100, null, callback)
    this._sent100 = true
  }

  writeProcessing(callback?: WriteCallback): void {
    this.writeInformation(102, null, callback)
  }

  writeEarlyHints(hints: Record<string, string | string[]>, callback?: WriteCallback): void {
    if (hints === null || typeof hints !== 'object' || Array.isArray(hints)) {
      throw errors.invalidArgumentType('hints', 'of type object', hints)
    }
    const { link, ...others } = hints
    if (link === undefined || link === null) return
    const links = checkedLinks(link)
    if (links.length > 0) this.writeInformation(103, { Link: links, ...others }, callback)
  }

  addTrailers(headers: WriteHeadHeaders): void {
    for (const [name, value] of entriesOf(headers)) {
      headerKey(name, 'Trailer name')
      validateValue(name, value, 'trailer')
    }
  }
}

defineDefaults(OutgoingHead.prototype, { _hasBody: true, _sent100: false })

/** One link of an early hint, with its parameters (RFC 8288 §3). */
const LINK = /^<[^>]*>(?:\s*;\s*[^;"\s]+(?:=(?:"[^;"\s]*"|[^;"\s]*))?)*$/

function checkedLinks(link: string | string[]): string {
  const links = Array.isArray(link) ? link : [link]
  for (const item of links) {
    if (typeof item === 'string' && LINK.test(item)) continue
    throw errors.invalidArgumentValue(
      'hints',
      item,
      'must be an array or string of format "</styles.css>; rel=preload; as=style"',
    )
  }
  return links.join(', ')
}
