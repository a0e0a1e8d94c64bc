import { describe, expect, it } from '@jest/globals'
import { onEachRuntime } from './runtimes.ts'

onEachRuntime({ app: 'self-requests' }, ({ request }) => {
  const get = async (path: string) => (await request(path)).json()

  describe('supertest within a handler', () => {
    it('gets', async () => {
      expect(await get('/supertest')).toEqual({
        status: 200,
        text: 'hello',
        cookies: ['a=1; Path=/', 'b=2; Path=/'],
      })
    })

    it('posts JSON', async () => {
      expect(await get('/supertest/post')).toEqual({ body: { a: 'é' }, type: 'application/json' })
    })

    it('follows redirects where it is told to', async () => {
      expect(await get('/supertest/redirects')).toEqual([302, '/', 200, 'hello'])
    })

    it('keeps cookies, and sends credentials', async () => {
      expect(await get('/supertest/agent')).toEqual(['a=1; b=2', 'Basic YWRhOmxvdmVsYWNl'])
    })

    it('tells failures', async () => {
      expect(await get('/supertest/failures')).toEqual([
        500,
        404,
        'expected 204 "No Content", got 200 "OK"',
      ])
    })

    it('reads a response that is streamed', async () => {
      expect((await request('/supertest/streamed')).text).toBe('one two')
    })

    it('uploads a file', async () => {
      expect(await get('/supertest/upload')).toEqual({ type: 'multipart/form-data' })
    })

    it('takes a server that listens', async () => {
      expect((await request('/supertest/server')).text).toBe('hello')
    })

    it('sends several requests together', async () => {
      expect(await get('/supertest/together')).toEqual([0, 1, 2, 3, 4])
    })
  })

  describe('requests that an app sends to itself', () => {
    it('by http.get', async () => {
      expect(await get('/http')).toEqual([200, 'one two'])
    })

    it('by fetch', async () => {
      expect(await get('/fetch')).toEqual([200, 'hello'])
    })
  })
})
