import { describe, expect, it } from '@jest/globals'
import { files, page } from './files.ts'
import { onEachRuntime } from './runtimes.ts'

onEachRuntime({ app: 'files', files }, ({ request }, express) => {
  // The two versions of Express spell them differently.
  const charset = express === 5 ? 'charset=utf-8' : 'charset=UTF-8'
  const javascript = express === 5 ? 'text/javascript' : 'application/javascript'

  /** The status of an answer, and what there is to see. */
  const brief = async (path: string, method = 'GET') => {
    const { status, headers, text } = await request(path, { method })
    return [status, headers.location ?? text]
  }

  describe('express.static', () => {
    it('serves a file with what caches need', async () => {
      const { status, text, headers } = await request('/static/page.html')
      expect([status, text]).toEqual([200, page])
      expect(headers).toMatchObject({
        'content-type': `text/html; ${charset}`,
        'content-length': String(Buffer.byteLength(page)),
        'accept-ranges': 'bytes',
        'cache-control': 'public, max-age=0',
        etag: expect.stringMatching(/^W\/"25-[\da-f]+"$/),
        'last-modified': expect.stringMatching(/ GMT$/),
      })
    })

    it('takes a relative folder', async () => {
      expect(await brief('/relative/page.html')).toEqual([200, page])
    })

    it('answers HEAD with the same headers and no body', async () => {
      const get = await request('/static/page.html')
      const head = await request('/static/page.html', { method: 'HEAD' })
      expect([head.status, head.body.length]).toEqual([200, 0])
      for (const name of ['content-length', 'content-type', 'etag', 'last-modified']) {
        expect(head.headers[name]).toBe(get.headers[name])
      }
    })

    it.each([
      ['app.css', `text/css; ${charset}`],
      ['app.js', `${javascript}; ${charset}`],
      ['module.mjs', `${javascript}; ${charset}`],
      ['data.json', `application/json; ${charset}`],
      ['drawing.svg', 'image/svg+xml'],
      ['pixel.png', 'image/png'],
      ['font.woff2', 'font/woff2'],
      ['code.wasm', 'application/wasm'],
      ['unknown.zzz', 'application/octet-stream'],
      ['none', 'application/octet-stream'],
      ['with%20space%20%C3%A9.txt', `text/plain; ${charset}`],
    ])('knows the type of %s', async (name, type) => {
      const { status, headers } = await request(`/static/${name}`)
      expect([status, headers['content-type']]).toEqual([200, type])
    })

    it('serves the index of a folder, and redirects to its slash', async () => {
      expect(await brief('/static/')).toEqual([200, '<h1>Index</h1>'])
      expect(await brief('/static/sub/')).toEqual([200, '<h1>Sub</h1>'])
      expect(await brief('/static/sub')).toEqual([301, '/static/sub/'])
      expect(await brief('/static/sub?a=1')).toEqual([301, '/static/sub/?a=1'])
      expect(await brief('/static')).toEqual([301, '/static/'])
    })

    it('serves an empty file', async () => {
      const { status, headers, body } = await request('/static/empty.txt')
      expect([status, headers['content-length'], body.length]).toEqual([200, '0', 0])
    })

    it('leaves to the app what it has not', async () => {
      expect((await request('/static/missing.txt')).status).toBe(404)
      expect((await request('/static/page.html', { method: 'POST' })).status).toBe(404)
      expect((await request('/static/page.html/')).status).toBe(404)
      expect((await request('/static/.hidden')).status).toBe(404)
      // Express 4 hides dotfiles, but not what is in a folder with such a name.
      const { status } = await request('/static/.well-known/security.txt')
      expect(status).toBe(express === 5 ? 404 : 200)
    })

    it('answers by itself where nothing may fall through', async () => {
      expect((await request('/strict/missing.txt')).status).toBe(404)
      expect((await request('/strict/.hidden')).status).toBe(403)
      expect((await request('/strict/sub')).status).toBe(404)
      const post = await request('/strict/page.html', { method: 'POST' })
      expect([post.status, post.headers.allow]).toEqual([405, 'GET, HEAD'])
    })

    it.each([
      ['/../secret.txt', 403],
      ['/sub/../../secret.txt', 403],
      ['/%2e%2e/secret.txt', 403],
      ['/%2e%2e%2fsecret.txt', 403],
      ['/..%5csecret.txt', 403],
      ['/..\\secret.txt', 403],
      ['/%00', 400],
      ['/page.html%00.txt', 400],
      ['/%ff', 400],
      ['/%zz', 400],
      ['//etc/passwd', 404],
      ['/sub/%2e%2e/page.html', 200],
      ['/./page.html', 200],
    ])('does not leave its folder for %s', async (path, status) => {
      const answer = await request(`/strict${path}`)
      expect(answer.status).toBe(status)
      expect(answer.text).not.toBe('secret')
      // The other does not say why it has nothing.
      expect((await request(`/static${path}`)).status).toBe(status === 200 ? 200 : 404)
    })

    it('redirects to no other host', async () => {
      const { status, headers } = await request('/static//example.com/..%2f../static/sub')
      expect([status, headers.location ?? '/']).toEqual([404, '/'])
      expect(await brief('/static//sub')).toEqual([301, '/static//sub/'])
    })
  })

  describe('serve-static', () => {
    it('takes caching, extensions, index files and headers of its own', async () => {
      const { status, text, headers } = await request('/serve/numbers')
      expect([status, text.length]).toEqual([200, 100])
      expect(headers).toMatchObject({
        'cache-control': 'public, max-age=86400, immutable',
        'x-text': 'yes',
      })
      for (const name of ['etag', 'last-modified', 'accept-ranges']) {
        expect(headers).not.toHaveProperty(name)
      }
      expect(await brief('/serve/sub/')).toEqual([200, 'Home'])
      expect((await request('/serve/')).headers).not.toHaveProperty('x-text')
    })

    it('serves dotfiles where it is told to', async () => {
      expect(await brief('/serve/.hidden')).toEqual([200, 'hidden'])
      expect(await brief('/serve/.well-known/security.txt')).toEqual([200, 'Contact: x'])
    })
  })
})
