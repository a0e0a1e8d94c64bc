import { createHash, randomBytes } from 'node:crypto'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import type { Answer, RequestOptions } from '../../../../scripts/runtimes/index.ts'
import { refused } from './refused-bodies.ts'
import { onEachRuntime } from './runtimes.ts'

const json = { 'content-type': 'application/json' }
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const note = {
  title: ' A note ',
  email: 'Ada@Example.com',
  tags: ['a', 'b'],
  slug: 'free',
  extra: 1,
}

onEachRuntime({ app: 'bodies' }, ({ request }, express) => {
  const post = (
    path: string,
    body: string | Uint8Array,
    headers: Record<string, string> = json,
  ): Promise<Answer> => request(path, { method: 'POST', headers, body })
  const parsed = async (...post_: Parameters<typeof post>): Promise<unknown> =>
    ((await post(...post_)).json() as { body: unknown }).body
  const refusal = async (path: string, options: RequestOptions) => {
    const answer = await request(path, { method: 'POST', ...options })
    return [answer.status, (answer.json() as { type: string }).type]
  }

  /** What req.body is where no parser has taken the body: Express 5 leaves it undefined. */
  const none = express === 5 ? 'undefined' : {}

  describe('express.json', () => {
    it('parses an object, of any JSON type it is told', async () => {
      const value = { text: 'é 🎉', list: [1, null, { deep: true }] }
      expect(await parsed('/json', JSON.stringify(value))).toEqual(value)
      const type = { 'content-type': 'application/vnd.api+json; charset=utf-8' }
      expect(await parsed('/json', JSON.stringify(value), type)).toEqual(value)
    })

    it('leaves other types, and requests without a body', async () => {
      expect(await parsed('/json', '{}', { 'content-type': 'text/plain' })).toEqual(none)
      expect(await parsed('/json', '', json)).toEqual({})
      const answer = await request('/json', { method: 'POST' })
      expect(answer.json()).toEqual({ body: none })
    })

    it('takes a body in chunks of unknown length', async () => {
      const value = { text: 'x'.repeat(90_000) }
      const chunked = { ...json, 'transfer-encoding': 'chunked' }
      expect(await parsed('/json', JSON.stringify(value), chunked)).toEqual(value)
    })

    it.each([
      ['gzip', gzipSync],
      ['deflate', deflateSync],
      ['br', brotliCompressSync],
    ])('inflates %s', async (encoding, compress) => {
      const text = 'inflated '.repeat(20)
      const headers = { ...json, 'content-encoding': encoding }
      const answer = await post('/json', compress(JSON.stringify({ text })), headers)
      const isKnown = encoding !== 'br' || express === 5
      expect([answer.status, answer.json()]).toEqual(
        isKnown
          ? [200, { body: { text } }]
          : [415, { type: 'encoding.unsupported', message: 'unsupported content encoding "br"' }],
      )
    })

    it('takes UTF-16', async () => {
      const headers = { 'content-type': 'application/json; charset=utf-16le' }
      expect(await parsed('/json', Buffer.from('{"a":"é"}', 'utf16le'), headers)).toEqual({
        a: 'é',
      })
    })

    it('takes any value where it is not strict, and a reviver', async () => {
      expect(await parsed('/loose', '"text"')).toBe('text')
      expect(await parsed('/revived', '{"keep":1,"drop":2}')).toEqual({ keep: 1 })
    })

    it('takes what is signed', async () => {
      const body = '{"event":"paid"}'
      const signature = createHash('sha256').update(body).digest('hex')
      expect(await parsed('/signed', body, { ...json, 'x-signature': signature })).toEqual({
        event: 'paid',
      })
    })

    it.each(refused)('refuses %s', async (_name, path, options, status, type) => {
      const [actualStatus, actualType] = await refusal(path, options)
      expect([actualStatus, String(actualType)]).toEqual([status, type])
    })

    it('answers the next request after a body that was too large', async () => {
      await refusal('/json', { body: ['x'.repeat(1_000_000)] })
      expect(await parsed('/json', '{"a":1}')).toEqual({ a: 1 })
    })
  })

  describe('express.urlencoded', () => {
    const fields = 'a=1&a=2&user[name]=%C3%A9+x&list[]=1&list[]=2'

    it('parses nested fields, or flat ones', async () => {
      expect(await parsed('/form', fields, form)).toEqual({
        a: ['1', '2'],
        user: { name: 'é x' },
        list: ['1', '2'],
      })
      expect(await parsed('/flat-form', fields, form)).toEqual({
        a: ['1', '2'],
        'user[name]': 'é x',
        'list[]': ['1', '2'],
      })
    })

    it('refuses too many fields', async () => {
      const body = Array.from({ length: 51 }, (_, index) => `a${index}=1`).join('&')
      expect(await refusal('/form', { headers: form, body })).toEqual([413, 'parameters.too.many'])
    })
  })

  describe('express.text and express.raw', () => {
    it('decodes text by its charset', async () => {
      const latin1 = { 'content-type': 'text/plain; charset=iso-8859-1' }
      expect(await parsed('/text', 'é€', { 'content-type': 'text/plain' })).toBe('é€')
      expect(await parsed('/text', Buffer.from('é', 'latin1'), latin1)).toBe('é')
    })

    it.each([0, 1, 65_536, 65_537, 1_500_000])('gives %i bytes as a Buffer', async (length) => {
      const bytes = randomBytes(length)
      const headers = { 'content-type': 'application/octet-stream' }
      const hash = createHash('sha256').update(bytes).digest('hex')
      const answer = await post('/raw', bytes, headers)
      expect(answer.json()).toEqual({ bytes: length, hash })
    })

    it('refuses a body too large', async () => {
      const headers = { 'content-type': 'application/octet-stream' }
      expect(await refusal('/raw', { headers, body: randomBytes(2_200_000) })).toEqual([
        413,
        'entity.too.large',
      ])
    })
  })

  describe('several parsers', () => {
    it.each<[string, string, unknown]>([
      ['application/json', '{"a":1}', { a: 1 }],
      ['application/x-www-form-urlencoded', 'a[b]=1', { a: { b: '1' } }],
      ['text/plain', 'text', 'text'],
    ])('each take their own: %s', async (type, body, value) => {
      expect(await parsed('/chain', body, { 'content-type': type })).toEqual(value)
    })

    it('do not read a body twice', async () => {
      expect(await parsed('/twice', '{"a":1}')).toEqual({ a: 1 })
    })
  })

  describe('express-validator', () => {
    it('gives the data that it checked', async () => {
      const answer = await request('/notes/7?draft=true', { body: note })
      expect(answer.json()).toEqual({
        id: 7,
        draft: true,
        title: 'A note',
        email: 'ada@example.com',
        tags: ['a', 'b'],
        slug: 'free',
      })
    })

    it('names what is wrong', async () => {
      const answer = await request('/notes/0?draft=maybe', {
        body: { ...note, title: ' ', email: 'x', tags: ['a', '1'], slug: 'taken' },
      })
      expect(answer.status).toBe(422)
      expect(answer.json()).toEqual({
        id: expect.objectContaining({ location: 'params', value: '0' }),
        draft: expect.objectContaining({ location: 'query', msg: 'Invalid value' }),
        title: expect.objectContaining({ msg: 'A title has 1 to 20 characters.' }),
        email: expect.objectContaining({ location: 'body', value: 'x' }),
        'tags[1]': expect.objectContaining({ value: '1' }),
        slug: expect.objectContaining({ msg: 'Taken.' }),
      })
    })
  })
})
