import { CHUNK_SIZE } from './payload.ts'

/** Bytes that are there when a request comes. */
export const chunk: Uint8Array<ArrayBuffer> = new Uint8Array(CHUNK_SIZE).fill('x'.charCodeAt(0))

const numbered = chunk.slice()
const encoder = new TextEncoder()
let count = 0

/** As many bytes, each time others: nothing can be kept of them. */
export function otherChunk(): Uint8Array<ArrayBuffer> {
  count += 1
  encoder.encodeInto(String(count), numbered)
  return numbered
}

/** A body that is made as it is taken, for the handlers that answer with a stream of the web. */
export function downloadOf(bytes: number): ReadableStream<Uint8Array> {
  let left = bytes
  return new ReadableStream({
    pull(controller) {
      if (left <= 0) return controller.close()
      left -= CHUNK_SIZE
      controller.enqueue(chunk)
    },
  })
}
