import { describe, expect, it } from '@jest/globals'
import { onEachRuntime } from './runtimes.ts'

onEachRuntime({ app: 'express' }, ({ request }) => {
  const origin = 'https://app.example.com'

  describe('@fastify/express', () => {
    it('serves a router of Express', async () => {
      const { status, headers, json } = await request('/api/hello/ada?a=1&a=2', {
        headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' },
      })
      expect([status, json()]).toEqual([
        200,
        { name: 'ada', query: { a: ['1', '2'] }, ip: '203.0.113.7', protocol: 'https' },
      ])
      expect(headers).toMatchObject({
        'access-control-allow-origin': origin,
        'content-type': 'application/json; charset=utf-8',
      })
      expect(headers).not.toHaveProperty('x-powered-by')
    })

    it('reads a body by a parser of Express', async () => {
      const { status, json } = await request('/api/echo', { body: { a: 'é' } })
      expect([status, json()]).toEqual([201, { body: { a: 'é' }, type: 'application/json' }])
      expect((await request('/api/echo', { body: { a: 'x'.repeat(1000) } })).status).toBe(500)
    })

    it('answers HEAD as GET, without a body', async () => {
      const { headers } = await request('/api/hello/ada')
      const head = await request('/api/hello/ada', { method: 'HEAD' })
      expect([head.text, head.headers['content-length']]).toEqual(['', headers['content-length']])
    })

    it('redirects, sets cookies, and writes in pieces', async () => {
      const redirect = await request('/api/redirect')
      expect([redirect.status, redirect.headers.location]).toEqual([302, '/elsewhere'])
      expect((await request('/api/cookie')).headers['set-cookie']).toEqual([
        'a=1; Path=/; HttpOnly',
        'b=%C3%A9; Path=/',
      ])
      expect((await request('/api/stream')).text).toBe('one two')
    })

    it('has errors dealt with by Express, or by Fastify when they are passed on', async () => {
      const dealt = await request('/api/fails')
      expect([dealt.status, dealt.json()]).toEqual([500, { express: 'broken' }])
      const passed = await request('/api/passes')
      expect([passed.status, passed.json()]).toEqual([
        500,
        { statusCode: 500, error: 'Internal Server Error', message: 'passed on' },
      ])
    })

    it('runs middleware before the routes of Fastify', async () => {
      const { headers, json } = await request('/fastify?a=1')
      expect(json()).toEqual({ user: { name: 'ada' } })
      expect(headers).toMatchObject({
        'access-control-allow-origin': origin,
        'x-seen': '/fastify?a=1',
      })
    })

    it('leaves the body to Fastify', async () => {
      const { json } = await request('/fastify', { body: { a: 1 } })
      expect(json()).toEqual({ a: 1 })
      const invalid = await request('/fastify', {
        headers: { 'content-type': 'application/json' },
        body: '{',
      })
      expect([invalid.status, invalid.json()]).toMatchObject([400, { error: 'Bad Request' }])
    })

    it('lets middleware answer', async () => {
      const { status, text } = await request('/blocked')
      expect([status, text]).toEqual([403, 'not here'])
      const preflight = await request('/fastify', {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      })
      expect([preflight.status, preflight.headers['access-control-allow-methods']]).toEqual([
        204,
        'GET,HEAD,PUT,PATCH,POST,DELETE',
      ])
    })

    it('has middleware of a plugin run there only', async () => {
      expect((await request('/nested')).headers).toMatchObject({
        'x-scope': 'nested',
        'access-control-allow-origin': origin,
      })
      expect((await request('/fastify')).headers).not.toHaveProperty('x-scope')
    })

    it('marks errors and unknown routes too', async () => {
      const failed = await request('/fastify/fails')
      expect([failed.status, failed.headers['x-seen']]).toEqual([500, '/fastify/fails'])
      expect((await request('/nowhere')).status).toBe(404)
    })
  })
})
