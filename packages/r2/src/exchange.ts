import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import https from 'node:https'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { StoreError } from './errors.ts'

// Not fetch: it adds fields of its own to a conditional request, Cache-Control among them, which R2
// would store; and it decodes what is stored encoded.

export interface OutgoingRequest {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array<ArrayBuffer> | Blob | undefined
  readonly signal: AbortSignal | undefined
}

/** An answer, whose content has to be read or dropped. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly stream: ReadableStream<Uint8Array>
}

/** For how long a server may say nothing before it answers, in milliseconds. */
const SILENCE = 60_000

/**
 * Sends a request.
 * @returns The answer, once its header is there
 */
export async function exchange(outgoing: OutgoingRequest): Promise<Answer> {
  const { url, method, body, signal } = outgoing
  const headers = {
    ...outgoing.headers,
    ...(body !== undefined && { 'content-length': lengthOf(body) }),
  }
  const { request } = url.protocol === 'https:' ? https : http
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request(url, { method, headers, ...(signal !== undefined && { signal }) })
    sent.once('response', resolve)
    sent.on('error', reject)
    sent.setTimeout(SILENCE, () => sent.destroy(new Error(`${SILENCE} ms of silence`)))
    if (body instanceof Blob) pipeline(Readable.from(body.stream()), sent).catch(reject)
    else sent.end(body)
  })
  // A client of ours may take its time with the content.
  message.setTimeout(0)
  return {
    status: message.statusCode!,
    headers: message.headers,
    stream: streamOf(message, signal),
  }
}

/** Readable.toWeb would do, but that workerd's throws where a message is cancelled. */
function streamOf(
  message: IncomingMessage,
  signal: AbortSignal | undefined,
): ReadableStream<Uint8Array> {
  const iterator = message[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { value, done } = (await iterator.next()) as IteratorResult<Uint8Array>
          if (done === true) controller.close()
          else controller.enqueue(value)
        } catch (error) {
          signal?.throwIfAborted()
          throw new StoreError('ERR_R2_UNAVAILABLE', "R2's answer broke off.", { cause: error })
        }
      },
      cancel() {
        message.destroy()
      },
    },
    { highWaterMark: 0 },
  )
}

/** Reads the content of an answer. */
export async function contentOf({ stream }: Answer): Promise<string> {
  return await new Response(stream).text()
}

function lengthOf(body: string | Uint8Array | Blob): number {
  if (typeof body === 'string') return Buffer.byteLength(body)
  return body instanceof Blob ? body.size : body.byteLength
}
