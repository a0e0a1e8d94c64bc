import { describe, expect, it } from '@jest/globals'
import { onEachRuntime } from './runtimes.ts'

onEachRuntime({ app: 'everyday' }, ({ request, logged }) => {
  describe('helmet', () => {
    it('sets its headers, and takes X-Powered-By away', async () => {
      const { status, text, headers } = await request('/helmet')
      expect([status, text]).toEqual([200, 'secured'])
      expect(headers).toMatchObject({
        'content-security-policy': expect.stringContaining("script-src 'self' cdn.example.com;"),
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'origin-agent-cluster': '?1',
        'referrer-policy': 'no-referrer',
        'strict-transport-security': 'max-age=31536000; includeSubDomains',
        'x-content-type-options': 'nosniff',
        'x-dns-prefetch-control': 'off',
        'x-download-options': 'noopen',
        'x-frame-options': 'DENY',
        'x-permitted-cross-domain-policies': 'none',
        'x-xss-protection': '0',
        'content-length': '7',
        'content-type': 'text/html; charset=utf-8',
      })
      expect(headers).not.toHaveProperty('x-powered-by')
    })
  })

  describe('cors', () => {
    it('answers a preflight without a body', async () => {
      const { status, body, headers } = await request('/cors', {
        method: 'OPTIONS',
        headers: {
          origin: 'https://app.example.com',
          'access-control-request-method': 'PUT',
          'access-control-request-headers': 'x-token',
        },
      })
      expect([status, body.length]).toEqual([204, 0])
      expect(headers).toMatchObject({
        'access-control-allow-origin': 'https://app.example.com',
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': 'GET,PUT',
        'access-control-allow-headers': 'Content-Type,X-Token',
        'access-control-max-age': '600',
        vary: 'Origin',
      })
    })

    it('shares with the origins it knows', async () => {
      const origin = 'https://a.trusted.example'
      const { headers, text } = await request('/cors', { headers: { origin } })
      expect(text).toBe('{"shared":true}')
      expect(headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-credentials': 'true',
        'access-control-expose-headers': 'X-Total',
        'x-total': '3',
        vary: 'Origin',
      })
    })

    it('does not share with others', async () => {
      const { status, headers } = await request('/cors', {
        headers: { origin: 'https://evil.example' },
      })
      expect(status).toBe(200)
      expect(headers).not.toHaveProperty('access-control-allow-origin')
      expect(headers.vary).toBe('Origin')
    })

    it('shares with all by default', async () => {
      const { headers } = await request('/cors-open')
      expect(headers['access-control-allow-origin']).toBe('*')
      expect(headers).not.toHaveProperty('vary')
    })
  })

  describe('morgan', () => {
    it('logs address, status, length and time of an answer', async () => {
      await request('/log/sent?a=1', { headers: { 'x-note': 'noted' } })
      expect(await logged(/^LOG .*sent/)).toMatch(
        /^LOG 127\.0\.0\.1 GET \/log\/sent\?a=1 200 12 \d+\.\d{3} noted$/,
      )
    })

    it('logs client, version and total time', async () => {
      await request('/log/sent', { headers: { 'user-agent': 'test "1"', referer: 'http://a/' } })
      expect(await logged(/^COMBINED .*test/)).toMatch(
        /^COMBINED 20\d\d-\S+Z 1\.1 http:\/\/a\/ "test \\?"1\\?"" \d+$/,
      )
    })

    it('logs a streamed answer, without a length, once it has ended', async () => {
      await request('/log/streamed')
      expect(await logged(/^LOG .*streamed/)).toMatch(/^LOG \S+ GET \S+ 200 - \d+\.\d{3} -$/)
    })

    it('logs at once where it is told to, before there is a status', async () => {
      await request('/log/missing?early')
      expect(await logged(/^EARLY .*early/)).toBe('EARLY GET /log/missing?early -')
    })

    it('skips what it is told to', async () => {
      await request('/log/sent?skipped')
      await request('/log/missing?kept')
      expect(await logged(/^FAILED .*(skipped|kept)/)).toBe('FAILED /log/missing?kept 404')
    })

    it.each([
      [200, 32],
      [302, 36],
      [404, 33],
      [500, 31],
    ])('colours status %i in the format "dev"', async (status, colour) => {
      await request(`/dev/${status}`)
      const line = await logged(new RegExp(`GET /dev/${status}`))
      expect(line.replaceAll('\u001B', '^').replace(/[\d.]+ ms/, '… ms')).toMatch(
        new RegExp(
          `^\\^\\[0mGET /dev/${status} \\^\\[${colour}m${status}\\^\\[0m … ms - \\d+\\^\\[0m$`,
        ),
      )
    })

    it('logs an error with the status that Express gave it', async () => {
      expect((await request('/log/broken')).status).toBe(500)
      expect(await logged(/^LOG .*broken/)).toMatch(/^LOG \S+ GET \S+ 500 \d+ \d+\.\d{3} -$/)
    })
  })

  describe('response-time', () => {
    it('measures the time to the head', async () => {
      const { headers, text } = await request('/time')
      expect(text).toBe('timed')
      expect(headers['x-response-time']).toMatch(/^\d+\.\d{3}ms$/)
      expect(Number.parseFloat(headers['x-response-time'] as string)).toBeGreaterThanOrEqual(25)
    })

    it('takes digits, suffix and name', async () => {
      const { headers } = await request('/time/suffixless')
      expect(headers['x-milliseconds']).toMatch(/^\d+$/)
    })
  })

  describe('method-override', () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' }

    it.each([
      ['a header', '/method', { headers: { 'x-http-method-override': 'PUT' }, body: '' }, 'PUT'],
      ['the query', '/method?_method=DELETE', { body: '' }, 'DELETE'],
      ['the query of a GET', '/method?_method=patch', { method: 'GET' }, 'PATCH'],
      ['a form field', '/method', { headers: form, body: 'a=1&_method=PATCH' }, 'PATCH'],
    ])('takes the method from %s', async (_name, path, options, method) => {
      const answer = await request(path, options)
      expect(answer.json()).toEqual({
        method,
        originalMethod: 'method' in options ? 'GET' : 'POST',
      })
    })

    it('adds the header to Vary', async () => {
      expect((await request('/method', { body: '' })).headers.vary).toBe('X-HTTP-Method-Override')
    })

    it('leaves a method that does not exist', async () => {
      const answer = await request('/method?_method=NONSENSE', { body: '' })
      expect(answer.json()).toMatchObject({ method: 'POST' })
    })
  })

  describe('on-finished', () => {
    it.each([
      ['sent', 200],
      ['streamed', 200],
      ['piped', 201],
    ])('tells the end of a response that is %s, and of its request', async (how, status) => {
      const { text } = await request(`/finished/${how}`)
      expect(text).toBe(how === 'piped' ? '' : 'false')
      expect(await logged(new RegExp(`^finished ${how}`))).toBe(
        `finished ${how} true ${status} true`,
      )
      expect(await logged(new RegExp(`^read ${how}`))).toBe(`read ${how} true`)
    })

    it('tells a listener that comes late', async () => {
      await request('/finished-late')
      expect(await logged(/^finished late/)).toBe('finished late')
    })
  })
})
