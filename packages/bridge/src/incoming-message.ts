import { Buffer } from 'node:buffer'
import http, { type IncomingHttpHeaders } from 'node:http'
import { Readable } from 'node:stream'
import { defineDefaults } from './defaults.ts'
import { connectionReset } from './node-errors.ts'
import { isInContext, type RequestContext } from './request-context.ts'
import { openRequestBody, type RequestBody } from './request-body.ts'
import { rawTarget } from './request-target.ts'
import { toIncomingHeaders } from './incoming-headers.ts'
import type { ServerResponse } from './server-response.ts'
import type { Socket } from './socket.ts'
import { reportUncaught } from './uncaught.ts'

// What it inherits comes from node:http's class, by its prototype alone: that class's constructor
// never runs, and the one of Readable when something first asks for the stream.
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging
export interface IncomingMessage extends Readable {}

/** A `Request` as Node's `http.IncomingMessage`. */
export class IncomingMessage {
  /** The Worker's bindings, its execution context, and what Cloudflare knows of the client. */
  readonly cloudflare: RequestContext
  method: string
  url: string
  aborted = false
  readonly #request: Request
  #response: ServerResponse | undefined
  #headers: IncomingHttpHeaders
  #rawHeaders: string[] | undefined
  #readableState: object | undefined
  /** Undefined until somebody reads, null where the request has no body. */
  #body: RequestBody | null | undefined
  #isComplete = false
  #isListenerDone = false
  #isDetached = false
  #onRead: (() => void) | undefined
  #isReading = false
  #resume: (() => void) | undefined
  #abort: AbortController | undefined

  constructor(context: RequestContext) {
    const { request } = context
    this.cloudflare = context
    this.#request = request
    this.method = request.method
    this.#headers = toIncomingHeaders(request.headers)
    this.url = rawTarget(request, this.#headers.host)
  }

  /** Whether an object is a request of the bridge, whatever its prototype is now. */
  static isOwn(object: object): boolean {
    return #isListenerDone in object
  }

  /** Ties a request to the response that answers it. */
  static bind(request: IncomingMessage, response: ServerResponse): void {
    request.#response = response
  }

  /** What Node's streams keep of this one. Most requests have no body, and nobody reads them. */
  get _readableState(): object {
    if (this.#readableState === undefined)
      (Readable as unknown as (this: unknown) => void).call(this)
    return this.#readableState!
  }

  set _readableState(state: object) {
    this.#readableState = state
  }

  get headers(): IncomingHttpHeaders {
    return this.#headers
  }

  set headers(headers: IncomingHttpHeaders) {
    this.#headers = headers
  }

  get headersDistinct(): NodeJS.Dict<string[]> {
    const distinct = Object.create(null) as NodeJS.Dict<string[]>
    for (const [name, value] of Object.entries(this.headers)) distinct[name] = [value!].flat()
    return distinct
  }

  get rawHeaders(): string[] {
    return (this.#rawHeaders ??= Object.entries(this.headers).flatMap(([name, value]) =>
      [value!].flat().flatMap((line) => [name, line]),
    ))
  }

  set rawHeaders(rawHeaders: string[]) {
    this.#rawHeaders = rawHeaders
  }

  get trailers(): NodeJS.Dict<string> {
    return {}
  }

  get trailersDistinct(): NodeJS.Dict<string[]> {
    return {}
  }

  /** True once the whole body has arrived. */
  get complete(): boolean {
    // Node learns that there is no body when the listener has returned.
    return this.#isComplete || (this.#isListenerDone && this.#request.body === null)
  }

  set complete(isComplete: boolean) {
    this.#isComplete = isComplete
  }

  get socket(): Socket | null {
    return this.#isDetached ? null : this.#response!.requireSocket()
  }

  set socket(socket: Socket | null) {
    // Node's streams do this to end a request without its connection: `break` in `for await`, say.
    this.#isDetached = socket === null
  }

  get connection(): Socket | null {
    return this.socket
  }

  get rawTrailers(): string[] {
    return []
  }

  /** Aborts when the request is cut short. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController()
      if (this.aborted) this.#abort.abort()
    }
    return this.#abort.signal
  }

  get _hasLongBody(): boolean {
    return this.#body?.isWhole === false
  }

  /** The listener has returned. */
  _listenerDone(): void {
    this.#isListenerDone = true
  }

  setTimeout(milliseconds: number, callback?: (socket: Socket) => void): this {
    if (callback) this.on('timeout', callback)
    this.socket?.setTimeout(milliseconds)
    return this
  }

  _read(): void {
    this.#body ??= openRequestBody(this.#request)
    if (this.#body === null) {
      this.#isComplete = true
      this.push(null)
    } else if (this.#resume !== undefined && !isInContext(this.cloudflare)) {
      this.#resume()
    } else {
      this.#pump(this.#body)
    }
  }

  #pump(body: RequestBody): void {
    this.#resume = undefined
    this.#isReading = true
    body.read().then(
      (chunk) => {
        this.#onChunk(chunk, body)
        this.#onRead?.()
      },
      () => {
        // A body that breaks off is a client that went away.
        if (!this.destroyed) this.#response?.disconnect(connectionReset())
        this.#onRead?.()
      },
    )
  }

  /**
   * Another request may ask for more, one whose response this body is piped into, and the runtime
   * lets only its own request read it: what waits for this promise runs in its own.
   */
  #letOthersResume(body: RequestBody): void {
    const asked = new Promise<void>((resolve) => {
      this.#resume = resolve
    })
    void asked.then(() => {
      if (!this.#isReading && !this.destroyed) this.#pump(body)
    })
  }

  /**
   * When a body that arrives in one piece has been handed to the app, or nobody wants it any more.
   * @returns Undefined where none is on its way
   */
  _whenRead(): Promise<void> | undefined {
    if (this.#isComplete || this.destroyed || this.readableFlowing !== true) return undefined
    this.#body ??= openRequestBody(this.#request)
    if (!this.#body?.isWhole) return undefined
    const read = new Promise<void>((resolve) => {
      this.#onRead = resolve
    })
    this.read(0)
    return read
  }

  #onChunk(chunk: ArrayBuffer | Buffer | null, body: RequestBody): void {
    this.#isReading = false
    if (this.destroyed) return
    this.#response?.touchSocket()
    this.#isComplete = chunk === null || body.isWhole
    try {
      if (chunk !== null && chunk.byteLength > 0) this.push(asBuffer(chunk))
      if (this.#isComplete) this.push(null)
      else if (!this.#isReading) this.#letOthersResume(body)
    } catch (error) {
      // A listener threw.
      reportUncaught(error)
    }
  }

  _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#onRead?.()
    if (this.readableEnded && this.complete) {
      callback(error)
      return
    }
    process.nextTick(() => {
      // As in Node: an error is raised only where somebody listens for it.
      callback(this.listenerCount('error') === 0 ? null : error)
    })
    this.aborted = true
    this.emit('aborted')
    this.#abort?.abort()
    this.#body?.cancel(error)
    if (!this.#isDetached) this.#response?.disconnect(error)
  }

  /** The response is out: a body that nobody began to read is let go, as Node's server does. */
  _finishReading(): void {
    // Where nobody listens, nobody can tell, and the runtime drops the body by itself.
    if (this.#hasListeners() && this.#body === undefined && this.readableFlowing === null) {
      this._dump()
    }
  }

  #hasListeners(): boolean {
    return (this as unknown as { _eventsCount: number })._eventsCount > 0
  }

  /** Reads what is left and throws it away, so that `end` and `close` come. */
  _dump(): void {
    this.removeAllListeners('data')
    this.resume()
  }
}

defineDefaults(IncomingMessage.prototype, {
  constructor: http.IncomingMessage,
  httpVersion: '1.1',
  httpVersionMajor: 1,
  httpVersionMinor: 1,
  statusCode: null,
  statusMessage: null,
  joinDuplicateHeaders: null,
  upgrade: false,
  // By these two Node's streams know a request of a server.
  _consuming: false,
  _dumped: false,
})
Object.setPrototypeOf(IncomingMessage.prototype, http.IncomingMessage.prototype)

function asBuffer(bytes: ArrayBuffer | Buffer): Buffer {
  return bytes instanceof ArrayBuffer ? Buffer.from(bytes) : bytes
}
