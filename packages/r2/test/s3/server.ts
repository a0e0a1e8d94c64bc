import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { startWorker } from '../../../../scripts/workerd/index.ts'
import { type Key, whyNotAllowed } from './signature.ts'

/**
 * What goes wrong with a request: an answer of failure in place of what was asked for; or the
 * connection is cut before anything is done, when all is done but not answered, or in the answer.
 */
export type Fault =
  | 'InternalError'
  | 'SlowDown'
  | 'TooManyRequests'
  | 'cut before'
  | 'cut after'
  | 'cut in the answer'

export interface S3Server {
  readonly endpoint: string
  readonly key: Key
  /** `PUT /test-bucket/key?query` of all requests so far. */
  readonly requests: string[]
  /** Is asked before each request what is to go wrong with it. */
  faultOf: (request: IncomingMessage) => Fault | undefined
  close: () => Promise<void>
}

const STATUS = { InternalError: 500, SlowDown: 503, TooManyRequests: 429 }

/**
 * Starts a server that speaks S3 over a bucket of miniflare's, and takes only what is signed.
 * @returns The server; its bucket is called `test-bucket`
 */
export async function startS3Server(): Promise<S3Server> {
  const worker = await startWorker({
    entry: join(import.meta.dirname, 'bucket-worker.ts'),
    bindings: { r2Buckets: { BUCKET: 'bucket' } },
  })
  const agent = new http.Agent({ keepAlive: true })
  const key = { accessKeyId: 'an-access-key', secretAccessKey: 'a/secret+key' }
  const server: S3Server = {
    endpoint: '',
    key,
    requests: [],
    faultOf: () => undefined,
    async close() {
      listener.closeAllConnections()
      listener.close()
      agent.destroy()
      await worker.dispose()
    },
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    server.requests.push(`${request.method} ${request.url}`)
    const fault = server.faultOf(request)
    if (fault === 'cut before') return void request.socket.destroy()
    const refusal = whyNotAllowed(request, key)
    if (refusal !== undefined || (fault !== undefined && fault in STATUS)) {
      request.resume()
      await once(request, 'end')
      const [code, message] = refusal ?? [fault!, 'It failed.']
      response.statusCode = refusal === undefined ? STATUS[fault as keyof typeof STATUS] : 403
      response.setHeader('content-type', 'application/xml')
      response.end(`<Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`)
      return
    }
    const inner = http.request(new URL(worker.url), {
      path: request.url!,
      method: request.method!,
      headers: request.headers,
      agent,
    })
    const answered = once(inner, 'response') as Promise<[IncomingMessage]>
    answered.catch(() => {})
    await pipeline(request, inner)
    const [result] = await answered
    if (fault === 'cut after') return void request.socket.destroy()
    const { 'x-object-size': size, connection: _, ...headers } = result.headers
    if (request.method === 'HEAD' && size !== undefined) headers['content-length'] = String(size)
    response.writeHead(result.statusCode!, headers)
    if (fault === 'cut in the answer') {
      response.flushHeaders()
      for await (const chunk of result) {
        response.write((chunk as Buffer).subarray(0, 10))
        break
      }
      setTimeout(() => request.socket.destroy(), 50)
      return
    }
    await pipeline(result, response)
  }

  const listener = http.createServer((request, response) => {
    // A client that goes away is what some tests are about.
    answer(request, response).catch(() => request.socket.destroy())
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  return Object.assign(server, { endpoint: `http://127.0.0.1:${port}` })
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
