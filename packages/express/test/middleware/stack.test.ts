import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import { type Answer, CookieJar, type RequestOptions } from '../../../../scripts/runtimes/index.ts'
import { onEachRuntime } from './runtimes.ts'

const script = 'console.log(1)\n'.repeat(100)

onEachRuntime({ app: 'stack', files: { 'public/app.js': script } }, ({ request, logged }) => {
  const ask = (path: string, { headers, ...options }: RequestOptions = {}): Promise<Answer> =>
    request(path, { ...options, headers: { 'accept-encoding': 'gzip', ...headers } })
  const decoded = ({ body }: Answer): string => gunzipSync(body).toString()

  describe('many middlewares together', () => {
    it('serve a static file', async () => {
      const answer = await ask('/app.js')
      expect(decoded(answer)).toBe(script)
      expect(answer.headers).toMatchObject({
        'content-encoding': 'gzip',
        'cache-control': 'public, max-age=3600',
        'x-content-type-options': 'nosniff',
        'access-control-allow-origin': 'https://app.example.com',
        'x-response-time': expect.stringMatching(/ms$/),
        vary: 'Origin, Accept-Encoding',
      })
      const again = await ask('/app.js', {
        headers: { 'if-none-match': answer.headers.etag as string },
      })
      expect([again.status, again.body.length]).toEqual([304, 0])
    })

    it('sign in by a form, and out by an overridden method', async () => {
      const jar = new CookieJar()
      const login = jar.keep(
        await ask('/login', {
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: 'username=ada&password=x',
        }),
      )
      expect([login.status, login.headers.location]).toEqual([303, '/me'])
      expect(jar.names.toSorted()).toEqual(['connect.sid', 'seen'])
      const headers = { cookie: jar.header }
      const me = await ask('/me', { headers })
      expect(JSON.parse(decoded(me))).toEqual({ user: { name: 'ada' }, seen: '1' })
      const logout = await ask('/me?_method=DELETE', { headers, body: '' })
      expect([logout.status, logout.text]).toEqual([204, ''])
      expect(JSON.parse(decoded(await ask('/me', { headers })))).toEqual({ user: null, seen: '1' })
    })

    it('stream', async () => {
      expect(decoded(await ask('/streamed'))).toBe('one two')
      expect(await logged(/streamed/)).toMatch(/^GET \/streamed 200 - - [\d.]+ ms$/)
    })

    it('answer errors, what is not there, and HEAD', async () => {
      const broken = await ask('/broken')
      expect([broken.status, decoded(broken)]).toEqual([500, '{"message":"broken"}'])
      expect((await ask('/missing')).status).toBe(404)
      const head = await ask('/me', { method: 'HEAD' })
      expect([head.status, head.body.length]).toEqual([200, 0])
    })

    it('answer many at once, each its own', async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          ask(index % 2 === 0 ? '/streamed' : `/missing/${index}`),
        ),
      )
      expect(answers.map((answer) => decoded(answer).includes('one two'))).toEqual(
        answers.map((_, index) => index % 2 === 0),
      )
      expect(answers.every(({ headers }) => 'x-response-time' in headers)).toBe(true)
    })
  })
})
