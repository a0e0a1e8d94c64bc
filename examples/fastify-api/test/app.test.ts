import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { png, type Server, startNode, startWrangler } from '../../../scripts/examples/index.ts'
import { type Book, Client } from './client.ts'

const example = join(import.meta.dirname, '..')
const picture = png(60, 90)

describe.each([
  ['on Node', () => startNode(example)],
  ['on Workers', () => startWrangler(example)],
])('the bookshelf %s', (_name, start) => {
  let server: Server
  let anyone: Client
  let ada: Client
  let grace: Client

  beforeAll(async () => {
    server = await start()
    anyone = new Client(server.origin)
    ada = await anyone.signIn('ada', 'lovelace')
    grace = await anyone.signIn('grace', 'hopper')
  }, 60_000)
  afterAll(() => server?.stop())

  /** Status and body of an answer. */
  async function answer(arriving: Promise<Response>): Promise<[number, unknown]> {
    const response = await arriving
    return [response.status, await response.json()]
  }

  describe('signing in', () => {
    test.each([
      ['ada', 'hopper'],
      ['nobody', 'lovelace'],
    ])('is refused to %s with %j', async (name, password) => {
      expect(await answer(anyone.send('POST', '/tokens', { name, password }))).toEqual([
        401,
        {
          statusCode: 401,
          error: 'Unauthorized',
          message: 'The name or the password is wrong.',
        },
      ])
    })

    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const signed = (algorithm: string, claims: object, secret: string) => {
      const text = `${part({ alg: algorithm, typ: 'JWT' })}.${part(claims)}`
      return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
    }
    test.each([
      ['none', undefined, 'FST_JWT_NO_AUTHORIZATION_IN_HEADER'],
      [
        'one signed with another secret',
        signed('HS256', { sub: 'ada' }, 'another'),
        'FST_JWT_AUTHORIZATION_TOKEN_INVALID',
      ],
      [
        'one that has expired',
        signed('HS256', { sub: 'ada', exp: 1 }, 'for development only'),
        'FST_JWT_AUTHORIZATION_TOKEN_EXPIRED',
      ],
      [
        'one without a signature',
        `${part({ alg: 'none' })}.${part({ sub: 'ada' })}.`,
        'FAST_JWT_MISSING_SIGNATURE',
      ],
    ])('is asked for with this token: %s', async (_what, token, code) => {
      const client = new Client(server.origin, token)
      const [status, body] = await answer(client.send('POST', '/books', {}))
      expect([status, body]).toMatchObject([401, { code }])
    })
  })

  describe('books', () => {
    test('are added, read, changed and removed', async () => {
      const fields = { title: 'Sketch of the Engine', author: 'Ada Lovelace', year: 1843 }
      const created = await ada.send('POST', '/books', fields)
      expect(created.status).toBe(201)
      const book = (await created.json()) as Book
      expect(book).toEqual({
        id: book.id,
        ...fields,
        cover: null,
        addedBy: 'ada',
        reviews: 0,
        rating: null,
      })
      const path = created.headers.get('location') ?? ''
      expect(path).toBe(`/books/${book.id}`)
      expect(await answer(anyone.fetch(path))).toEqual([200, book])

      const changed = { ...book, title: 'Notes' }
      expect(await answer(ada.send('PUT', path, { ...fields, title: 'Notes' }))).toEqual([
        200,
        changed,
      ])
      expect(await answer(anyone.fetch(path))).toEqual([200, changed])

      const removed = await ada.fetch(path, { method: 'DELETE' })
      expect([removed.status, await removed.text()]).toEqual([204, ''])
      expect(await answer(anyone.fetch(path))).toMatchObject([
        404,
        { message: 'There is no such book.' },
      ])
    })

    test('keep what a request may not say', async () => {
      const fields = { title: 'Mine', author: 'Ada Lovelace', year: 1843 }
      const more = { ...fields, id: 999, addedBy: 'grace', cover: 'somebody/else', rating: 5 }
      const book = (await (await ada.send('POST', '/books', more)).json()) as Book
      expect(book).toMatchObject({ ...fields, addedBy: 'ada', cover: null, rating: null })
      expect(book.id).not.toBe(999)
      await ada.send('PUT', `/books/${book.id}`, more)
      expect(await answer(anyone.fetch(`/books/${book.id}`))).toEqual([200, book])
      await ada.fetch(`/books/${book.id}`, { method: 'DELETE' })
    })

    test('are listed, searched and paged through', async () => {
      const found = async (query: string) => {
        const [, body] = await answer(anyone.fetch(`/books?${query}`))
        return (body as { books: Book[] }).books.map(({ title }) => title)
      }
      expect(await found('')).toEqual(['A Room of One’s Own', 'The Mythical Man-Month'])
      expect(await found('search=WOOLF')).toEqual(['A Room of One’s Own'])
      expect(await found('search=mythical%20')).toEqual(['The Mythical Man-Month'])
      expect(await found('search=%25')).toEqual([])
      expect(await found('limit=1&offset=1')).toEqual(['The Mythical Man-Month'])
    })

    test.each([
      ['POST', '/books', {}, "body must have required property 'title'"],
      [
        'POST',
        '/books',
        { title: ' ', author: 'a', year: 1 },
        'body/title must match pattern "\\S"',
      ],
      ['POST', '/books', { title: 'a', author: 'a', year: 'soon' }, 'body/year must be integer'],
      ['PUT', '/books/one', {}, 'params/id must be integer'],
      ['PUT', '/books/1/reviews/mine', { rating: 6, text: '' }, 'body/rating must be <= 5'],
    ])('%s %s of %j is refused', async (method, path, body, message) => {
      expect(await answer(ada.send(method, path, body))).toEqual([
        400,
        { statusCode: 400, code: 'FST_ERR_VALIDATION', error: 'Bad Request', message },
      ])
    })

    test('are refused where they are no JSON, or too long', async () => {
      const headers = { 'content-type': 'application/json' }
      const post = { method: 'POST', headers }
      expect((await ada.fetch('/books', { ...post, body: '{"title"' })).status).toBe(400)
      const long = JSON.stringify({ title: 'a'.repeat(1024 * 1024) })
      expect((await ada.fetch('/books', { ...post, body: long })).status).toBe(413)
      const text = { method: 'POST', headers: { 'content-type': 'text/html' }, body: 'a' }
      expect((await ada.fetch('/books', text)).status).toBe(415)
      expect((await anyone.fetch('/books?limit=1000')).status).toBe(400)
      expect((await anyone.fetch('/nowhere')).status).toBe(404)
    })

    test('are changed only by who added them', async () => {
      const fields = { title: 'Mine', author: 'a', year: 2000 }
      expect(await answer(ada.send('PUT', '/books/1', fields))).toMatchObject([
        403,
        { message: 'Somebody else added this book.' },
      ])
      expect((await ada.fetch('/books/1', { method: 'DELETE' })).status).toBe(403)
      expect((await ada.cover(1, picture)).status).toBe(403)
      expect((await anyone.send('PUT', '/books/1', fields)).status).toBe(401)
      expect((await ada.send('PUT', '/books/9999', fields)).status).toBe(404)
    })
  })

  describe('reviews', () => {
    test('are written once by each reader, and count', async () => {
      const path = '/books/2/reviews'
      expect(await answer(anyone.fetch(path))).toEqual([200, { reviews: [] }])
      const write = (client: Client, rating: number, text: string) =>
        client.send('PUT', `${path}/mine`, { rating, text })
      await write(ada, 1, 'Too short')
      await write(grace, 4, 'Clear')
      expect(await answer(write(ada, 5, 'On second thought'))).toMatchObject([
        200,
        { reviewer: 'ada', rating: 5, text: 'On second thought' },
      ])
      const [, body] = await answer(anyone.fetch(path))
      expect(body).toMatchObject({
        reviews: [
          { reviewer: 'ada', rating: 5 },
          { reviewer: 'grace', rating: 4 },
        ],
      })
      expect(await answer(anyone.fetch('/books/2'))).toMatchObject([
        200,
        { reviews: 2, rating: 4.5 },
      ])
    })

    test('are of books that there are, by somebody', async () => {
      expect((await anyone.fetch('/books/9999/reviews')).status).toBe(404)
      const review = { rating: 3, text: '' }
      expect((await ada.send('PUT', '/books/9999/reviews/mine', review)).status).toBe(404)
      expect((await anyone.send('PUT', '/books/1/reviews/mine', review)).status).toBe(401)
    })
  })

  describe('covers', () => {
    test('are stored, served with ranges and conditions, replaced and removed', async () => {
      const { id } = await ada.add('With a cover')
      const [status, book] = await answer(ada.cover(id, picture))
      expect([status, book]).toMatchObject([
        200,
        { cover: expect.stringMatching(/^\/covers\/.*\.png$/) },
      ])
      const { cover } = book as { cover: string }

      const whole = await anyone.fetch(cover)
      expect([whole.status, whole.headers.get('content-type')]).toEqual([200, 'image/png'])
      expect(whole.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      expect(whole.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
      expect(whole.headers.get('access-control-allow-origin')).toBe('*')
      expect(new Uint8Array(await whole.arrayBuffer())).toEqual(picture)

      const part = await anyone.fetch(cover, { headers: { range: 'bytes=8-15' } })
      expect([part.status, part.headers.get('content-range')]).toEqual([
        206,
        `bytes 8-15/${picture.length}`,
      ])
      expect(new Uint8Array(await part.arrayBuffer())).toEqual(picture.slice(8, 16))
      const beyond = await anyone.fetch(cover, { headers: { range: 'bytes=999999-' } })
      expect(beyond.status).toBe(416)
      const current = await anyone.fetch(cover, {
        headers: {
          'if-none-match': whole.headers.get('etag') ?? '',
          'cache-control': 'max-age=0',
        },
      })
      expect(current.status).toBe(304)
      const head = await anyone.fetch(cover, { method: 'HEAD' })
      expect([head.status, head.headers.get('content-length')]).toEqual([
        200,
        String(picture.length),
      ])

      const [, replaced] = await answer(ada.cover(id, png(10, 10)))
      expect((await anyone.fetch(cover)).status).toBe(404)
      await ada.fetch(`/books/${id}`, { method: 'DELETE' })
      expect((await anyone.fetch((replaced as { cover: string }).cover)).status).toBe(404)
    })

    test('are refused where they are no picture, too large, or no file at all', async () => {
      const { id } = await ada.add('Without a cover')
      const path = `/books/${id}`
      expect((await ada.cover(id, picture, 'page.html')).status).toBe(415)
      const large = new Uint8Array(5 * 1024 * 1024 + 1)
      expect(await answer(ada.cover(id, large))).toMatchObject([
        413,
        { error: 'Payload Too Large' },
      ])
      const empty = new FormData()
      empty.append('title', 'no file')
      expect((await ada.fetch(`${path}/cover`, { method: 'PUT', body: empty })).status).toBe(400)
      expect((await ada.send('PUT', `${path}/cover`, { file: '' })).status).toBe(406)
      expect(await answer(anyone.fetch(path))).toMatchObject([200, { cover: null }])
      await ada.fetch(path, { method: 'DELETE' })
    })
  })

  test('other sites may use it', async () => {
    const preflight = await anyone.fetch('/books', {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example.com',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization')
  })

  test('describes itself', async () => {
    const [, description] = await answer(anyone.fetch('/documentation/json'))
    const { paths } = description as { paths: Record<string, object> }
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    )
    expect(routes.filter((route) => !route.includes('/admin/')).toSorted()).toEqual([
      'delete /books/{id}',
      'get /books',
      'get /books/{id}',
      'get /books/{id}/reviews',
      'get /covers/{key}',
      'post /books',
      'post /tokens',
      'put /books/{id}',
      'put /books/{id}/cover',
      'put /books/{id}/reviews/mine',
    ])
    expect((await anyone.fetch('/')).headers.get('location')).toBe('/documentation')
  })

  test('lets nobody guess passwords', async () => {
    const guess = () => anyone.send('POST', '/tokens', { name: 'ada', password: 'guess' })
    const statuses = new Set<number>()
    for (let attempt = 0; attempt < 11; attempt++) statuses.add((await guess()).status)
    expect([...statuses]).toEqual([401, 429])
    expect((await guess()).headers.get('retry-after')).toMatch(/^\d+$/)
  })

  test('logs requests, and nothing that went wrong', async () => {
    expect(server.log()).toMatch(/incoming request/)
    expect(server.log()).not.toMatch(/level"?: ?(?:50|60)|Uncaught/)
  })
})

test('in production the bookshelf does not start without a secret', async () => {
  const start = startNode(example, { NODE_ENV: 'production' })
  await expect(start).rejects.toThrow('JWT_SECRET is not set.')
})
