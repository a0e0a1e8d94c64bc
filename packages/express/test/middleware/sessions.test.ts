import { beforeEach, describe, expect, it } from '@jest/globals'
import { type Answer, CookieJar, type RequestOptions } from '../../../../scripts/runtimes/index.ts'
import { onEachRuntime } from './runtimes.ts'

onEachRuntime({ app: 'sessions' }, ({ request }) => {
  let jar: CookieJar
  beforeEach(() => {
    jar = new CookieJar()
  })
  const visit = async (path: string, { headers, ...options }: RequestOptions = {}) =>
    jar.keep(await request(path, { ...options, headers: { ...headers, cookie: jar.header } }))
  const post = (path: string, form: Record<string, string> = {}): Promise<Answer> =>
    visit(path, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    })

  describe('express-session', () => {
    it('sets a cookie with the first thing that is worth keeping', async () => {
      expect((await visit('/lazy/look')).headers).not.toHaveProperty('set-cookie')
      const first = await visit('/lazy')
      expect(first.json()).toMatchObject({ count: 1 })
      expect(first.headers['set-cookie']).toEqual([
        expect.stringMatching(/^lazy=s%3A\S+\.\S+; Path=\/; Expires=.+; HttpOnly; SameSite=Lax$/),
      ])
      expect((await visit('/lazy')).json()).toMatchObject({ count: 2 })
      const look = await visit('/lazy/look')
      expect(look.json()).toMatchObject({ count: 2 })
      expect(look.headers).not.toHaveProperty('set-cookie')
    })

    it('sets a cookie each time where it is told to', async () => {
      const { headers } = await visit('/eager/look')
      expect(headers['set-cookie']).toEqual([expect.stringMatching(/^connect\.sid=/)])
      const again = await visit('/eager/look')
      expect(again.headers['set-cookie']).toHaveLength(1)
    })

    it.each([
      ['written in pieces', '/lazy/streamed', 100],
      ['a redirect', '/lazy/redirected', 200],
    ])('has saved the session when the response ends that is %s', async (_name, path, count) => {
      await visit(path)
      expect((await visit('/lazy/look')).json()).toMatchObject({ count })
    })

    it('keeps both parts of a response that is written in pieces, in order', async () => {
      expect((await visit('/lazy/streamed')).text).toBe('one two')
    })

    it('regenerates a session under another name', async () => {
      await visit('/lazy')
      const before = jar.header
      expect((await post('/lazy/regenerate')).json()).toEqual({ isNew: true, count: null })
      await visit('/lazy')
      expect(jar.header).not.toBe(before)
      expect((await visit('/lazy/look')).json()).toMatchObject({ count: 1 })
    })

    it('destroys a session', async () => {
      await visit('/lazy')
      const stored = (await visit('/lazy/stored')).json() as number
      expect((await post('/lazy/destroy')).json()).toEqual({ gone: true })
      expect((await visit('/lazy/stored')).json()).toBe(stored - 1)
      expect((await visit('/lazy/look')).json()).toMatchObject({ count: null })
    })

    it('saves when it is told to', async () => {
      expect((await post('/lazy/save')).text).toBe('saved')
      expect(jar.names).toEqual(['lazy'])
    })

    it('sets a secure cookie over https only', async () => {
      expect((await request('/secure')).headers).not.toHaveProperty('set-cookie')
      const { headers } = await request('/secure', { headers: { 'x-forwarded-proto': 'https' } })
      expect(headers['set-cookie']).toEqual([expect.stringMatching(/; HttpOnly; Secure$/)])
    })

    it('distrusts a forged cookie', async () => {
      await visit('/lazy')
      const cookie = jar.header.replace(/\.[^.]+$/, '.forged')
      expect((await request('/lazy', { headers: { cookie } })).json()).toMatchObject({ count: 1 })
    })

    it('keeps sessions in flight together apart', async () => {
      const jars = Array.from({ length: 10 }, () => new CookieJar())
      const ids = await Promise.all(
        jars.map(async (own, index) => {
          for (let count = 0; count <= index; count += 1) {
            own.keep(await request('/lazy', { headers: { cookie: own.header } }))
          }
          const look = await request('/lazy/look', { headers: { cookie: own.header } })
          expect(look.json()).toMatchObject({ count: index + 1 })
          return (look.json() as { id: string }).id
        }),
      )
      expect(new Set(ids).size).toBe(10)
    })
  })

  describe('passport', () => {
    const ada = { id: 7, name: 'ada' }

    it('signs in, knows the user on the next request, and signs out', async () => {
      expect((await visit('/site/me')).status).toBe(401)
      const login = await post('/site/login', { username: 'ada', password: 'lovelace' })
      expect(login.json()).toEqual({ user: ada, authenticated: true })
      expect((await visit('/site/me')).json()).toEqual(ada)
      expect((await post('/site/logout')).json()).toEqual({ authenticated: false })
      expect((await visit('/site/me')).status).toBe(401)
    })

    it('gives the session another name when it signs in', async () => {
      await post('/site/login', { username: 'ada', password: 'lovelace' })
      const before = jar.header
      await post('/site/login', { username: 'ada', password: 'lovelace' })
      expect(jar.header).not.toBe(before)
    })

    it('refuses a wrong password, and a form without one', async () => {
      const wrong = await post('/site/login', { username: 'ada', password: 'wrong' })
      expect([wrong.status, wrong.text]).toEqual([401, 'Unauthorized'])
      expect((await post('/site/login', { username: 'ada' })).status).toBe(400)
    })

    it('redirects once it has saved the session', async () => {
      const failed = await post('/site/login-form', { username: 'ada', password: 'wrong' })
      expect([failed.status, failed.headers.location]).toEqual([302, '/site/login?failed'])
      const login = await post('/site/login-form', { username: 'ada', password: 'lovelace' })
      expect([login.status, login.headers.location]).toEqual([302, '/site/me'])
      expect((await visit('/site/me')).json()).toEqual(ada)
    })

    it('signs in by req.login', async () => {
      expect((await post('/site/login-by-hand')).json()).toEqual(ada)
      expect((await visit('/site/me')).json()).toEqual(ada)
    })

    it('hands an error of the strategy to Express', async () => {
      const { status } = await post('/site/login', { username: 'crash', password: 'x' })
      expect(status).toBe(500)
    })
  })
})
