import { describe, expect, it } from '@jest/globals'
import { onEachRuntime } from './runtimes.ts'

onEachRuntime({ app: 'middie' }, ({ request }) => {
  const headersOf = async (path: string) => (await request(path)).headers

  describe('@fastify/middie', () => {
    it('runs middleware before each route', async () => {
      const { text, headers } = await request('/site/?a=1')
      expect(text).toBe('route /')
      expect(headers).toMatchObject({
        'x-seen': 'GET /site/?a=1',
        'access-control-allow-origin': 'https://app.example.com',
        'access-control-allow-credentials': 'true',
      })
    })

    it('runs it for its paths only', async () => {
      expect(await headersOf('/site/one')).toMatchObject({ 'x-listed': 'yes' })
      expect(await headersOf('/site/two')).toMatchObject({ 'x-listed': 'yes' })
      expect(await headersOf('/site/')).not.toHaveProperty('x-listed')
      expect(await headersOf('/site/files/a/b.txt')).toHaveProperty('x-rest')
    })

    it('waits for middleware that goes on later', async () => {
      const { text, headers } = await request('/site/later')
      expect([text, headers['x-later']]).toEqual(['route /later', 'yes'])
    })

    it('lets middleware answer', async () => {
      const { status, text } = await request('/site/blocked')
      expect([status, text]).toEqual([403, 'not here'])
      const preflight = await request('/site/', {
        method: 'OPTIONS',
        headers: { origin: 'https://app.example.com', 'access-control-request-method': 'POST' },
      })
      expect([preflight.status, preflight.text]).toEqual([204, ''])
    })

    it('cannot be gone round by another spelling', async () => {
      for (const path of [
        '/site/BLOCKED',
        '/site/%62locked',
        '/site/blocked/',
        '//site/blocked',
        '/site//blocked',
      ]) {
        expect((await request(path)).text).not.toBe('route /blocked')
      }
    })

    it('hands errors of middleware to Fastify', async () => {
      const failed = await request('/site/fails')
      expect([failed.status, failed.json()]).toEqual([
        500,
        { statusCode: 500, error: 'Internal Server Error', message: 'broken' },
      ])
      const teapot = await request('/site/teapot')
      expect([teapot.status, teapot.json()]).toMatchObject([418, { message: 'short and stout' }])
    })

    it('leaves the body to Fastify', async () => {
      const { json } = await request('/site/', { body: { a: 'é' } })
      expect(json()).toEqual({ a: 'é' })
    })

    it('runs in another hook, where there is a body', async () => {
      const { headers, json } = await request('/handler', { body: { a: 1 } })
      expect([headers['x-body'], json()]).toEqual(['{"a":1}', { a: 1 }])
    })

    it('runs for what is not found too', async () => {
      const { status, headers } = await request('/site/nowhere')
      expect([status, headers['x-seen']]).toEqual([404, 'GET /site/nowhere'])
    })

    it('answers HEAD', async () => {
      const { headers, text } = await request('/site/', { method: 'HEAD' })
      expect([text, headers['x-seen']]).toEqual(['', 'HEAD /site/'])
    })
  })
})
