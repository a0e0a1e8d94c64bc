import { beforeEach, describe, expect, it } from '@jest/globals'
import { type Answer, CookieJar, type RequestOptions } from '../../../../scripts/runtimes/index.ts'
import { onEachRuntime } from './runtimes.ts'

// Names of sessions, and times.
const varying = [/(lazy|sessionId)=[^;]+/g, /Expires=[^;]+/g]

onEachRuntime({ app: 'session', varying }, ({ request }) => {
  let jar: CookieJar
  beforeEach(() => {
    jar = new CookieJar()
  })
  const visit = async (path: string, options: RequestOptions = {}): Promise<Answer> =>
    jar.keep(await request(path, { ...options, headers: { cookie: jar.header } }))
  const post = (path: string, body: object = {}): Promise<Answer> => visit(path, { body })

  describe('@fastify/session', () => {
    it('sets a cookie with the first thing that is worth keeping', async () => {
      expect((await visit('/lazy/look')).headers).not.toHaveProperty('set-cookie')
      const first = await visit('/lazy')
      expect(first.json()).toEqual({ count: 1 })
      expect(first.headers['set-cookie']).toEqual([
        expect.stringMatching(
          /^lazy=[\w-]{32}\.[^;]+; Path=\/; Expires=.+; HttpOnly; SameSite=Lax$/,
        ),
      ])
      expect((await visit('/lazy')).json()).toEqual({ count: 2 })
      expect((await visit('/lazy/look')).json()).toEqual({ count: 2 })
    })

    it('sets a cookie each time where it is told to', async () => {
      expect((await visit('/stored/look')).headers['set-cookie']).toEqual([
        expect.stringMatching(/^sessionId=s:/),
      ])
    })

    it('keeps sessions in a store that answers later', async () => {
      await visit('/stored')
      expect((await visit('/stored')).json()).toEqual({ count: 2 })
      const look = await visit('/stored/look')
      expect([look.json(), look.headers['set-cookie']]).toEqual([{ count: 2 }, undefined])
    })

    it('fails where the store fails', async () => {
      const { status, json } = await post('/stored/user', { user: 'unlucky' })
      expect([status, json()]).toMatchObject([500, { message: 'The disk is full.' }])
    })

    it.each([
      ['a stream', '/lazy/streamed', 100],
      ['a redirect', '/lazy/redirected', 200],
    ])('has saved the session when the response ends that is %s', async (_name, path, count) => {
      await visit(path)
      expect((await visit('/lazy/look')).json()).toEqual({ count })
    })

    it('regenerates a session under another name', async () => {
      await visit('/lazy')
      const before = jar.header
      expect((await post('/lazy/regenerate')).json()).toEqual([true, null])
      expect(jar.header).not.toBe(before)
      const { json } = await request('/lazy/look', { headers: { cookie: before } })
      expect(json()).toEqual({ count: null })
    })

    it('destroys a session', async () => {
      await visit('/lazy')
      expect((await post('/lazy/destroy')).text).toBe('destroyed')
      expect((await visit('/lazy/look')).json()).toEqual({ count: null })
    })

    it('saves and reloads when it is told to', async () => {
      expect((await post('/stored/save')).text).toBe('saved')
      expect((await visit('/stored/look')).json()).toEqual({ count: 5 })
    })

    it('takes options of one session', async () => {
      const { headers } = await visit('/lazy/brief')
      expect(headers['set-cookie']).toEqual([expect.stringContaining('Path=/lazy;')])
    })

    it('sets a secure cookie over https only', async () => {
      expect((await request('/secure')).headers).not.toHaveProperty('set-cookie')
      const { headers } = await request('/secure', { headers: { 'x-forwarded-proto': 'https' } })
      expect(headers['set-cookie']).toEqual([expect.stringMatching(/; HttpOnly; Secure$/)])
    })

    it('distrusts a forged cookie', async () => {
      await visit('/lazy')
      const cookie = jar.header.replace(/\.[^.]+$/, '.forged')
      expect((await request('/lazy', { headers: { cookie } })).json()).toEqual({ count: 1 })
    })

    it('keeps sessions in flight together apart', async () => {
      const names = await Promise.all(
        Array.from({ length: 10 }, async (_value, index) => {
          const own = new CookieJar()
          for (let count = 0; count <= index; count += 1) {
            own.keep(await request('/lazy', { headers: { cookie: own.header } }))
          }
          const { json } = await request('/lazy/look', { headers: { cookie: own.header } })
          expect(json()).toEqual({ count: index + 1 })
          return own.header
        }),
      )
      expect(new Set(names).size).toBe(10)
    })
  })
})
