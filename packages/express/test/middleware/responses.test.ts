import { describe, expect, it } from '@jest/globals'
import { onEachRuntime } from './runtimes.ts'

onEachRuntime({ app: 'routing' }, ({ request }) => {
  describe('res.format', () => {
    it.each([
      ['text/html', 200, '<p>html</p>'],
      ['application/*;q=0.9, text/plain;q=0.1', 200, '{\n "json": true\n}'],
      ['*/*', 200, 'text'],
    ])('answers %s', async (accept, status, text) => {
      const answer = await request('/format', { headers: { accept } })
      expect([answer.status, answer.text]).toEqual([status, text])
      expect(answer.headers.vary).toBe('Accept')
    })

    it('answers 406 where it has nothing', async () => {
      const answer = await request('/format', { headers: { accept: 'image/png' } })
      expect(answer.status).toBe(406)
    })
  })

  describe('res.redirect', () => {
    it.each([
      [301, '/a?b=c#d', '/a?b=c#d', 'Moved Permanently'],
      [303, 'https://example.com/é x', 'https://example.com/%C3%A9%20x', 'See Other'],
      [307, '../up', '../up', 'Temporary Redirect'],
    ])('answers %i to %s', async (status, to, location, reason) => {
      const answer = await request(`/redirect/${status}?to=${encodeURIComponent(to)}`)
      expect([answer.status, answer.reason, answer.headers.location]).toEqual([
        status,
        reason,
        location,
      ])
      expect(answer.text).toBe(`${reason}. Redirecting to ${location}`)
    })

    it('answers a browser with a page, and HEAD with nothing', async () => {
      const path = `/redirect/302?to=${encodeURIComponent('/<b>')}`
      const page = await request(path, { headers: { accept: 'text/html' } })
      expect(page.text).toContain('<p>Found. Redirecting to /%3Cb%3E</p>')
      const head = await request(path, { method: 'HEAD' })
      expect([head.status, head.text]).toEqual([302, ''])
      expect(Number(head.headers['content-length'])).toBeGreaterThan(0)
    })
  })

  describe('req', () => {
    it('negotiates', async () => {
      const { text } = await request('/negotiated', {
        headers: {
          accept: 'text/html, application/json;q=0.1',
          'accept-encoding': 'gzip',
          'accept-language': 'en-GB, en;q=0.8, de;q=0.1',
          'accept-charset': 'utf-8',
          'content-type': 'application/json',
          'transfer-encoding': 'chunked',
          'x-requested-with': 'XMLHttpRequest',
          referer: 'http://example.com/',
        },
        body: '{}',
        method: 'GET',
      })
      expect(JSON.parse(text)).toEqual({
        types: 'html',
        encodings: 'gzip',
        languages: 'en',
        charsets: 'utf-8',
        isJson: 'json',
        xhr: true,
        fresh: false,
        referrer: 'http://example.com/',
      })
    })
  })

  describe('res', () => {
    it('sets links, location, type, Vary and repeated headers', async () => {
      const { status, reason, headers } = await request('/links')
      expect([status, reason]).toEqual([201, 'Created'])
      expect(headers).toMatchObject({
        link: '</links?page=2>; rel="next", </links?page=9>; rel="last"',
        location: '/else?a=%C3%A9',
        vary: 'Accept, Origin',
        'x-many': '1, 2, 3',
      })
      expect(headers['content-type']).toMatch(/^application\/vnd\.x\+json/)
    })

    it.each([
      ['text', 'é', 'text/html; charset=utf-8', '2'],
      ['buffer', '\u0001\u0002\u0003', 'application/octet-stream', '3'],
      ['object', '{\n "a": [\n  1\n ]\n}', 'application/json; charset=utf-8', '18'],
      ['null', '', undefined, '0'],
      ['boolean', 'false', 'application/json; charset=utf-8', '5'],
      ['nothing', '', undefined, '0'],
    ])('sends %s', async (what, text, type, length) => {
      const { headers, ...answer } = await request(`/sent/${what}`)
      expect(answer.text).toBe(text)
      expect(headers['content-type']).toBe(type)
      expect(headers['content-length']).toBe(length)
      expect(headers['x-powered-by']).toBe('Express')
    })

    it('answers 304 by its own ETag', async () => {
      const { headers } = await request('/sent/object')
      expect(headers.etag).toMatch(/^"12-[\w+/]{27}"$/)
      const again = await request('/sent/object', {
        headers: { 'if-none-match': headers.etag ?? '' },
      })
      expect([again.status, again.reason, again.text]).toEqual([304, 'Not Modified', ''])
    })

    it.each([
      [200, 'OK', 'OK'],
      [202, 'Accepted', 'Accepted'],
      [204, 'No Content', ''],
      [205, 'Reset Content', ''],
      [304, 'Not Modified', ''],
      [418, "I'm a Teapot", "I'm a Teapot"],
      [451, 'Unavailable For Legal Reasons', 'Unavailable For Legal Reasons'],
      [511, 'Network Authentication Required', 'Network Authentication Required'],
      [599, 'unknown', '599'],
    ])('sends status %i', async (status, reason, text) => {
      const answer = await request(`/status/${status}`)
      expect([answer.status, answer.reason, answer.text]).toEqual([status, reason, text])
    })

    it('sends JSON as a script', async () => {
      const { text, headers } = await request('/jsonp?callback=call')
      expect(text).toBe(`/**/ typeof call === 'function' && call({\n "a": "\\u2028"\n});`)
      expect(headers['content-type']).toBe('text/javascript; charset=utf-8')
      expect(headers['x-content-type-options']).toBe('nosniff')
    })
  })
})
