import { describe, expect, it } from '@jest/globals'
import { onEachRuntime } from './runtimes.ts'

interface Nonces {
  script: string
  style: string
}

// A nonce is another with each answer.
onEachRuntime({ app: 'helmet', varying: [/[\da-f]{32}/g] }, ({ request }) => {
  const headersOf = async (path: string) => (await request(path)).headers

  describe('@fastify/helmet', () => {
    it('sets its headers', async () => {
      const headers = await headersOf('/default')
      expect(headers).toMatchObject({
        'content-security-policy': expect.stringMatching(/^default-src 'self';.*upgrade-insecure/),
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'origin-agent-cluster': '?1',
        'referrer-policy': 'no-referrer',
        'strict-transport-security': 'max-age=31536000; includeSubDomains',
        'x-content-type-options': 'nosniff',
        'x-dns-prefetch-control': 'off',
        'x-download-options': 'noopen',
        'x-frame-options': 'SAMEORIGIN',
        'x-permitted-cross-domain-policies': 'none',
        'x-xss-protection': '0',
      })
    })

    it('sets them on errors too', async () => {
      const { status, headers } = await request('/default/fails')
      expect([status, headers['x-frame-options']]).toEqual([500, 'SAMEORIGIN'])
    })

    it('sets them on a HEAD request', async () => {
      const { headers, text } = await request('/default', { method: 'HEAD' })
      expect([text, headers['x-content-type-options']]).toEqual(['', 'nosniff'])
    })

    it('leaves out a route that does not want it', async () => {
      expect(await headersOf('/default/off')).not.toHaveProperty('x-frame-options')
    })

    it('takes options of a route', async () => {
      const headers = await headersOf('/default/framed')
      expect(headers['x-frame-options']).toBe('DENY')
      expect(headers).not.toHaveProperty('content-security-policy')
    })

    it('gives nonces, of which no two are the same', async () => {
      const seen = new Set<string>()
      for (let count = 0; count < 5; count += 1) {
        const { headers, json } = await request('/nonces')
        const { script, style } = json() as Nonces
        const policy = headers['content-security-policy'] as string
        expect(policy).toContain(`script-src 'self' 'nonce-${script}'`)
        expect(policy).toMatch(new RegExp(`style-src [^;]*'nonce-${style}'`))
        seen.add(script).add(style)
      }
      expect(seen.size).toBe(10)
    })

    it('gives none on a route that does not want them', async () => {
      const { headers, json } = await request('/nonces/off')
      expect(json()).toEqual([null])
      expect(headers['content-security-policy']).not.toContain('nonce')
    })

    it('takes directives of the app, and only reports', async () => {
      const { headers, json } = await request('/own')
      const { script, style } = json() as Nonces
      expect(headers['content-security-policy-report-only']).toBe(
        `default-src 'self';script-src 'self' cdn.example.com 'nonce-${script}';style-src 'nonce-${style}'`,
      )
      expect(headers).not.toHaveProperty('content-security-policy')
      expect(headers['strict-transport-security']).toBe('max-age=60; preload')
    })

    it('waits to be called where it is not global', async () => {
      expect(await headersOf('/manual')).not.toHaveProperty('x-frame-options')
      const headers = await headersOf('/manual/called')
      expect(headers).toMatchObject({
        'x-frame-options': 'SAMEORIGIN',
        'referrer-policy': 'same-origin',
      })
    })

    it('leaves unknown routes alone', async () => {
      expect((await request('/nowhere')).status).toBe(404)
    })
  })
})
