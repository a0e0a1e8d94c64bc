import { Buffer } from 'node:buffer'

/** What a request's body is read from, a chunk at a time; a chunk of `null` is its end. */
export interface RequestBody {
  /** Whether the first chunk is the whole body. */
  readonly isWhole: boolean
  read(): Promise<Buffer | ArrayBuffer | null>
  cancel(reason: unknown): void
}

/** Up to this announced length a body is read in one piece; see decisions/003. */
const WHOLE_BODY_LIMIT = 64 * 1024
/** The largest chunk of a body that is read piece by piece, as large as Node's socket reads. */
const CHUNK_SIZE = 64 * 1024

/** Opens a request's body; `null` where the request has none. */
export function openRequestBody(request: Request): RequestBody | null {
  const stream = request.body
  if (stream === null) return null
  const announced = request.headers.get('content-length')
  if (announced !== null && Number(announced) <= WHOLE_BODY_LIMIT) return new WholeBody(request)
  return new ChunkedBody(stream)
}

class WholeBody implements RequestBody {
  readonly isWhole = true
  readonly #request: Request

  constructor(request: Request) {
    this.#request = request
  }

  read(): Promise<ArrayBuffer> {
    return this.#request.arrayBuffer()
  }

  cancel(): void {
    // Nothing is held open: what was asked for arrives or fails by itself.
  }
}

/** A reader of bytes, which takes memory to read into, or any other. */
interface BodyReader {
  read(into?: Uint8Array<ArrayBuffer>): Promise<{ done: boolean; value?: Uint8Array<ArrayBuffer> }>
  cancel(reason: unknown): Promise<void>
}

class ChunkedBody implements RequestBody {
  readonly isWhole = false
  readonly #reader: BodyReader
  /** What the next chunk is read into, by a reader of bytes. */
  #memory: ArrayBuffer | undefined = new ArrayBuffer(CHUNK_SIZE)

  constructor(stream: ReadableStream<Uint8Array>) {
    try {
      this.#reader = stream.getReader({ mode: 'byob' }) as BodyReader
    } catch {
      // On Node, a Request made from a stream of any chunks has no byte reader.
      this.#reader = stream.getReader() as BodyReader
      this.#memory = undefined
    }
  }

  async read(): Promise<Buffer | null> {
    const { done, value } = await this.#reader.read(this.#memory && new Uint8Array(this.#memory))
    if (done || value === undefined) return null
    if (this.#memory && value.byteLength * 4 <= CHUNK_SIZE) {
      // A small chunk must not pin the whole memory that it was read into.
      this.#memory = value.buffer
      return Buffer.from(value)
    }
    this.#memory &&= new ArrayBuffer(CHUNK_SIZE)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  }

  cancel(reason: unknown): void {
    // The client may be gone already, and then there is nothing to cancel.
    this.#reader.cancel(reason).catch(() => {})
  }
}
