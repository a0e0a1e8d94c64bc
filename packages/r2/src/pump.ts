import type { ServerResponse } from 'node:http'

/** How much is read at once, in bytes; unless asked, Workers give 4 KiB at a time. */
const CHUNK_SIZE = 64 * 1024

/**
 * Writes a stream to a response of Node's, no faster than the client takes it.
 * @param stream What to write; cancelled when the client goes away
 * @param res The response, its head set
 * @returns When everything has been written, or the client is gone
 * @throws What the stream fails with
 */
export async function pump(stream: ReadableStream<Uint8Array>, res: ServerResponse): Promise<void> {
  const reader = openReader(stream)
  let wake: (() => void) | undefined
  res.on('drain', () => wake?.())
  res.on('close', () => {
    reader.cancel().catch(() => {})
    wake?.()
  })
  while (!res.destroyed) {
    const chunk = await reader.read()
    if (res.destroyed) break
    if (chunk === undefined) {
      res.end()
      return
    }
    if (!res.write(chunk)) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  await reader.cancel().catch(() => {})
}

interface ChunkReader {
  /** @returns Undefined at the end */
  read(): Promise<Uint8Array | undefined>
  cancel(): Promise<void>
}

function openReader(stream: ReadableStream<Uint8Array>): ChunkReader {
  try {
    return byteReader(stream.getReader({ mode: 'byob' }))
  } catch {
    // On Node not every stream is one of bytes.
    return anyReader(stream.getReader())
  }
}

function byteReader(reader: ReadableStreamBYOBReader): ChunkReader {
  return {
    async read() {
      const { done, value } = await reader.read(new Uint8Array(CHUNK_SIZE))
      return done ? undefined : value
    },
    cancel: () => reader.cancel(),
  }
}

function anyReader(reader: ReadableStreamDefaultReader<Uint8Array>): ChunkReader {
  return {
    async read() {
      const { done, value } = await reader.read()
      return done ? undefined : value
    },
    cancel: () => reader.cancel(),
  }
}
