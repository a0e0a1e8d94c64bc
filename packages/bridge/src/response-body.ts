import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { Buffer } from 'node:buffer'
import { currentContext } from './request-context.ts'
import { guarded } from './uncaught.ts'

/** What a response body tells the response it belongs to. */
export interface ResponseBodyEvents {
  /** All that was written has been taken by the client's side. */
  drained(): void
  /** The last byte has been taken. */
  finished(): void
  /** Nobody reads any more: the client went away. */
  cancelled(): void
}

export type WriteCallback = (error?: Error | null) => void

interface Write {
  readonly chunk: Uint8Array
  readonly callback: WriteCallback | undefined
}

/** Small chunks are joined up to this many bytes, as Node's socket would send them together. */
const JOIN_LIMIT = 64 * 1024

/**
 * A response's body as a stream that is written by Node's `write()` and read by the runtime.
 *
 * It is a plain JavaScript stream, not a native one: only that can be written to from another
 * request, as a live update from one client to all does. See decisions/004.
 */
export class ResponseBody {
  readonly stream: ReadableStream<Uint8Array>
  readonly #events: ResponseBodyEvents
  readonly #owner = currentContext()
  #queue: Write[] = []
  /** What the reader has been given, and has not come back from yet. */
  #handedOver: Write[] = []
  #controller!: ReadableStreamDefaultController<Uint8Array>
  #isWanted = false
  #isEnded = false
  #isClosed = false
  #isCorked = false
  #failure: Error | undefined
  /** Bytes written and not yet taken. */
  length = 0

  /**
   * @param events Who is told
   * @param expectedLength Length of the whole body in bytes, where it is known
   */
  constructor(events: ResponseBodyEvents, expectedLength: number | undefined) {
    this.#events = events
    const inRequest = AsyncLocalStorage.snapshot()
    const pull = (): void => this.#pull()
    const cancel = (): void => this.#cancel()
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller: ReadableStreamDefaultController<Uint8Array>) => {
          this.#controller = controller
        },
        // The runtime calls from outside the request: what the app hears is put back into it.
        pull: () => inRequest(pull),
        cancel: () => inRequest(cancel),
        // Cloudflare's addition: the response then carries a Content-Length.
        ...(expectedLength === undefined ? null : { expectedLength }),
      },
      { highWaterMark: 0 },
    )
  }

  write(chunk: Uint8Array, callback: WriteCallback | undefined): void {
    this.#queue.push({ chunk, callback: callback && this.#inContextOfWriter(callback) })
    this.length += chunk.byteLength
    this.#handOver()
  }

  /** Has a callback run in the context of its `write()`, which may be another request's. */
  #inContextOfWriter(callback: WriteCallback): WriteCallback {
    if (currentContext() === this.#owner) return AsyncResource.bind(callback)
    // The runtime lets no request call into another, but promises lead from one to the other.
    let settle!: WriteCallback
    const taken = new Promise<Error | null>((resolve) => {
      settle = (error) => resolve(error ?? null)
    })
    void callWhen(taken, callback)
    return settle
  }

  end(): void {
    this.#isEnded = true
    this.#isCorked = false
    this.#handOver()
  }

  /** Cuts the body short after what was written, so that the client sees that it is not whole. */
  fail(error: Error): void {
    this.#failure = error
    this.#isCorked = false
    this.#handOver()
  }

  /** Fails the callbacks of what has not been taken. */
  abandon(error: Error): void {
    const writes = [...this.#handedOver, ...this.#queue]
    this.#handedOver = []
    this.#queue = this.#queue.map(({ chunk }) => ({ chunk, callback: undefined }))
    for (const { callback } of writes) if (callback) guarded(() => callback(error))
  }

  /** While corked, what is written waits. */
  set isCorked(isCorked: boolean) {
    this.#isCorked = isCorked
    if (!isCorked) this.#handOver()
  }

  #cancel(): void {
    this.#isClosed = true
    this.#events.cancelled()
  }

  #pull(): void {
    this.#isWanted = true
    this.#confirm()
    this.#handOver()
  }

  /** What was handed over has been taken: tell those who wrote it. */
  #confirm(): void {
    if (this.#handedOver.length === 0) return
    const writes = this.#handedOver
    this.#handedOver = []
    for (const { chunk } of writes) this.length -= chunk.byteLength
    for (const { callback } of writes) {
      if (callback) guarded(() => callback(null))
    }
    if (this.length === 0) this.#events.drained()
  }

  #handOver(): void {
    if (!this.#isWanted || this.#isClosed || this.#isCorked) return
    if (this.#queue.length > 0) {
      this.#isWanted = false
      this.#handedOver = this.#takeNext()
      const chunks = this.#handedOver.map(({ chunk }) => chunk)
      const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
      // A stream takes no empty chunk; whoever wrote one is still called back.
      if (bytes.byteLength > 0) this.#controller.enqueue(bytes)
      else queueMicrotask(() => this.#pull())
    } else if (this.#failure !== undefined) {
      this.#isClosed = true
      // The runtime drops what it has taken and not yet sent when a stream errors at once.
      setTimeout(() => this.#controller.error(this.#failure), 0)
    } else if (this.#isEnded) {
      this.#isClosed = true
      this.#controller.close()
      this.#events.finished()
    }
  }

  /** The first write, and those after it that fit one buffer with it. */
  #takeNext(): Write[] {
    let length = 0
    let count = 0
    for (const { chunk } of this.#queue) {
      length += chunk.byteLength
      if (count > 0 && length > JOIN_LIMIT) break
      count += 1
    }
    return this.#queue.splice(0, count)
  }
}

async function callWhen(taken: Promise<Error | null>, callback: WriteCallback): Promise<void> {
  const error = await taken
  guarded(() => callback(error))
}
