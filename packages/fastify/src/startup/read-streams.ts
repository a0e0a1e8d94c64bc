import fs from 'node:fs'

/**
 * Lets `fs.createReadStream` take `highWaterMark: null` for the default, as Node's does; the
 * runtime's refuses it. @fastify/static sends files so.
 */
export function installReadStreams(): void {
  const { createReadStream } = fs
  fs.createReadStream = (path, options) => {
    if (typeof options !== 'object' || options?.highWaterMark !== null) {
      return createReadStream(path, options)
    }
    const { highWaterMark: _default, ...rest } = options
    return createReadStream(path, rest)
  }
}
