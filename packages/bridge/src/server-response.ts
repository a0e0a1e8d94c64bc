import { Buffer } from 'node:buffer'
import type { EventEmitter } from 'node:events'
import http from 'node:http'
import { defineDefaults } from './defaults.ts'
import { IncomingMessage } from './incoming-message.ts'
import * as errors from './node-errors.ts'
import { OutgoingHead } from './outgoing-head.ts'
import { ResponseBody, type WriteCallback } from './response-body.ts'
import { toResponse } from './response-head.ts'
import { endExchange } from './request-context.ts'
import { Socket } from './socket.ts'
import { guarded } from './uncaught.ts'

type Chunk = string | Uint8Array

/** What `writableHighWaterMark` tells, as on Node. */
const HIGH_WATER_MARK = 64 * 1024
/**
 * Above this many bytes not yet taken, `write()` asks to wait for `drain`. A socket of Node's has the
 * kernel's buffer behind it; this stands for it, and a streamed download takes a fifth less time than at 64 KiB.
 */
const DRAIN_MARK = 256 * 1024
const SETTLED = Promise.resolve()

// What it inherits comes from node:http's class, by its prototype alone: no constructor runs.
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging
export interface ServerResponse extends EventEmitter {}

/** What an app answers by: Node's `http.ServerResponse`, which becomes a `Response`. */
export class ServerResponse extends OutgoingHead {
  readonly req: IncomingMessage
  /** The request, unless an app made this response itself; then there is nobody to send it to. */
  readonly #exchange: IncomingMessage | undefined
  /** Whether `end()` has been called. */
  finished = false
  destroyed = false
  _closed = false
  declare strictContentLength: boolean
  declare rejectNonStandardBodyWrites: boolean
  declare readonly _server: http.Server | undefined
  #socket: Socket | undefined
  /** The whole body, where it is known when the head goes out. */
  #whole: Chunk | null = null
  /** The body, where it goes out piece by piece. */
  #body: ResponseBody | undefined
  #bytesWritten = 0
  #isFlushed = false
  #isDetached = false
  #isSent = false
  #isBroken = false
  // What most responses never have stands on the prototype: see defineDefaults below.
  /** Called when there is something to answer with, once the handler has returned without. */
  declare protected _answered: (() => void) | undefined
  /** Called as soon as the exchange is broken off. */
  declare _onDisconnect: (() => void) | undefined
  declare protected _errored: Error | null
  /** Why the exchange was broken off. */
  declare _reason: Error | null
  declare protected _corks: number
  declare protected _needsDrain: boolean
  declare protected _endCallbacks: WriteCallback[] | undefined
  declare protected _shouldKeepAlive: boolean | undefined

  /** @param target An object of an app's that becomes a response, and answers no request */
  constructor(req: IncomingMessage, server?: http.Server, target?: object) {
    super(target)
    this.req = req
    if (server !== undefined) this._server = server
    if (req.method === 'HEAD') this._hasBody = false
    if (target === undefined) {
      this.#exchange = req
      IncomingMessage.bind(req, this)
    } else {
      this._shouldKeepAlive = true
      this.#isDetached = true
    }
  }

  /** Whether an object is a response of the bridge, whatever its prototype is now. */
  static isOwn(object: object): boolean {
    return #isSent in object
  }

  // --- What the handler asks ---

  /** Whether a `Response` can be made: the head has gone out, or never will. */
  get isAnswered(): boolean {
    return this.#isSent || this.#isBroken
  }

  /** Whether the exchange is over but for the events that say so. */
  get isComplete(): boolean {
    return this.isAnswered && this.#body === undefined && (this.finished || this.#isBroken)
  }

  /** Resolves when `isAnswered`. */
  whenAnswered(): Promise<void> {
    return new Promise((resolve) => {
      this._answered = resolve
    })
  }

  /** The `Response`, or undefined where the app broke the connection off instead of answering. */
  toResponse(): Response | undefined {
    if (!this.#isSent) return undefined
    const body = this.#body?.stream ?? this.#whole
    this.#whole = null
    return toResponse(this.head!, body)
  }

  /** Ends the exchange as a connection that breaks does. */
  disconnect(error: Error | null): void {
    if (this.#isBroken || this._closed || (this.finished && this.#body === undefined)) return
    this.#isBroken = true
    this._reason = error
    this._onDisconnect?.()
    this.#body?.fail(error ?? errors.connectionReset())
    const onDisconnected = (): void => this.#onDisconnected()
    // A request that was destroyed first has its own events first.
    process.nextTick(this.req.destroyed ? () => process.nextTick(onDisconnected) : onDisconnected)
  }

  #onDisconnected(): void {
    if (!this.req.destroyed) this.#exchange?.destroy(errors.connectionReset())
    this.#body?.abandon(errors.streamDestroyed('write'))
    this.#emitClose()
    this._answered?.()
  }

  // --- The socket ---

  /** The socket that stands for the connection, made when somebody asks for it. */
  requireSocket(): Socket {
    this.#socket ??= new Socket(this)
    this.#socket._httpMessage ??= this
    return this.#socket
  }

  touchSocket(): void {
    this.#socket?.touch()
  }

  get socket(): Socket | null {
    return this.#isDetached ? null : this.requireSocket()
  }

  get connection(): Socket | null {
    return this.socket
  }

  _timedOut(): boolean {
    const onRequest = !this.req.complete && this.req.emit('timeout', this.#socket)
    const onResponse = this.emit('timeout', this.#socket)
    const onServer = this._server?.emit('timeout', this.#socket) ?? false
    return onRequest || onResponse || onServer
  }

  setTimeout(milliseconds: number, callback?: () => void): this {
    if (callback) this.on('timeout', callback)
    this.socket?.setTimeout(milliseconds)
    return this
  }

  assignSocket(socket: Socket): void {
    if (socket._httpMessage) throw errors.socketAssigned()
    socket._httpMessage = this
    this.#socket = socket
    this.#isDetached = false
    this.emit('socket', socket)
  }

  detachSocket(socket: Socket): void {
    socket._httpMessage = null
    this.#isDetached = true
  }

  // --- The head ---

  get _headerSent(): boolean {
    return this.#isSent
  }

  flushHeaders(): void {
    if (!this.head) this._implicitHeader()
    this.#start()
  }

  // --- The body ---

  write(
    chunk: Chunk,
    encoding?: BufferEncoding | WriteCallback | null,
    callback?: WriteCallback,
  ): boolean {
    if (typeof encoding === 'function') {
      callback = encoding
      encoding = null
    }
    const isTaken = this.#write(chunk, encoding, callback, false)
    if (!isTaken) this._needsDrain = true
    return isTaken
  }

  end(
    chunk?: Chunk | WriteCallback | null,
    encoding?: BufferEncoding | WriteCallback | null,
    callback?: WriteCallback,
  ): this {
    if (typeof chunk === 'function') {
      callback = chunk
      chunk = null
      encoding = null
    } else if (typeof encoding === 'function') {
      callback = encoding
      encoding = null
    }
    if (chunk) {
      if (this.finished) {
        this.#raise(errors.writeAfterEnd(), callback)
        return this
      }
      this.#write(chunk, encoding, undefined, true)
    } else if (this.finished) {
      if (typeof callback === 'function') this.#callAtEnd(callback)
      return this
    } else if (!this.head) {
      this.length = 0
      this._implicitHeader()
    }
    if (typeof callback === 'function') this.#callAtEnd(callback)
    this.#checkLength(0, true)
    if (this._corks > 0) this._corks = 0
    this.finished = true
    this.#complete()
    this.emit('prefinish')
    return this
  }

  /** Has `end()`'s callback called before `finish` is emitted, as Node does. */
  #callAtEnd(callback: WriteCallback): void {
    if (this.#isFlushed) process.nextTick(callback, errors.alreadyFinished('end'))
    else (this._endCallbacks ??= []).push(callback)
  }

  #write(
    chunk: Chunk,
    encoding: BufferEncoding | null | undefined,
    callback: WriteCallback | undefined,
    isLast: boolean,
  ): boolean {
    if (chunk === null) throw errors.nullChunk()
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) {
      throw errors.invalidArgumentType(
        'chunk',
        'of type string or an instance of Buffer or Uint8Array',
        chunk,
      )
    }
    if (this.finished || this.destroyed) {
      const error = this.finished ? errors.writeAfterEnd() : errors.streamDestroyed('write')
      this.#raise(error, callback)
      return false
    }
    const isFirst = !this.head
    if (isFirst) {
      if (isLast) this.length = byteLength(chunk, encoding)
      this._implicitHeader()
    }
    if (!this._hasBody) {
      if (this.rejectNonStandardBodyWrites) throw errors.bodyNotAllowed()
      if (callback) process.nextTick(callback)
      return true
    }
    const length = this.length ?? byteLength(chunk, encoding)
    // Node's strict check has no length to hold the first chunk against yet.
    if (!isFirst || !this.strictContentLength) this.#checkLength(length, isLast)
    if (this.#isBroken) return false
    this.#bytesWritten += length
    const isWhole = isLast ? !this.mustBeChunked() : length === this.head!.contentLength
    if (!this.#isSent && isWhole) {
      // All there is: no stream is needed.
      this.#whole = isPlainText(chunk, encoding) ? chunk : bytesOf(chunk, encoding)
      if (!isLast) this.#send()
      if (callback) process.nextTick(callback)
      return true
    }
    this.#start()
    if (this.#body === undefined) {
      if (callback) process.nextTick(callback)
      return true
    }
    this.#socket?.touch()
    this.#body.write(bytesOf(chunk, encoding), callback)
    return this.#body.length < DRAIN_MARK
  }

  /**
   * Holds what is written against the length that was announced. Node does so only where
   * `strictContentLength` is set, and lets a client see a broken message; the runtime would cut the
   * body or announce another length.
   */
  #checkLength(length: number, isLast: boolean): void {
    const announced = this.head?.contentLength
    if (announced === undefined || !this._hasBody || this.#isBroken) return
    const total = this.#bytesWritten + length
    if (isLast ? total === announced : total <= announced) return
    const error = errors.contentLengthMismatch(total, announced)
    if (this.strictContentLength) throw error
    console.error(error)
    this.destroy(error)
  }

  /** Begins a body that goes out piece by piece. */
  #start(): void {
    if (this.#isSent || this.#isBroken) return
    if (this._hasBody && this.#exchange) {
      this.#body = new ResponseBody(
        {
          drained: () => this.#onDrained(),
          finished: () => this.#finishSoon(),
          cancelled: () => this.disconnect(errors.connectionReset()),
        },
        this.head!.contentLength,
      )
      this.#body.isCorked = this._corks > 0
    }
    this.#send()
  }

  #send(): void {
    this.#isSent = true
    this._answered?.()
  }

  /** Everything has been written. */
  #complete(): void {
    if (this.#body !== undefined) {
      this.#body.end()
      return
    }
    if (this.#isBroken) return
    if (!this.#isSent) this.#send()
    this.#finishSoon()
  }

  /** A promise's reaction costs a fraction of what `process.nextTick` does on Workers. */
  #finishSoon(): void {
    void SETTLED.then(() => this.#onFinished())
  }

  #onDrained(): void {
    if (!this._needsDrain || this.destroyed) return
    this._needsDrain = false
    guarded(() => this.emit('drain'))
  }

  #onFinished(): void {
    if (this.#isBroken) return
    this.#isFlushed = true
    this.#isDetached = true
    this.#exchange?._finishReading()
    for (const callback of this._endCallbacks ?? []) guarded(() => callback())
    guarded(() => this.emit('finish'))
    if (this.#exchange) void SETTLED.then(() => this.#emitClose())
  }

  #emitClose(): void {
    if (this._closed) return
    this.destroyed = true
    this._closed = true
    guarded(() => this.emit('close'))
    this.#socket?.destroy()
    if (this.#exchange) endExchange(this.#exchange)
  }

  /** Reports an error that has no request to fail: to its callback, then as an event. */
  #raise(error: Error, callback: WriteCallback | undefined): void {
    const isDestroyed = this.destroyed
    process.nextTick(() => {
      callback?.(error)
      if (!isDestroyed && !this.destroyed) this.emit('error', error)
    })
  }

  destroy(error?: Error): this {
    if (this.destroyed) return this
    this.destroyed = true
    this._errored = error ?? null
    this.disconnect(error ?? null)
    return this
  }

  cork(): void {
    this._corks += 1
    if (this.#body) this.#body.isCorked = true
  }

  uncork(): void {
    if (this._corks > 0) this._corks -= 1
    if (this.#body && this._corks === 0) this.#body.isCorked = false
  }

  pipe(): void {
    this.emit('error', errors.cannotPipe())
  }

  // --- State, as Node's streams tell it ---

  get shouldKeepAlive(): boolean {
    return this._shouldKeepAlive ?? !/\bclose\b/i.test(this.req.headers.connection ?? '')
  }

  set shouldKeepAlive(shouldKeepAlive: boolean) {
    this._shouldKeepAlive = shouldKeepAlive
  }

  get writableEnded(): boolean {
    return this.finished
  }

  get writableFinished(): boolean {
    return this.#isFlushed
  }

  get writableLength(): number {
    return this.#body?.length ?? 0
  }

  get writableHighWaterMark(): number {
    return HIGH_WATER_MARK
  }

  get writableCorked(): number {
    return this._corks
  }

  get writableNeedDrain(): boolean {
    return !this.destroyed && !this.finished && this._needsDrain
  }

  get writableObjectMode(): boolean {
    return false
  }

  get closed(): boolean {
    return this._closed
  }

  get errored(): Error | null {
    return this._errored
  }
}

defineDefaults(ServerResponse.prototype, {
  constructor: http.ServerResponse,
  _server: undefined,
  _answered: undefined,
  _onDisconnect: undefined,
  _errored: null,
  _reason: null,
  _corks: 0,
  _needsDrain: false,
  _endCallbacks: undefined,
  _shouldKeepAlive: undefined,
  strictContentLength: false,
  rejectNonStandardBodyWrites: false,
  writable: true,
  chunkedEncoding: false,
  useChunkedEncodingByDefault: true,
  maxRequestsOnConnectionReached: false,
  outputData: [],
  outputSize: 0,
  // By these Node's streams know a response of a server.
  _defaultKeepAlive: true,
  _expect_continue: false,
  _last: false,
  _contentLength: null,
  _keepAliveTimeout: 0,
  _onPendingData() {},
})

/** Whether the runtime's own encoding of a string gives the bytes that Node would send. */
function isPlainText(chunk: Chunk, encoding: BufferEncoding | null | undefined): chunk is string {
  return typeof chunk === 'string' && (!encoding || encoding === 'utf8' || encoding === 'utf-8')
}

function bytesOf(chunk: Chunk, encoding: BufferEncoding | null | undefined): Uint8Array {
  return typeof chunk === 'string' ? Buffer.from(chunk, encoding ?? 'utf8') : chunk
}

function byteLength(chunk: Chunk, encoding: BufferEncoding | null | undefined): number {
  return typeof chunk === 'string' ? Buffer.byteLength(chunk, encoding ?? 'utf8') : chunk.byteLength
}
