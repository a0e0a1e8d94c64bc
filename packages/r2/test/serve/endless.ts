/** A body without end, which tells how much of it was taken. */
export class EndlessBody {
  readonly stream: ReadableStream<Uint8Array>
  bytesTaken = 0
  isCancelled = false

  constructor(type?: 'bytes') {
    const source = {
      pull: (controller: { enqueue(chunk: Uint8Array<ArrayBuffer>): void }) => {
        this.bytesTaken += CHUNK_SIZE
        controller.enqueue(new Uint8Array(CHUNK_SIZE))
      },
      cancel: () => {
        this.isCancelled = true
      },
    }
    this.stream =
      type === 'bytes'
        ? new ReadableStream({ ...source, type })
        : new ReadableStream(source, { highWaterMark: 0 })
  }
}

const CHUNK_SIZE = 64 * 1024
