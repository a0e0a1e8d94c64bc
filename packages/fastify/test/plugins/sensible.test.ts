import { describe, expect, it } from '@jest/globals'
import { onEachRuntime } from './runtimes.ts'

onEachRuntime({ app: 'sensible' }, ({ request }) => {
  const get = async (path: string) => {
    const { status, json } = await request(path)
    return [status, json()]
  }
  const cacheControl = async (path: string) => (await request(path)).headers['cache-control']

  describe('@fastify/sensible', () => {
    it.each([
      ['notFound', 404, 'Not Found'],
      ['imateapot', 418, "I'm a Teapot"],
      ['serviceUnavailable', 503, 'Service Unavailable'],
    ])('replies with %s', async (name, statusCode, error) => {
      expect(await get(`/reply/${name}`)).toEqual([
        statusCode,
        { statusCode, error, message: 'my message' },
      ])
    })

    it.each([400, 401, 402, 403, 405, 409, 410, 413, 422, 429, 451, 500, 501, 511])(
      'throws %d',
      async (statusCode) => {
        expect(await get(`/throw/${statusCode}`)).toMatchObject([
          statusCode,
          { statusCode, message: 'my message' },
        ])
      },
    )

    it('throws an error with properties', async () => {
      expect(await get('/properties')).toEqual([
        409,
        { statusCode: 409, code: 'ERR_TAKEN', error: 'Conflict', message: 'Taken.' },
      ])
      expect((await request('/properties')).headers).toMatchObject({ 'x-why': 'it' })
      expect((await request('/hidden')).status).toBe(500)
    })

    it('asserts', async () => {
      expect((await request('/assert?a=1')).text).toBe('passed')
      expect(await get('/assert')).toMatchObject([401, { message: 'a is missing' }])
      expect(await get('/assert?a=2')).toMatchObject([400, { message: 'a is not 1' }])
    })

    it('turns a promise into an error and a value', async () => {
      expect(await get('/to')).toEqual([200, { message: 'rejected', value: null }])
    })

    it('tells the type of a body', async () => {
      const { json } = await request('/is', { body: { a: 1 } })
      expect(json()).toEqual(['json', false, false])
    })

    it('tells whom a request was forwarded for', async () => {
      const headers = { 'x-forwarded-for': '203.0.113.1, 203.0.113.2' }
      const { json } = await request('/forwarded', { headers })
      expect(json()).toEqual(['127.0.0.1', '203.0.113.2', '203.0.113.1'])
    })

    it('varies', async () => {
      expect((await request('/vary')).headers.vary).toBe('Accept, Origin, User-Agent')
    })

    it('controls caches', async () => {
      expect(await cacheControl('/cached')).toBe('public, max-age=60, stale-while-revalidate=3600')
      expect(await cacheControl('/static')).toBe('public, max-age=86400, immutable')
      expect(await cacheControl('/revalidated')).toBe('max-age=0, must-revalidate')
      expect((await request('/prevented')).headers).toMatchObject({
        'cache-control': 'no-store, max-age=0, private',
        expires: '0',
        pragma: 'no-cache',
      })
    })

    it('shares the schema of its errors', async () => {
      expect(await get('/schema')).toEqual([
        404,
        { statusCode: 404, error: 'Not Found', message: 'Not Found' },
      ])
    })
  })
})
