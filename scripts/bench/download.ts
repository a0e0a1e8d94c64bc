import net from 'node:net'
import type { LoadCase } from './cases.ts'
import type { LoadOptions, Outcome } from './load.ts'

/** What one read takes from a socket at most. */
const READ_SIZE = 256 * 1024
const OK = 'HTTP/1.1 200'
/** The end of a body that was sent in chunks. */
const LAST_CHUNK = '0\r\n\r\n'

/**
 * Downloads the same large body over and over, and counts bytes.
 *
 * It reads from the socket itself: autocannon and `node:http` would be at their limit before the
 * servers are. Chunks are not taken apart, whose framing is a thousandth of what is sent; that a
 * body is whole is seen by its length and its end.
 */
export async function download(
  server: URL,
  { path, answer }: LoadCase,
  { connections, seconds }: LoadOptions,
): Promise<Outcome> {
  const length = typeof answer === 'number' ? answer : answer.length
  const end = AbortSignal.timeout(seconds * 1000)
  const failures: string[] = []
  let bytes = 0
  const start = performance.now()

  async function keepDownloading(): Promise<void> {
    while (!end.aborted && failures.length === 0) {
      const failure = await downloadOnce(server, path, length, end, (count) => (bytes += count))
      if (failure !== undefined) failures.push(failure)
    }
  }
  await Promise.all(Array.from({ length: connections }, keepDownloading))
  return { requests: bytes / length, seconds: (performance.now() - start) / 1000, failures }
}

/** Resolves with what is wrong with the answer, undefined where nothing is. */
function downloadOnce(
  { hostname, port, host }: URL,
  path: string,
  length: number,
  signal: AbortSignal,
  count: (bytes: number) => void,
): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  const buffer = Buffer.allocUnsafe(READ_SIZE)
  let status = ''
  let tail = ''
  let received = 0
  const socket = net.connect({
    host: hostname,
    port: Number(port),
    onread: {
      buffer,
      callback(size) {
        if (signal.aborted) {
          socket.destroy()
          return false
        }
        if (received === 0) status = buffer.toString('latin1', 0, OK.length)
        const end = buffer.toString('latin1', Math.max(0, size - LAST_CHUNK.length), size)
        tail = (tail + end).slice(-LAST_CHUNK.length)
        received += size
        count(size)
        return true
      },
    },
  })
  const stop = (): unknown => socket.destroy()
  signal.addEventListener('abort', stop)
  socket.on('error', (error) => resolve(`a broken connection: ${error.message}`))
  socket.on('close', () => {
    signal.removeEventListener('abort', stop)
    if (signal.aborted) resolve(undefined)
    else if (status !== OK) resolve(`"${status}" instead of status 200`)
    else if (received >= length && tail === LAST_CHUNK) resolve(undefined)
    else resolve(`a body cut short: ${received} bytes, header and all, instead of ${length}`)
  })
  socket.write(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`)
  return promise
}
