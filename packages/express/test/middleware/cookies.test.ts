import { createHmac } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { CookieJar } from '../../../../scripts/runtimes/index.ts'
import { onEachRuntime } from './runtimes.ts'

/** A value as cookie-parser signs it. */
const sign = (value: string, secret: string): string =>
  encodeURIComponent(
    `s:${value}.${createHmac('sha256', secret).update(value).digest('base64').replace(/=+$/, '')}`,
  )

onEachRuntime({ app: 'cookies' }, ({ request }) => {
  describe('cookie-parser', () => {
    const parse = async (cookie: string | string[]) =>
      (await request('/parsed', { headers: { cookie } })).json()

    it('parses plain, quoted, encoded and JSON cookies', async () => {
      expect(
        await parse('a=1; b="quoted"; c=%C3%A9%3B; d=j%3A%7B%22x%22%3A%5B1%5D%7D; a=2'),
      ).toEqual({ cookies: { a: '1', b: 'quoted', c: 'é;', d: { x: [1] } }, signed: {} })
    })

    it('parses cookies of two header lines', async () => {
      expect(await parse(['a=1', 'b=2'])).toEqual({ cookies: { a: '1', b: '2' }, signed: {} })
    })

    it('keeps a comma that stands in a value', async () => {
      expect(await parse('list=1, 2; b=3')).toMatchObject({ cookies: { list: '1, 2', b: '3' } })
    })

    it('tells genuine signatures, of rotated secrets too, from forged ones', async () => {
      const cookie = [
        `new=${sign('1', 'new secret')}`,
        `old=${sign('j:{"a":2}', 'old secret')}`,
        `forged=${sign('3', 'no secret')}`,
      ]
      expect(await parse(cookie.join('; '))).toEqual({
        cookies: {},
        signed: { new: '1', old: { a: 2 }, forged: false },
      })
    })

    it('reads back what res.cookie wrote', async () => {
      const jar = new CookieJar()
      const answer = jar.keep(await request('/parsed', { method: 'POST' }))
      expect(answer.headers['set-cookie']).toEqual([
        'plain=a%20b%3Bc%3D%C3%A9; Path=/',
        'object=j%3A%7B%22theme%22%3A%22dark%22%2C%22size%22%3A2%7D; Path=/',
        `signed=${sign('ada', 'new secret')}; Path=/`,
        `signedObject=${sign('j:{"admin":false}', 'new secret')}; Path=/`,
      ])
      expect(await parse(jar.header)).toEqual({
        cookies: { plain: 'a b;c=é', object: { theme: 'dark', size: 2 } },
        signed: { signed: 'ada', signedObject: { admin: false } },
      })
    })
  })

  describe('res.cookie', () => {
    it('sends every option, and each cookie on a line of its own', async () => {
      const { headers, text } = await request('/options')
      expect(text).toBe('set')
      expect(headers['set-cookie']).toEqual([
        'all=1; Domain=example.com; Path=/admin; Expires=Tue, 01 Jan 2030 00:00:00 GMT; HttpOnly; Secure; ' +
          'Partitioned; Priority=High; SameSite=None',
        'strict=2; Path=/; SameSite=Strict',
        'raw=a%b; Path=/',
        'appended=3',
        'gone=; Path=/admin; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
      ])
    })

    it('turns maxAge into Max-Age and Expires, on a redirect too', async () => {
      const { status, headers } = await request('/age')
      expect(status).toBe(302)
      const line = headers['set-cookie']?.[0] ?? ''
      expect(line).toMatch(/^aged=x; Max-Age=60; Path=\/; Expires=.* GMT$/)
      const expires = Date.parse(/Expires=(.*)$/.exec(line)?.[1] ?? '')
      expect(Math.abs(expires - Date.now() - 60_000)).toBeLessThan(5000)
    })

    it('refuses a domain with a line break', async () => {
      const { status, headers } = await request('/invalid')
      expect([status, headers['set-cookie']]).toEqual([500, undefined])
    })
  })

  describe('cookie-session', () => {
    const visit = async (jar: CookieJar, path = '/visits', method = 'GET') =>
      jar.keep(await request(path, { method, headers: { cookie: jar.header } }))

    it('counts visits in a signed cookie', async () => {
      const jar = new CookieJar()
      const first = await visit(jar)
      expect(first.json()).toEqual({ count: 1, isNew: true })
      expect(
        first.headers['set-cookie']?.map((line) => line.replace(/expires=[^;]+/, '…')),
      ).toEqual([
        `visits=${Buffer.from('{"count":1}').toString('base64')}; path=/; …; httponly`,
        expect.stringMatching(/^visits\.sig=[\w-]{27}; path=\/; …; httponly$/),
      ])
      expect((await visit(jar)).json()).toEqual({ count: 2, isNew: false })
      const untouched = await visit(jar, '/visits/untouched')
      expect([untouched.json(), untouched.headers['set-cookie']]).toEqual([2, undefined])
    })

    it('distrusts a cookie whose signature does not fit', async () => {
      const jar = new CookieJar()
      await visit(jar)
      const forged = Buffer.from('{"count":99}').toString('base64')
      const cookie = jar.header.replace(/visits=[^;]+/, `visits=${forged}`)
      expect((await request('/visits', { headers: { cookie } })).json()).toMatchObject({ count: 1 })
    })

    it('sets the cookie on a response that is written in pieces', async () => {
      const jar = new CookieJar()
      expect((await visit(jar, '/visits/streamed')).text).toBe('first second')
      expect((await visit(jar)).json()).toEqual({ count: 41, isNew: false })
    })

    it('removes the cookie with the session', async () => {
      const jar = new CookieJar()
      await visit(jar)
      expect((await visit(jar, '/visits', 'DELETE')).status).toBe(204)
      expect(jar.names).toEqual([])
    })
  })
})
