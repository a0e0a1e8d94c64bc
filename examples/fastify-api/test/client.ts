/** What a book looks like to a client. */
export interface Book {
  id: number
  title: string
  cover: string | null
}

/** A program that uses the API, with a token or without. */
export class Client {
  readonly #origin: string
  readonly #headers: Record<string, string>

  constructor(origin: string, token?: string) {
    this.#origin = origin
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  }

  fetch(path: string, { headers, ...init }: RequestInit = {}): Promise<Response> {
    return fetch(this.#origin + path, {
      redirect: 'manual',
      ...init,
      headers: { ...this.#headers, ...(headers as Record<string, string>) },
    })
  }

  send(method: string, path: string, value: unknown): Promise<Response> {
    const headers = { 'content-type': 'application/json' }
    return this.fetch(path, { method, headers, body: JSON.stringify(value) })
  }

  async signIn(name: string, password: string): Promise<Client> {
    const response = await this.send('POST', '/tokens', { name, password })
    if (response.status !== 201) throw new Error(`Signing in was answered with ${response.status}.`)
    return new Client(this.#origin, ((await response.json()) as { token: string }).token)
  }

  async add(title: string): Promise<Book> {
    const response = await this.send('POST', '/books', { title, author: 'Ada', year: 1843 })
    return (await response.json()) as Book
  }

  cover(id: number, bytes: Uint8Array<ArrayBuffer>, name = 'cover.png'): Promise<Response> {
    const body = new FormData()
    body.append('file', new Blob([bytes], { type: 'image/png' }), name)
    return this.fetch(`/books/${id}/cover`, { method: 'PUT', body })
  }
}
