/** A client that keeps cookies and follows no redirects, as a browser tab without a screen. */
export class Visitor {
  readonly #origin: string
  readonly #cookies = new Map<string, string>()

  constructor(origin: string) {
    this.#origin = origin
  }

  get cookie(): string {
    return [...this.#cookies].map((pair) => pair.join('=')).join('; ')
  }

  async fetch(path: string, { headers, ...init }: RequestInit = {}): Promise<Response> {
    const response = await fetch(this.#origin + path, {
      redirect: 'manual',
      ...init,
      headers: { accept: 'text/html', cookie: this.cookie, ...(headers as Record<string, string>) },
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      this.#cookies.set(name, value)
    }
    return response
  }

  /** Sends a form as a page of the app itself does. */
  submit(path: string, form: FormData | Record<string, string>): Promise<Response> {
    const body = form instanceof FormData ? form : new URLSearchParams(form)
    return this.fetch(path, { method: 'POST', body, headers: { 'sec-fetch-site': 'same-origin' } })
  }

  json(method: string, path: string, value?: unknown): Promise<Response> {
    const headers = { accept: 'application/json', 'content-type': 'application/json' }
    return this.fetch(path, {
      method,
      headers,
      ...(value !== undefined && { body: JSON.stringify(value) }),
    })
  }

  /** Asks whether what it has is still current, as a browser does. */
  revalidate(path: string, etag: string | null): Promise<Response> {
    // Without a Cache-Control of its own, `fetch` adds no-cache, which no 304 may answer.
    return this.fetch(path, {
      headers: { 'if-none-match': etag ?? '', 'cache-control': 'max-age=0' },
    })
  }

  async signIn(name: string, password: string): Promise<this> {
    const response = await this.submit('/sign-in', { name, password })
    if (response.status !== 303)
      throw new Error(`Signing in as ${name} was answered with ${response.status}.`)
    return this
  }

  /** Opens the stream of server-sent events; `next` resolves to the next event. */
  async events(): Promise<EventReader> {
    const abort = new AbortController()
    const response = await this.fetch('/events', {
      headers: { accept: 'text/event-stream' },
      signal: abort.signal,
    })
    return new EventReader(response, abort)
  }
}

export class EventReader {
  readonly response: Response
  readonly #abort: AbortController
  readonly #chunks: ReadableStreamDefaultReader<string>
  #text = ''

  constructor(response: Response, abort: AbortController) {
    if (!response.body) throw new Error('The stream of events has no body.')
    this.response = response
    this.#abort = abort
    this.#chunks = response.body.pipeThrough(new TextDecoderStream()).getReader()
  }

  async next(): Promise<{ event: string; data: unknown }> {
    for (;;) {
      const block = /^event: (.*)\ndata: (.*)\n\n/m.exec(this.#text)
      if (block) {
        this.#text = this.#text.slice(block.index + block[0].length)
        return { event: block[1] ?? '', data: JSON.parse(block[2] ?? '') }
      }
      const { done, value } = await this.#chunks.read()
      if (done) throw new Error(`The stream of events ended: ${JSON.stringify(this.#text)}`)
      this.#text += value
    }
  }

  close(): void {
    this.#abort.abort()
  }
}
