import { describe, expect, it } from '@jest/globals'
import { big, files, numbers, page } from './files.ts'
import { onEachRuntime } from './runtimes.ts'

onEachRuntime({ app: 'files', files }, ({ request, logged, runtime }, express) => {
  describe('conditional requests', () => {
    const conditional = async (headers: Record<string, string>) => {
      const answer = await request('/static/numbers.txt', { headers })
      return [answer.status, answer.body.length]
    }

    it('answers 304 to who has the file', async () => {
      const { headers } = await request('/static/numbers.txt')
      const etag = headers.etag ?? ''
      const modified = headers['last-modified'] ?? ''
      expect(await conditional({ 'if-none-match': etag })).toEqual([304, 0])
      expect(await conditional({ 'if-none-match': `"other", ${etag}` })).toEqual([304, 0])
      expect(await conditional({ 'if-none-match': '"other"' })).toEqual([200, 100])
      expect(await conditional({ 'if-modified-since': modified })).toEqual([304, 0])
      const earlier = new Date(Date.parse(modified) - 1000).toUTCString()
      expect(await conditional({ 'if-modified-since': earlier })).toEqual([200, 100])
      const fresh = { 'if-none-match': etag, 'cache-control': 'no-cache' }
      expect(await conditional(fresh)).toEqual([200, 100])
    })

    it('keeps ETag and Cache-Control on a 304, and drops what describes a body', async () => {
      const { headers } = await request('/static/numbers.txt')
      const answer = await request('/static/numbers.txt', {
        headers: { 'if-none-match': headers.etag ?? '' },
      })
      expect(answer.headers).toMatchObject({
        etag: headers.etag,
        'cache-control': 'public, max-age=0',
      })
      expect(answer.headers).not.toHaveProperty('content-type')
      expect(answer.headers).not.toHaveProperty('content-length')
    })

    it('answers 412 where a precondition fails', async () => {
      const past = new Date(-1000).toUTCString()
      expect(await conditional({ 'if-match': '"other"' })).toContain(412)
      expect(await conditional({ 'if-unmodified-since': past })).toContain(412)
    })
  })

  describe('Range', () => {
    it.each([
      ['bytes=0-4', '01234', 'bytes 0-4/100'],
      ['bytes=95-', '56789', 'bytes 95-99/100'],
      ['bytes=-3', '789', 'bytes 97-99/100'],
      ['bytes=90-1000', '0123456789', 'bytes 90-99/100'],
      ['bytes=0-0', '0', 'bytes 0-0/100'],
    ])('answers %s with a part', async (range, text, contentRange) => {
      const answer = await request('/static/numbers.txt', { headers: { range } })
      expect([answer.status, answer.reason, answer.text]).toEqual([206, 'Partial Content', text])
      expect(answer.headers).toMatchObject({
        'content-range': contentRange,
        'content-length': String(text.length),
      })
    })

    it.each(['bytes=100-', 'bytes=500-600', 'bytes=-0'])('answers %s with 416', async (range) => {
      const { status, headers } = await request('/static/numbers.txt', { headers: { range } })
      expect([status, headers['content-range']]).toEqual([416, 'bytes */100'])
    })

    it.each(['bytes=0-1,5-6', 'items=0-1'])('answers %s with the whole', async (range) => {
      const { status, text } = await request('/static/numbers.txt', { headers: { range } })
      expect([status, text]).toEqual([200, numbers])
    })

    it('takes what is no range for one that cannot be satisfied, Express 5 for none', async () => {
      const status = async (range: string) =>
        (await request('/static/numbers.txt', { headers: { range } })).status
      expect(await status('bytes=5-1')).toBe(416)
      expect(await status('bytes=x')).toBe(express === 5 ? 200 : 416)
    })

    it('answers HEAD with the headers of the part', async () => {
      const { status, headers, body } = await request('/static/numbers.txt', {
        method: 'HEAD',
        headers: { range: 'bytes=0-4' },
      })
      expect([status, headers['content-length'], body.length]).toEqual([206, '5', 0])
    })

    it('heeds If-Range', async () => {
      const { headers } = await request('/static/numbers.txt')
      const status = async (ifRange: string) =>
        (
          await request('/static/numbers.txt', {
            headers: { range: 'bytes=0-4', 'if-range': ifRange },
          })
        ).status
      expect(await status(headers['last-modified'] ?? '')).toBe(206)
      expect(await status(new Date(-1000).toUTCString())).toBe(200)
      expect(await status('"other"')).toBe(200)
    })

    it('parses the header for the app', async () => {
      const { text } = await request('/range', { headers: { range: 'bytes=0-4,5-9,-1' } })
      expect(JSON.parse(text)).toEqual({
        ranges: [
          { start: 0, end: 4 },
          { start: 5, end: 9 },
          { start: 99, end: 99 },
        ],
        combined: [
          { start: 0, end: 9 },
          { start: 99, end: 99 },
        ],
      })
    })
  })

  describe('res.sendFile', () => {
    it('sends a file by its absolute path', async () => {
      const { status, text, headers } = await request('/send')
      expect([status, text]).toEqual([200, page])
      expect(headers['content-type']?.toLowerCase()).toBe('text/html; charset=utf-8')
    })

    it('sends a file below a root, and calls back', async () => {
      const { headers } = await request('/send-in/sub/home.txt')
      expect(headers).toMatchObject({ 'cache-control': 'public, max-age=60', 'x-sent': 'yes' })
      expect(await logged(/^sent sub\/home/)).toBe('sent sub/home.txt well')
    })

    it.each([
      ['missing.txt', 404],
      ['..%2fsecret.txt', 403],
      ['.hidden', 404],
    ])('hands the error of %s to the callback', async (path, status) => {
      expect((await request(`/send-in/${path}`)).status).toBe(status)
      expect(await logged(new RegExp(`^sent ${decodeURIComponent(path)} `))).not.toMatch(/well$/)
    })

    it('throws for a relative path without a root', async () => {
      expect((await request('/send-relative')).status).toBe(500)
    })

    it.each(['/static/big.bin', '/send-in/big.bin', '/piped'])(
      'sends a large file: %s',
      async (path) => {
        const { headers, body } = await request(path)
        expect(headers['content-length']).toBe(String(big.length))
        expect(body.equals(big)).toBe(true)
      },
    )

    it('sends a part of a large file', async () => {
      const { body } = await request('/static/big.bin', {
        headers: { range: 'bytes=999999-2000000' },
      })
      expect(body.equals(big.subarray(999_999, 2_000_001))).toBe(true)
    })
  })

  describe('res.download', () => {
    it('names the file', async () => {
      const { status, text, headers } = await request('/download')
      expect([status, text]).toEqual([200, numbers])
      expect(headers['content-disposition']).toMatch(/^attachment; filename="?numbers\.txt"?$/)
      expect(headers['content-length']).toBe('100')
    })

    it.each([
      ['a "b" c.txt', 'attachment; filename="a \\"b\\" c.txt"'],
      ['写真.txt', `attachment; filename="??.txt"; filename*=UTF-8''%E5%86%99%E7%9C%9F.txt`],
    ])('gives it the name %s', async (name, expected) => {
      const { headers } = await request(`/download-as?name=${encodeURIComponent(name)}`)
      expect(headers['content-disposition']).toBe(expected)
    })

    it('gives it a name in Latin-1', async () => {
      const { headers } = await request('/download-as?name=na%C3%AFve.txt')
      // Express 4 sends the name as it is. Node writes headers in Latin-1, workerd in UTF-8.
      const charset = runtime === 'Node' ? 'latin1' : 'utf8'
      const value = Buffer.from(headers['content-disposition'] ?? '', 'latin1').toString(charset)
      expect(value).toBe(
        express === 5
          ? `attachment; filename="na?ve.txt"; filename*=UTF-8''na%C3%AFve.txt`
          : 'attachment; filename="naïve.txt"',
      )
    })

    it('hands on that a file is missing, without its name', async () => {
      const { status, headers } = await request('/download-missing')
      expect(status).toBe(404)
      expect(headers).not.toHaveProperty('content-disposition')
    })

    it('makes an attachment of any response', async () => {
      const { headers, text } = await request('/attachment')
      expect(text).toBe('a,b\n')
      expect(headers['content-disposition']).toMatch(/^attachment; filename="?report\.csv"?$/)
      expect(headers['content-type']).toBe('text/csv; charset=utf-8')
    })
  })
})
