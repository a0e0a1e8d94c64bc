/** A client that changes nothing: it decodes no body, follows no redirect, tidies up no path. */
import { once } from 'node:events'
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'

export interface RequestOptions {
  method?: string
  headers?: Record<string, string | string[]>
  /** An object is sent as JSON. */
  body?: string | Uint8Array | object
}

/** An answer that has arrived as a whole. */
export interface Answer {
  status: number
  reason: string
  headers: IncomingHttpHeaders
  /** The bytes as they were sent, a Content-Encoding and all. */
  body: Buffer
  text: string
  json: () => unknown
}

/** Sends a request on a connection of its own, and waits for the head of the answer. */
export async function open(
  port: number,
  path: string,
  { method, headers, body }: RequestOptions = {},
): Promise<IncomingMessage> {
  const isJson = typeof body === 'object' && !(body instanceof Uint8Array)
  const bytes = isJson ? JSON.stringify(body) : body
  const request = http.request({
    port,
    path,
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...(isJson ? { 'content-type': 'application/json' } : {}), ...headers },
    agent: false,
    // A request that hangs fails with its own name, long before its test does.
    timeout: 5000,
  })
  request.on('error', () => {
    // Heard here so that one which comes after the head ends the body, and not the process.
  })
  request.on('timeout', () => {
    request.destroy(new Error(`${request.method} ${path} was silent for 5 s.`))
  })
  request.end(bytes)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return response
}

/** Sends a request, and waits for the whole answer. */
export async function send(port: number, path: string, options?: RequestOptions): Promise<Answer> {
  const response = await open(port, path, options)
  const body = await buffer(response)
  const text = body.toString('utf8')
  return {
    status: response.statusCode ?? 0,
    reason: response.statusMessage ?? '',
    headers: response.headers,
    body,
    text,
    json: () => JSON.parse(text) as unknown,
  }
}

/** Keeps the cookies that answers set, and sends them along, as a browser does. */
export class CookieJar {
  readonly #cookies = new Map<string, string>()

  /** Takes the cookies out of an answer, and returns the answer. */
  keep(answer: Answer): Answer {
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/expires=Thu, 01 Jan 1970/i.test(line)) this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
    return answer
  }

  get names(): string[] {
    return [...this.#cookies.keys()]
  }

  /** The value of a Cookie header. */
  get header(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }
}
