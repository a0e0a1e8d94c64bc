import { CHUNK_SIZE } from './payload.ts'

/** Bytes that are there when a request comes. */
export const chunk: Uint8Array<ArrayBuffer> = new Uint8Array(CHUNK_SIZE).fill('x'.charCodeAt(0))

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
