/** A client that changes nothing: it tidies up no path, joins no headers, follows no redirect. */
import { once } from 'node:events'
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

/** A request, a header being sent as often as it stands there. */
export interface Parts {
  method?: string
  path?: string
  headers?: readonly (readonly [name: string, value: string])[]
  body?: string
}

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
  /** The handler that was reached; undefined where none was. */
  handler: string | undefined
  json: () => Record<string, unknown>
}

/** Sends requests to a port, over connections that are kept open. */
export class Client {
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 32 })
  readonly #port: number

  constructor(port: number) {
    this.#port = port
  }

  async send({ method = 'GET', path = '/', headers = [], body }: Parts): Promise<Answer> {
    const hasHost = headers.some(([name]) => name.toLowerCase() === 'host')
    const length = body === undefined ? [] : ['content-length', String(Buffer.byteLength(body))]
    const request = http.request({
      port: this.#port,
      path,
      method,
      headers: [...(hasHost ? [] : ['host', 'app.example']), ...length, ...headers.flat()],
      agent: this.#agent,
      timeout: 50_000,
    })
    request.on('timeout', () => request.destroy(new Error(`${method} ${path} was silent.`)))
    request.end(body)
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    const answer = await text(response)
    const { 'x-handler': handler } = response.headers
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      text: answer,
      handler: handler === undefined ? undefined : String(handler),
      json: () => JSON.parse(answer) as Record<string, unknown>,
    }
  }

  close(): void {
    this.#agent.destroy()
  }
}
