import { describe, expect, it } from '@jest/globals'
import { onEachRuntime } from './runtimes.ts'

const origin = 'https://app.example.com'

onEachRuntime({ app: 'cors' }, ({ request }) => {
  const allowed = async (path: string, from: string): Promise<unknown> => {
    const { headers } = await request(path, { headers: { origin: from } })
    return headers['access-control-allow-origin']
  }
  const preflight = (path: string, headers: Record<string, string> = {}) =>
    request(path, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'PUT', ...headers },
    })

  describe('@fastify/cors', () => {
    it('allows any origin', async () => {
      const { status, headers } = await request('/any', { headers: { origin } })
      expect([status, headers['access-control-allow-origin'], headers.vary]).toEqual([
        200,
        '*',
        undefined,
      ])
    })

    it('answers without an origin', async () => {
      expect((await request('/any')).json()).toEqual({ ok: true })
      expect((await request('/listed')).headers).not.toHaveProperty('access-control-allow-origin')
    })

    it('reflects the origin, with credentials', async () => {
      const { headers } = await request('/reflected', { headers: { origin } })
      expect(headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-credentials': 'true',
        vary: 'Origin',
      })
    })

    it('allows the origins of a list', async () => {
      expect(await allowed('/listed', origin)).toBe(origin)
      expect(await allowed('/listed', 'https://shop.example.org')).toBe('https://shop.example.org')
      expect(await allowed('/listed', 'https://evil.example.net')).toBeUndefined()
    })

    it('answers a preflight request', async () => {
      const { status, headers, text } = await preflight('/listed')
      expect([status, text]).toEqual([200, ''])
      expect(headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET, PUT',
        'access-control-allow-headers': 'X-Token',
        'access-control-max-age': '600',
        'cache-control': 'max-age=300',
        'content-length': '0',
      })
    })

    it('reflects the headers that a preflight request asks for', async () => {
      const { status, headers } = await preflight('/any', {
        'access-control-request-headers': 'X-One, X-Two',
      })
      expect(status).toBe(204)
      expect(headers['access-control-allow-headers']).toBe('X-One, X-Two')
      expect(headers.vary).toBe('Access-Control-Request-Headers')
    })

    it('refuses a preflight request without a method', async () => {
      const { status, text } = await request('/any', { method: 'OPTIONS', headers: { origin } })
      expect([status, text]).toEqual([400, 'Invalid Preflight Request'])
    })

    it('leaves a preflight request to the app where it is told to', async () => {
      expect((await preflight('/continued')).text).toBe('my own')
    })

    it('exposes headers with the answer itself', async () => {
      const { headers } = await request('/listed', { method: 'PUT', headers: { origin } })
      expect(headers).toMatchObject({ 'access-control-expose-headers': 'X-Total', 'x-total': '3' })
    })

    it('takes rules of a route', async () => {
      expect(await allowed('/listed/all', 'https://evil.example.net')).toBe('*')
      expect(await allowed('/listed/none', origin)).toBeUndefined()
    })

    it('asks a function, which may answer later or throw', async () => {
      expect(await allowed('/asked', origin)).toBe(origin)
      expect(await allowed('/asked', 'https://other.example.com')).toBeUndefined()
      const blocked = await request('/asked', {
        headers: { origin: 'https://blocked.example.com' },
      })
      expect([blocked.status, blocked.json()]).toEqual([
        500,
        { statusCode: 500, error: 'Internal Server Error', message: 'Blocked.' },
      ])
    })

    it('asks for the rules with each request', async () => {
      const forTenant = async (tenant: string) => {
        const { headers } = await request('/delegated', { headers: { origin, 'x-tenant': tenant } })
        return headers['access-control-allow-origin']
      }
      expect([await forTenant('a'), await forTenant('b')]).toEqual([origin, undefined])
    })

    it('marks errors and unknown routes too', async () => {
      const failed = await request('/listed/fails', { headers: { origin } })
      expect([failed.status, failed.headers['access-control-allow-origin']]).toEqual([500, origin])
      expect((await request('/nowhere', { headers: { origin } })).status).toBe(404)
    })
  })
})
