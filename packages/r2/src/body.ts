import { StoreError } from './errors.ts'
import type { FileBody } from './store.ts'
import { encodeText, quoted } from './text.ts'

/** What a stream may bring at most, and has to bring exactly. */
export interface BodyLimits {
  readonly maxBytes: number
  readonly size: number | undefined
  readonly signal: AbortSignal | undefined
  /** Called with each piece, and the number of bytes so far. */
  readonly onChunk: (chunk: Uint8Array, total: number) => void
  /** Called at the end; when it throws, the body has failed. */
  readonly onEnd: () => void
}

type StreamedBody = Exclude<FileBody, string | ArrayBuffer | ArrayBufferView | Blob>

/** Where pieces of a body come from. */
interface Source {
  next(space: Uint8Array<ArrayBuffer>): Promise<Piece>
  cancel(reason: unknown): Promise<unknown>
}

interface Piece {
  /** Undefined at the end. */
  readonly chunk: Uint8Array | undefined
  /** Where the given space is now, if the source takes it. */
  readonly buffer?: ArrayBuffer | undefined
}

const FIRST_CAPACITY = 64 * 1024

/**
 * Returns a body that is there as a whole.
 * @param body What was given to be saved
 * @returns Bytes or a Blob; undefined for a stream
 */
export function wholeBody(body: FileBody): Uint8Array<ArrayBuffer> | Blob | undefined {
  if (typeof body === 'string') return encoded(body)
  if (body instanceof Blob) return body
  if (ArrayBuffer.isView(body)) {
    // Bytes of a SharedArrayBuffer may change while they are sent.
    const bytes = new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
    return body.buffer instanceof ArrayBuffer
      ? (bytes as Uint8Array<ArrayBuffer>)
      : new Uint8Array(bytes)
  }
  if (body instanceof ArrayBuffer) return new Uint8Array(body)
  return undefined
}

function encoded(text: string): Uint8Array<ArrayBuffer> {
  if ((text as string & { isWellFormed(): boolean }).isWellFormed()) return encodeText(text)
  throw new StoreError(
    'ERR_R2_BODY',
    'The text to be saved has half of a surrogate pair, which UTF-8 cannot encode. Was a character split between two pieces of a stream?',
  )
}

/** Reads a streamed body into buffers, and sees to its limits. */
export class BodyReader {
  readonly #source: Source
  readonly #limits: BodyLimits
  #total = 0
  /** What a chunk had more than the buffer had room for. */
  #rest: Uint8Array | undefined
  #hasEnded = false
  #failure: unknown
  readonly #onAbort = (): void => void this.cancel(this.#limits.signal?.reason)

  constructor(body: StreamedBody, limits: BodyLimits) {
    this.#source = sourceOf(body)
    this.#limits = limits
    limits.signal?.addEventListener('abort', this.#onAbort)
  }

  /**
   * Reads as many bytes as there is room for, or to the end of the body.
   * @param capacity How many bytes to read at most
   * @param start A buffer to read into, which grows as needed
   * @param filled How many bytes of the buffer are there already
   * @returns The bytes: fewer than `capacity` only at the end
   */
  async fill(
    capacity: number,
    start: ArrayBuffer = new ArrayBuffer(Math.min(capacity, this.#firstCapacity())),
    filled = 0,
  ): Promise<Uint8Array<ArrayBuffer>> {
    let buffer = start
    let length = filled
    while (length < capacity) {
      if (length === buffer.byteLength) buffer = grown(buffer, capacity)
      const room = Math.min(buffer.byteLength, capacity) - length
      const space = new Uint8Array(buffer, length, room)
      const { chunk, buffer: moved } = await this.#next(space)
      if (moved !== undefined) buffer = moved
      if (chunk === undefined) break
      const taken = chunk.subarray(0, room)
      if (moved === undefined) space.set(taken)
      if (chunk.byteLength > room) this.#rest = chunk.subarray(room)
      length += taken.byteLength
    }
    return new Uint8Array(buffer, 0, length)
  }

  /** The rest of the body, in pieces whose buffer is used again. */
  async *chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
    let chunk = await this.fill(FIRST_CAPACITY)
    while (chunk.byteLength > 0) {
      yield chunk
      chunk = await this.fill(FIRST_CAPACITY, chunk.buffer)
    }
  }

  /** What the body itself failed with, if it did. */
  get failure(): unknown {
    return this.#failure
  }

  /** Tells whoever makes the body that no more is wanted. */
  async cancel(reason: unknown): Promise<void> {
    this.#end()
    // Why the save failed is known already; what the source says to that is no news.
    await this.#source.cancel(reason).catch(() => {})
  }

  #firstCapacity(): number {
    // One more than is announced, so that the end comes without another buffer.
    return this.#limits.size === undefined ? FIRST_CAPACITY : this.#limits.size + 1
  }

  async #next(space: Uint8Array<ArrayBuffer>): Promise<Piece> {
    try {
      return await this.#nextChecked(space)
    } catch (error) {
      this.#failure ??= error
      throw error
    }
  }

  async #nextChecked(space: Uint8Array<ArrayBuffer>): Promise<Piece> {
    if (this.#rest !== undefined) {
      const chunk = this.#rest
      this.#rest = undefined
      return { chunk }
    }
    const { signal, maxBytes, size, onChunk, onEnd } = this.#limits
    signal?.throwIfAborted()
    if (this.#hasEnded) return { chunk: undefined }
    const piece = await this.#source.next(space).catch((error: unknown) => {
      // A source that was cancelled for the signal's sake may complain.
      signal?.throwIfAborted()
      throw error
    })
    signal?.throwIfAborted()
    const { chunk } = piece
    if (chunk === undefined) {
      this.#end()
      if (size !== undefined && this.#total !== size) throw wrongLength(size, this.#total)
      onEnd()
      return piece
    }
    this.#total += chunk.byteLength
    if (this.#total > maxBytes) throw tooLarge(maxBytes)
    if (size !== undefined && this.#total > size) throw wrongLength(size, undefined)
    onChunk(chunk, this.#total)
    return piece
  }

  #end(): void {
    this.#hasEnded = true
    this.#limits.signal?.removeEventListener('abort', this.#onAbort)
  }
}

export function tooLarge(maxBytes: number): StoreError {
  return new StoreError('ERR_R2_TOO_LARGE', `The body has more than ${maxBytes} bytes (maxBytes).`)
}

export function wrongLength(size: number, length: number | undefined): StoreError {
  return new StoreError(
    'ERR_R2_LENGTH',
    `The body has ${length ?? 'more'} bytes; size says ${size}. Nothing was stored.`,
  )
}

function grown(buffer: ArrayBuffer, capacity: number): ArrayBuffer {
  const larger = new ArrayBuffer(Math.min(buffer.byteLength * 4, capacity))
  new Uint8Array(larger).set(new Uint8Array(buffer))
  return larger
}

function sourceOf(body: StreamedBody): Source {
  const { getReader, [Symbol.asyncIterator]: iterate } = (body ?? {}) as Partial<
    ReadableStream & AsyncIterable<unknown>
  >
  if (typeof getReader === 'function') return streamSource(body as ReadableStream)
  if (typeof iterate === 'function') return iterableSource(body as AsyncIterable<unknown>)
  throw new StoreError(
    'ERR_R2_BODY',
    `The body must be a string, bytes, a Blob or a stream; got ${quoted(body)}.`,
  )
}

function streamSource(stream: ReadableStream): Source {
  try {
    // Throws for a stream that has been read, which would be saved as an empty file.
    void new Response(stream)
  } catch (error) {
    throw alreadyRead(error)
  }
  let byteReader: ReadableStreamBYOBReader
  try {
    // Reads much more at a time, where a stream can.
    byteReader = stream.getReader({ mode: 'byob' })
  } catch {
    const reader = stream.getReader()
    return {
      async next() {
        const { value, done } = await reader.read()
        return { chunk: done ? undefined : bytesOf(value) }
      },
      cancel: (reason) => reader.cancel(reason),
    }
  }
  return {
    async next(space) {
      const { value, done } = await byteReader.read(space)
      return { chunk: done ? undefined : value, buffer: value?.buffer }
    },
    cancel: (reason) => byteReader.cancel(reason),
  }
}

function iterableSource(body: AsyncIterable<unknown>): Source {
  if ((body as { readableEnded?: boolean }).readableEnded === true) throw alreadyRead()
  const iterator = body[Symbol.asyncIterator]()
  return {
    async next() {
      const { value, done } = await iterator.next()
      return { chunk: done === true ? undefined : bytesOf(value) }
    },
    async cancel() {
      // The iterator of a Readable leaves it open while it waits for a chunk, or before the first.
      const { destroy } = body as { destroy?: () => void }
      if (typeof destroy === 'function') destroy.call(body)
      else await iterator.return?.()
    },
  }
}

function alreadyRead(cause?: unknown): StoreError {
  return new StoreError('ERR_R2_BODY', 'The stream to be saved has been read, or is being read.', {
    cause,
  })
}

function bytesOf(chunk: unknown): Uint8Array {
  const bytes = wholeBody(chunk as FileBody)
  if (bytes instanceof Uint8Array) return bytes
  throw new StoreError(
    'ERR_R2_BODY',
    `A stream to be saved must give bytes or strings; got ${quoted(chunk)}.`,
  )
}
