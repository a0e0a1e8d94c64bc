import { createHash } from 'node:crypto'

export const MEBIBYTE = 1024 ** 2
/** The least that a part may have, and what stores buffer. */
export const PART = 5 * MEBIBYTE

/** Bytes of which no two stretches are alike, so that what is mixed up shows. */
export function pattern(offset: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  for (let index = 0; index < length; index += 1) {
    const at = offset + index
    bytes[index] = at ^ (at >>> 8) ^ (at >>> 16)
  }
  return bytes
}

export function md5Of(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex')
}

export interface StreamOptions {
  /** After how many bytes to fail; never by default. */
  failAt?: number
  /** After how many bytes to wait until it is told to go on. */
  pauseAt?: number
}

export interface TestStream {
  readonly stream: ReadableStream<Uint8Array>
  /** What it was cancelled with, once it was. */
  readonly cancelled: Promise<unknown>
  /** Resolves when the stream waits. */
  readonly paused: Promise<void>
  goOn: () => void
}

export const SOURCE_FAILURE = 'the source broke'

/** A stream of so many bytes of the pattern, whose length nobody is told. */
export function streamOf(length: number, { failAt, pauseAt }: StreamOptions = {}): TestStream {
  const cancelled = Promise.withResolvers<unknown>()
  const paused = Promise.withResolvers<void>()
  const goesOn = Promise.withResolvers<void>()
  let offset = 0
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (failAt !== undefined && offset >= failAt) throw new Error(SOURCE_FAILURE)
      if (pauseAt !== undefined && offset >= pauseAt) {
        paused.resolve()
        await goesOn.promise
      }
      if (offset >= length) return controller.close()
      const size = Math.min(length - offset, 64 * 1024)
      controller.enqueue(pattern(offset, size))
      offset += size
    },
    cancel(reason) {
      goesOn.resolve()
      cancelled.resolve(reason)
    },
  })
  return { stream, cancelled: cancelled.promise, paused: paused.promise, goOn: goesOn.resolve }
}

/** Whether two arrays hold the same; no copy, no message of megabytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && md5Of(a) === md5Of(b)
}
