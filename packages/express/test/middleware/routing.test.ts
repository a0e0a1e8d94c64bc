import { describe, expect, it } from '@jest/globals'
import { onEachRuntime } from './runtimes.ts'

onEachRuntime({ app: 'routing' }, ({ request }, express) => {
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const { status, text } = await request(path, { headers })
    return [status, text]
  }

  describe('routers and sub-apps', () => {
    it('tell where they are mounted', async () => {
      expect((await request('/users/ada/blog/posts/7?a[b]=1&c=2')).json()).toEqual({
        url: '/posts/7?a[b]=1&c=2',
        originalUrl: '/users/ada/blog/posts/7?a[b]=1&c=2',
        baseUrl: '/users/ada/blog',
        path: '/posts/7',
        params: { user: 'ada', post: '7' },
        query: express === 5 ? { 'a[b]': '1', c: '2' } : { a: { b: '1' }, c: '2' },
      })
      expect((await request('/users/%C3%A9%2Fx/blog')).json()).toMatchObject({
        params: { user: 'é/x' },
        url: '/',
      })
    })

    it('are apps of their own', async () => {
      const { headers, ...answer } = await request('/manage/?x=1')
      expect(answer.json()).toMatchObject({
        baseUrl: '/manage',
        url: '/?x=1',
        mountpath: ['/admin', '/manage'],
        title: 'Admin',
      })
      expect(headers).not.toHaveProperty('etag')
      expect(await get('/admin/secret')).toEqual([200, '/admin,/manage/secret'])
    })

    it('give the request back', async () => {
      expect((await request('/after-admin')).json()).toEqual({ isApp: true, etag: 'strong' })
    })

    it('can be chosen by host', async () => {
      expect(await get('/', { host: 'api.example.com:8080' })).toEqual([200, 'the API'])
      expect(await get('/', { host: 'www.example.com' })).toEqual([200, 'the site'])
      expect((await get('/', { host: 'example.com' }))[0]).toBe(404)
    })
  })

  describe('routes', () => {
    it('load what a parameter names, once', async () => {
      expect((await request('/items/7')).json()).toEqual({ id: '7', loads: 1 })
      expect(await get('/items/broken')).toEqual([422, '{\n "message": "No such id."\n}'])
    })

    it('can be skipped', async () => {
      expect(await get('/skip')).toEqual([200, 'skipped'])
    })

    it.each([
      ['GET', '/methods', 200, 'got'],
      ['PUT', '/methods', 200, 'put'],
      ['DELETE', '/any', 200, 'DELETE'],
      ['PURGE', '/any', 200, 'PURGE'],
      ['PROPFIND', '/any', 200, 'PROPFIND'],
      ['GET', '/Methods', 404, expect.stringContaining('Cannot GET /Methods')],
    ])('%s %s answers %i', async (method, path, status, text) => {
      const answer = await request(path, { method })
      expect([answer.status, answer.text]).toEqual([status, text])
    })

    it('answer OPTIONS and HEAD by themselves', async () => {
      const options = await request('/methods', { method: 'OPTIONS' })
      const allowed = express === 5 ? 'GET, HEAD, PUT' : 'GET,PUT,HEAD'
      expect([options.status, options.headers.allow, options.text]).toEqual([200, allowed, allowed])
      const head = await request('/methods', { method: 'HEAD' })
      expect([head.status, head.headers['content-length'], head.text]).toEqual([200, '3', ''])
    })

    it.each(['/items/%zz', '/items/%ff'])('answer 400 to %s', async (path) => {
      expect((await get(path))[0]).toBe(400)
    })
  })

  describe('errors', () => {
    it.each([
      ['thrown', 418, 'Short and stout.', 'thrown'],
      ['next', 403, 'Not you.', undefined],
      ['rejected', 409, 'Twice.', undefined],
      ['later', 500, 'Sorry.', undefined],
    ])(
      'of a handler that fails (%s) get to the error middleware',
      async (how, status, message, kind) => {
        const answer = await request(`/errors/${how}`)
        expect([answer.status, answer.json()]).toEqual([status, { message }])
        expect(answer.headers['x-kind']).toBe(kind)
      },
    )

    it('have a page of their own, which says nothing in production', async () => {
      const { status, headers, text } = await request('/errors/default')
      expect([status, headers['retry-after']]).toEqual([503, '7'])
      expect(headers['content-security-policy']).toBe("default-src 'none'")
      expect(text).toContain('<pre>Service Unavailable</pre>')
    })

    it('after the head cut the answer off', async () => {
      await expect(request('/errors/after-headers')).rejects.toThrow('aborted')
    })

    it('of nobody are 404', async () => {
      const { status, text } = await request('/nowhere/"a&b"?q')
      expect(status).toBe(404)
      expect(text).toContain('<pre>Cannot GET /nowhere/%22a&amp;b%22</pre>')
    })
  })
})
