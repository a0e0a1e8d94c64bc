import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import { big, files, numbers, page, script } from './files.ts'
import { onEachRuntime } from './runtimes.ts'

onEachRuntime({ app: 'static', files }, ({ request }) => {
  const brief = async (path: string, headers: Record<string, string> = {}) => {
    const { status, text } = await request(path, { headers })
    return [status, text]
  }

  describe('@fastify/static', () => {
    it('serves a file', async () => {
      const { status, headers, text } = await request('/static/page.html')
      expect([status, text]).toEqual([200, page])
      expect(headers).toMatchObject({
        'accept-ranges': 'bytes',
        'cache-control': 'public, max-age=0',
        'content-length': String(Buffer.byteLength(page)),
        'content-type': 'text/html; charset=utf-8',
        etag: expect.stringMatching(/^W\/"/),
        'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT',
      })
    })

    it('serves a large file, and an empty one', async () => {
      expect((await request('/static/big.bin')).body.equals(big)).toBe(true)
      const { headers, text } = await request('/static/empty.txt')
      expect([headers['content-length'], text]).toEqual(['0', ''])
    })

    it('answers HEAD as GET, without a body', async () => {
      const head = await request('/static/numbers.txt', { method: 'HEAD' })
      const get = await request('/static/numbers.txt')
      expect([head.status, head.text]).toEqual([200, ''])
      for (const name of ['content-length', 'content-type', 'etag', 'last-modified']) {
        expect(head.headers[name]).toBe(get.headers[name])
      }
    })

    it.each([
      ['app.js', 'application/javascript; charset=utf-8'],
      ['module.mjs', 'application/javascript; charset=utf-8'],
      ['data.json', 'application/json; charset=utf-8'],
      ['drawing.svg', 'image/svg+xml'],
      ['font.woff2', 'font/woff2'],
      ['unknown.zzz', 'application/octet-stream'],
      ['with%20space%20%C3%A9.txt', 'text/plain; charset=utf-8'],
      ['.hidden', 'application/octet-stream'],
    ])('knows the type of %s', async (name, type) => {
      const { status, headers } = await request(`/static/${name}`)
      expect([status, headers['content-type']]).toEqual([200, type])
    })

    it.each([
      ['bytes=0-9', 206, 'bytes 0-9/100', '0123456789'],
      ['bytes=-5', 206, 'bytes 95-99/100', '56789'],
      ['bytes=95-', 206, 'bytes 95-99/100', '56789'],
      ['bytes=50-1000', 206, 'bytes 50-99/100', numbers.slice(50)],
      ['bytes=0-1,5-6', 200, undefined, numbers],
      ['lines=0-1', 200, undefined, numbers],
    ])('answers the range %s', async (range, status, contentRange, text) => {
      const answer = await request('/static/numbers.txt', { headers: { range } })
      expect([answer.status, answer.headers['content-range']]).toEqual([status, contentRange])
      expect(answer.text).toBe(text)
    })

    it('refuses a range that is not there', async () => {
      const { status, headers } = await request('/static/numbers.txt', {
        headers: { range: 'bytes=100-' },
      })
      expect([status, headers['content-range']]).toEqual([416, 'bytes */100'])
    })

    it('answers conditional requests', async () => {
      const { headers } = await request('/static/numbers.txt')
      const { etag = '', 'last-modified': modified = '' } = headers
      const ask = async (conditions: Record<string, string>) =>
        (await request('/static/numbers.txt', { headers: conditions })).status
      expect(await ask({ 'if-none-match': etag })).toBe(304)
      expect(await ask({ 'if-none-match': '"other"' })).toBe(200)
      expect(await ask({ 'if-modified-since': modified })).toBe(304)
      expect(await ask({ 'if-match': '"other"' })).toBe(412)
      expect(await ask({ 'if-unmodified-since': modified })).toBe(200)
      expect(await ask({ range: 'bytes=0-1', 'if-range': etag })).toBe(206)
      expect(await ask({ range: 'bytes=0-1', 'if-range': '"other"' })).toBe(200)
    })

    it('serves the index of a folder', async () => {
      expect(await brief('/static/')).toEqual([200, '<h1>Index</h1>'])
      expect(await brief('/static/sub/')).toEqual([200, '<h1>Sub</h1>'])
      expect(await brief('/static/sub')).toEqual([200, '<h1>Sub</h1>'])
    })

    it('leaves to the app what it has not', async () => {
      const nothing = [404, 'nothing here']
      expect(await brief('/static/missing.txt')).toEqual(nothing)
      expect(await brief('/static/page.html/')).toEqual(nothing)
      expect(await brief('/static/sub/deeper/')).toEqual(nothing)
      expect((await request('/static/page.html', { method: 'POST' })).status).toBe(404)
    })

    it.each([
      '/static/../secret.txt',
      '/static/%2e%2e/secret.txt',
      '/static/%2e%2e%2fsecret.txt',
      '/static/..%5csecret.txt',
      '/static/sub/../../secret.txt',
      '/static//page.html',
      '/static/./page.html',
      '/static/page.html%00',
      '/static/%zz',
      '/static/PAGE.html',
    ])('does not serve %s', async (path) => {
      const { status, text } = await request(path)
      expect(status).toBeGreaterThanOrEqual(400)
      expect(text).not.toContain('secret')
    })

    it('makes a route of each file', async () => {
      expect(await brief('/routes/page.html')).toEqual([200, page])
      expect(await brief('/routes/sub/deeper/note.txt')).toEqual([200, 'Note'])
      expect(await brief('/routes/')).toEqual([200, '<h1>Index</h1>'])
      expect(await brief('/routes/missing.txt')).toEqual([404, 'nothing here'])
      expect((await request('/routes/numbers.txt')).headers).toHaveProperty('x-text', 'yes')
      const { status, headers } = await request('/routes/sub')
      expect([status, headers.location]).toEqual([301, '/routes/sub/'])
      expect((await request('/routes/page.html', { method: 'HEAD' })).text).toBe('')
    })

    it('looks into several folders, with options', async () => {
      expect(await brief('/both/page.html')).toEqual([200, page])
      expect(await brief('/both/page')).toEqual([200, page])
      expect(await brief('/both/only-here.txt')).toEqual([200, 'Second'])
      expect(await brief('/both/.hidden')).toEqual([404, 'nothing here'])
      const { headers } = await request('/both/numbers.txt', { headers: { range: 'bytes=0-1' } })
      for (const name of ['etag', 'cache-control', 'accept-ranges', 'content-range']) {
        expect(headers).not.toHaveProperty(name)
      }
    })

    it('serves what has been compressed before', async () => {
      const ask = (encodings: string) =>
        request('/compressed/app.js', { headers: { 'accept-encoding': encodings } })
      const brotli = await ask('gzip, br')
      expect(brotli.headers).toMatchObject({
        'content-encoding': 'br',
        'content-type': 'application/javascript; charset=utf-8',
        vary: 'accept-encoding',
      })
      expect(brotliDecompressSync(brotli.body).toString()).toBe(script)
      const gzip = await ask('gzip')
      expect(gunzipSync(gzip.body).toString()).toBe(script)
      expect((await ask('identity')).text).toBe(script)
    })

    it('lists a folder', async () => {
      const { json } = await request('/list/')
      expect(json()).toEqual({
        dirs: ['sub'],
        files: expect.arrayContaining(['page.html', 'with space é.txt']),
      })
      expect((await request('/list/sub')).json()).toEqual({
        dirs: ['deeper'],
        files: ['index.html'],
      })
    })

    it('asks the app which paths are allowed', async () => {
      expect(await brief('/allowed/page.html')).toEqual([200, page])
      expect(await brief('/allowed/numbers.txt')).toEqual([404, 'nothing here'])
    })
  })

  describe('reply.sendFile', () => {
    it('sends a file, with options and from elsewhere', async () => {
      expect(await brief('/sent')).toEqual([200, numbers])
      const { headers } = await request('/sent/with-options')
      expect(headers['cache-control']).toBe('public, max-age=86400, immutable')
      expect(headers).not.toHaveProperty('last-modified')
      expect(await brief('/sent/elsewhere')).toEqual([200, 'Second'])
    })

    it('keeps a status, and tells what is missing', async () => {
      expect(await brief('/sent/status')).toEqual([404, page])
      expect(await brief('/sent/missing')).toEqual([404, 'nothing here'])
    })

    it('sends a download', async () => {
      const { headers, text } = await request('/downloaded')
      expect(text).toBe(numbers)
      expect(headers['content-disposition']).toBe(
        `attachment; filename="Z?hlen \\"1\\".txt"; filename*=UTF-8''Z%C3%A4hlen%20%221%22.txt`,
      )
    })
  })
})
