import type { IncomingMessage } from 'node:http'
import { brotliDecompressSync, createGunzip, gunzipSync, inflateSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import { onEachRuntime } from './runtimes.ts'

const text = 'All work and no play makes Jack a dull boy.\n'.repeat(200)
const accepting = (encoding: string) => ({ headers: { 'accept-encoding': encoding } })

/** Decodes a gzip stream piece by piece, as a browser does with events. */
function unzipped(response: IncomingMessage): { next: () => Promise<string> } {
  const pieces = response.pipe(createGunzip()).setEncoding('utf8')[Symbol.asyncIterator]()
  return { next: async () => String((await pieces.next()).value) }
}

onEachRuntime({ app: 'compressed' }, ({ request, open, logged }) => {
  describe('compression', () => {
    it.each([
      ['gzip', gunzipSync],
      ['br', brotliDecompressSync],
      ['deflate', inflateSync],
    ])('encodes with %s, once', async (encoding, decode) => {
      const { status, headers, body } = await request('/text', accepting(encoding))
      expect(status).toBe(200)
      expect(headers).toMatchObject({
        'content-encoding': encoding,
        'content-type': 'text/plain; charset=utf-8',
        vary: 'Accept-Encoding',
      })
      expect(headers).not.toHaveProperty('content-length')
      expect(body.length).toBeLessThan(1000)
      expect(decode(body).toString()).toBe(text)
    })

    it('prefers br, and heeds weights', async () => {
      const chosen = async (encoding: string) =>
        (await request('/text', accepting(encoding))).headers['content-encoding']
      expect(await chosen('gzip, deflate, br')).toBe('br')
      expect(await chosen('br;q=0.1, gzip;q=0.9')).toBe('gzip')
      expect(await chosen('br;q=0, gzip;q=0')).toBeUndefined()
    })

    it('encodes JSON', async () => {
      const { body } = await request('/json', accepting('gzip'))
      expect(JSON.parse(gunzipSync(body).toString())).toEqual({ lines: text.split('\n') })
    })

    it.each(['/json', '/text', '/written'])(
      'leaves %s as it is for a client that knows no encoding',
      async (path) => {
        const { headers, body } = await request(path)
        expect(headers).not.toHaveProperty('content-encoding')
        expect(headers['content-length']).toBe(String(body.length))
        expect(headers.vary).toBe('Accept-Encoding')
      },
    )

    it.each([
      ['shorter than the threshold', '/short', '5'],
      ['of a type that is compressed already', '/image', '4096'],
      ['that must not be transformed', '/no-transform', String(text.length)],
      ['that the filter leaves out', '/filtered', String(text.length)],
    ])('leaves a body %s', async (_name, path, length) => {
      const { headers } = await request(path, accepting('gzip'))
      expect(headers).not.toHaveProperty('content-encoding')
      expect(headers['content-length']).toBe(length)
    })

    it('takes a threshold and a filter', async () => {
      const short = await request('/low-threshold/short', accepting('gzip'))
      expect(short.headers['content-encoding']).toBe('gzip')
      expect(gunzipSync(short.body).toString()).toBe('short')
      const filtered = await request('/filtered?compress=yes', accepting('gzip'))
      expect(gunzipSync(filtered.body).toString()).toBe(text)
    })

    it('drops the Content-Length of a head that was written with one', async () => {
      const { headers, body } = await request('/written', accepting('gzip'))
      expect(headers).not.toHaveProperty('content-length')
      expect(gunzipSync(body).toString()).toBe(text)
    })

    it('adds to Vary, and keeps cookies apart', async () => {
      const varying = await request('/vary', accepting('gzip'))
      expect(varying.headers.vary).toBe('Cookie, Accept-Encoding')
      const { headers } = await request('/cookies', accepting('gzip'))
      expect(headers['set-cookie']).toEqual(['a=1; Path=/', 'b=2; Path=/'])
    })

    it('answers HEAD and 204 without a body', async () => {
      const head = await request('/text', { method: 'HEAD', ...accepting('gzip') })
      expect([head.status, head.body.length]).toEqual([200, 0])
      expect(head.headers).not.toHaveProperty('content-encoding')
      const empty = await request('/empty', accepting('gzip'))
      expect([empty.status, empty.body.length]).toEqual([204, 0])
    })

    it('revalidates by ETag', async () => {
      const { headers } = await request('/text', accepting('gzip'))
      expect(headers.etag).toMatch(/^W\/"/)
      const again = await request('/text', {
        headers: { 'accept-encoding': 'gzip', 'if-none-match': headers.etag as string },
      })
      expect([again.status, again.body.length]).toEqual([304, 0])
      expect(again.headers).not.toHaveProperty('content-encoding')
    })

    it('carries two megabytes through a pipeline', async () => {
      const { body } = await request('/piped', accepting('gzip'))
      const decoded = gunzipSync(body).toString()
      expect(decoded).toBe(Array.from({ length: 250 }, (_, line) => `${line}\n${text}`).join(''))
    })

    it('tells a writer to wait, and when to go on', async () => {
      const { body } = await request('/drained', accepting('gzip'))
      const [, waits] = /waits: (\d+)$/.exec(gunzipSync(body).toString()) ?? []
      expect(Number(waits)).toBeGreaterThan(0)
    })

    it('sends what was flushed before more is written', async () => {
      const response = await open('/events/1', accepting('gzip'))
      expect(response.headers['content-encoding']).toBe('gzip')
      const events = unzipped(response)
      expect(await events.next()).toBe('data: first\n\n')
      await request('/events/1', { method: 'POST' })
      expect(await events.next()).toBe('data: second\n\n')
    })

    it('notices a client that goes away from a stream', async () => {
      const response = await open('/ticks', accepting('gzip'))
      await unzipped(response).next()
      response.destroy()
      expect(await logged(/^ticks closed/)).toBe('ticks closed, finished: false')
    })
  })
})
