import { createHmac } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { CookieJar } from '../../../../scripts/runtimes/index.ts'
import { onEachRuntime } from './runtimes.ts'

/** Signed as @fastify/cookie does it. */
function sign(value: string, secret: string): string {
  const signature = createHmac('sha256', secret).update(value).digest('base64').replace(/=+$/, '')
  return `${value}.${signature}`
}

onEachRuntime({ app: 'cookie' }, ({ request }) => {
  const read = async (cookie: string) => (await request('/read', { headers: { cookie } })).json()
  const written = async (path: string, headers: Record<string, string> = {}) =>
    (await request(path, { headers })).headers['set-cookie']
  const unsigned = async (value: string) => {
    const answer = await request('/unsign', { headers: { cookie: `signed=${value}` } })
    return answer.json()
  }

  describe('@fastify/cookie', () => {
    it('reads cookies', async () => {
      expect(await read('a=1; b="quoted"; c=%C3%A9; d=%zz; a=2; e')).toEqual({
        a: '1',
        b: '"quoted"',
        c: 'é',
        d: '%zz',
      })
    })

    it('reads none where there are none', async () => {
      expect((await request('/read')).json()).toEqual({})
      expect(await read('')).toEqual({})
    })

    it('keeps what is no property of an object', async () => {
      expect(await read('__proto__=1; constructor=2')).toMatchObject({ constructor: '2' })
    })

    it('sets cookies with their options', async () => {
      expect(await written('/write')).toEqual([
        'plain=a%20b%3Bc%3D%C3%A9; SameSite=Lax',
        'options=1; Max-Age=60; Domain=example.com; Path=/shop; Expires=Sun, 17 Mar 2030 17:46:40 GMT; HttpOnly; Secure; Partitioned; Priority=High; SameSite=Strict',
        'raw=a=b; SameSite=Lax',
      ])
    })

    it('sets cookies beside a header of the app', async () => {
      expect(await written('/append')).toEqual([
        'first=1',
        'second=2; SameSite=Lax',
        'third=4; SameSite=Lax',
      ])
    })

    it('clears a cookie', async () => {
      expect(await written('/clear')).toEqual([
        'plain=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; SameSite=Lax',
      ])
    })

    it('makes cookies secure over https', async () => {
      expect(await written('/automatic')).toEqual(['automatic=1; SameSite=Lax'])
      expect(await written('/automatic', { 'x-forwarded-proto': 'https' })).toEqual([
        'automatic=1; Secure; SameSite=Lax',
      ])
    })

    it('refuses an invalid name', async () => {
      const { status, json } = await request('/invalid')
      expect([status, json()]).toEqual([500, expect.objectContaining({ statusCode: 500 })])
    })

    it('signs, and reads what it signed', async () => {
      const jar = new CookieJar()
      jar.keep(await request('/sign'))
      expect(jar.header).toBe(`signed=${sign('ada', 'newest secret')}`)
      const { json } = await request('/unsign', { headers: { cookie: jar.header } })
      expect(json()).toEqual({ valid: true, renew: false, value: 'ada' })
    })

    it('renews what was signed with an older secret', async () => {
      expect(await unsigned(sign('ada', 'older secret'))).toEqual({
        valid: true,
        renew: true,
        value: 'ada',
      })
    })

    it.each(['ada.forged', 'ada', '', sign('ada', 'another secret')])(
      'distrusts %j',
      async (value) => {
        expect(await unsigned(value)).toEqual({ valid: false, renew: false, value: null })
      },
    )

    it('sets a cookie with a stream, and with an error', async () => {
      const streamed = await request('/streamed')
      expect([streamed.text, streamed.headers['set-cookie']]).toEqual([
        'streamed',
        ['before=1; SameSite=Lax'],
      ])
      const failed = await request('/fails')
      expect([failed.status, failed.headers['set-cookie']]).toEqual([500, ['kept=1; SameSite=Lax']])
    })

    it('parses a text', async () => {
      expect((await request('/parse')).json()).toEqual({ a: '1', b: 'é', c: '%zz' })
    })
  })
})
