import zlib from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import type { Answer } from '../../../../scripts/runtimes/index.ts'
import { onEachRuntime } from './runtimes.ts'

const text = 'All work and no play makes Jack a dull boy.\n'.repeat(200)
const large = text.repeat(100)

const decoders: Record<string, (bytes: Buffer) => Buffer> = {
  gzip: zlib.gunzipSync,
  deflate: zlib.inflateSync,
  br: zlib.brotliDecompressSync,
  zstd: zlib.zstdDecompressSync,
}
function decoded({ headers, body }: Answer): string {
  const decode = decoders[headers['content-encoding'] ?? '']
  return (decode === undefined ? body : decode(body)).toString()
}

onEachRuntime({ app: 'compress' }, ({ request, open }) => {
  const ask = (path: string, encodings = 'gzip', headers: Record<string, string> = {}) =>
    request(path, { headers: { 'accept-encoding': encodings, ...headers } })

  describe('@fastify/compress', () => {
    it.each(['gzip', 'deflate', 'br', 'zstd'])('compresses by %s', async (encoding) => {
      for (const [path, expected] of [
        ['/default/text', text],
        ['/default/large', large],
        ['/default/stream', text + large + text],
      ] as const) {
        const answer = await ask(path, encoding)
        expect(answer.headers).toMatchObject({
          'content-encoding': encoding,
          'content-type': 'text/plain',
          vary: 'accept-encoding',
        })
        expect(decoded(answer)).toBe(expected)
        expect(answer.body.length).toBeLessThan(expected.length / 10)
      }
    })

    it('gives the length of what it compresses at once', async () => {
      const answer = await ask('/default/text')
      expect(answer.headers['content-length']).toBe(String(answer.body.length))
      expect((await ask('/default/large')).headers).not.toHaveProperty('content-length')
    })

    it.each([
      ['JSON', '/json', JSON.stringify({ text })],
      ['a buffer', '/buffer', text],
      ['a web stream', '/web-stream', text],
      ['a Response', '/response', text],
      ['an error', '/fails', expect.stringContaining('All work')],
    ])('compresses %s', async (_name, path, expected) => {
      const answer = await ask(`/default${path}`)
      expect([answer.headers['content-encoding'], decoded(answer)]).toEqual(['gzip', expected])
    })

    it('chooses what the client likes best', async () => {
      const chosen = async (encodings: string) =>
        (await ask('/default/text', encodings)).headers['content-encoding']
      expect(await chosen('gzip;q=0.5, br;q=0.9')).toBe('br')
      expect(await chosen('*')).toBe('gzip')
      expect(await chosen('identity')).toBeUndefined()
      expect(await chosen('unknown')).toBeUndefined()
      expect(await chosen('')).toBeUndefined()
    })

    it.each(['/small', '/image', '/off', '/empty'])('does not compress %s', async (path) => {
      expect((await ask(`/default${path}`)).headers).not.toHaveProperty('content-encoding')
    })

    it('does not compress where something is encoded already, or the client asks so', async () => {
      const encoded = await ask('/default/encoded')
      expect([encoded.headers['content-encoding'], encoded.text]).toEqual(['own', text])
      const plain = await ask('/default/text', 'gzip', { 'x-no-compression': '1' })
      expect(plain.text).toBe(text)
    })

    it('has no body for HEAD', async () => {
      const { headers, body } = await request('/default/text', {
        method: 'HEAD',
        headers: { 'accept-encoding': 'gzip' },
      })
      expect([headers['content-length'], body.length]).toEqual([String(text.length), 0])
    })

    it('takes options of the app', async () => {
      const small = await ask('/own/small', 'gzip, deflate')
      expect([small.headers['content-encoding'], decoded(small)]).toEqual([
        'deflate',
        '{"small":true}',
      ])
      const image = await ask('/own/image', 'gzip, deflate')
      expect([image.headers['content-encoding'], decoded(image)]).toEqual(['deflate', text])
      const refused = await ask('/own/image', 'br')
      expect([refused.status, refused.text]).toEqual([406, 'no br'])
    })

    it('compresses when a handler says so', async () => {
      expect((await ask('/manual')).headers).not.toHaveProperty('content-encoding')
      const called = await ask('/manual/called')
      expect([called.headers['content-encoding'], decoded(called)]).toEqual(['gzip', text])
    })

    it('cuts off a stream that breaks off', async () => {
      const response = await open('/default/broken', { headers: { 'accept-encoding': 'gzip' } })
      await expect(response.toArray()).rejects.toThrow('aborted')
    })
  })

  describe('@fastify/compress with requests', () => {
    const post = (path: string, encoding: string, body: Uint8Array) =>
      request(`${path}/posted`, {
        headers: {
          'content-type': 'application/json',
          'content-encoding': encoding,
          'accept-encoding': 'gzip',
        },
        body,
      })
    const outcome = async (...parameters: Parameters<typeof post>) => {
      const answer = await post(...parameters)
      return [answer.status, JSON.parse(decoded(answer)) as unknown]
    }
    const json = Buffer.from(JSON.stringify({ text }))

    it.each<[string, (bytes: Buffer) => Buffer]>([
      ['gzip', zlib.gzipSync],
      ['deflate', zlib.deflateSync],
      ['br', zlib.brotliCompressSync],
      ['zstd', zlib.zstdCompressSync],
    ])('decompresses a body by %s', async (encoding, compress) => {
      expect(await outcome('/default', encoding, compress(json))).toEqual([200, { text }])
    })

    it('refuses an encoding that it does not know', async () => {
      const refused = [415, { code: 'FST_CP_ERR_INVALID_CONTENT_ENCODING' }]
      expect(await outcome('/default', 'own', json)).toMatchObject(refused)
      expect(await outcome('/own', 'br', zlib.brotliCompressSync(json))).toMatchObject(refused)
    })

    it('refuses what is not encoded so', async () => {
      expect(await outcome('/default', 'gzip', json)).toMatchObject([
        400,
        { code: 'FST_CP_ERR_INVALID_CONTENT' },
      ])
      expect(await outcome('/own', 'gzip', json)).toEqual([
        400,
        { statusCode: 400, code: 'INVALID', error: 'Bad Request', message: 'gzip: true' },
      ])
    })
  })

  describe('@fastify/etag', () => {
    it('tags what is sent, and answers a condition', async () => {
      const { headers } = await request('/tagged/json')
      expect(headers.etag).toMatch(/^W\/"[\w+/=]{24}"$/)
      const conditional = { 'if-none-match': headers.etag ?? '' }
      const same = await request('/tagged/json', { headers: conditional })
      expect([same.status, same.body.length]).toEqual([304, 0])
      const other = await request('/tagged/small', { headers: conditional })
      expect([other.status, other.headers.etag !== headers.etag]).toEqual([200, true])
    })

    it('tags errors and buffers, and no stream', async () => {
      expect((await request('/tagged/fails')).headers).toHaveProperty('etag')
      expect((await request('/tagged/buffer')).headers).toHaveProperty('etag')
      expect((await request('/tagged/stream')).headers).not.toHaveProperty('etag')
    })

    it('tags what is compressed, and tells a HEAD the same', async () => {
      const answer = await ask('/tagged/json')
      expect(answer.headers).toMatchObject({
        'content-encoding': 'gzip',
        etag: (await request('/tagged/json')).headers.etag,
      })
      const head = await request('/tagged/json', { method: 'HEAD' })
      expect(head.headers.etag).toBe(answer.headers.etag)
    })
  })
})
