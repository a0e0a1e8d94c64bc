/**
 * @fastify/secure-session encrypts by sodium-native, which is machine code. In a Worker
 * sodium-javascript takes its place; what either has encrypted the other reads.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from '@jest/globals'
import { type Answer, CookieJar, type RequestOptions } from '../../../../scripts/runtimes/index.ts'
import { startWorker } from '../../../../scripts/workerd/index.ts'
import { onEachRuntime } from './runtimes.ts'

const workerAlias = { 'sodium-native': 'sodium-javascript' }
const ada = { user: { name: 'Ünï', roles: ['a', 'b'] } }

/** Made on Node by sodium-native, with the older one of two keys. */
const cookieOfNode =
  'fZqeBlR8uz6oj2QgddtjI2ho68BmzFHeENbl8BWev4SlsGa1fztJGzwnCozpQn%2FNBnUD1%2BPKHXDrDYVvkui%2FcUotwF%2BWKAx0tedmO7Y%3D%3Bj%2BzYAvDMKScf5tpOyvw%2B%2BGqiFKLu5gre'

const varying = [/(main|brief|rotated)=[^;]+/g]

onEachRuntime({ app: 'secure-session', workerAlias, varying }, ({ request }) => {
  let jar: CookieJar
  beforeEach(() => {
    jar = new CookieJar()
  })
  const visit = async (path: string, options: RequestOptions = {}): Promise<Answer> =>
    jar.keep(await request(path, { ...options, headers: { cookie: jar.header } }))
  const post = (path: string): Promise<Answer> => visit(path, { body: {} })
  const look = async (cookie: string) => (await request('/look', { headers: { cookie } })).json()

  describe('@fastify/secure-session', () => {
    it('keeps what is put into it in the cookie', async () => {
      expect((await visit('/look')).headers).not.toHaveProperty('set-cookie')
      const first = await visit('/count')
      expect(first.json()).toEqual({ count: 1 })
      expect(first.headers['set-cookie']).toEqual([
        expect.stringMatching(/^main=[\w%]+%3B[\w%]+; Path=\/; HttpOnly; SameSite=Lax$/),
      ])
      expect((await visit('/count')).json()).toEqual({ count: 2 })
      expect((await visit('/look')).headers).not.toHaveProperty('set-cookie')
    })

    it('encrypts with another nonce each time', async () => {
      const cookies = await Promise.all([1, 2, 3].map(async () => (await visit('/count')).headers))
      expect(new Set(cookies.map((headers) => headers['set-cookie']?.[0])).size).toBe(3)
    })

    it('keeps objects and UTF-8, and takes options of one cookie', async () => {
      const { headers, json } = await post('/user')
      expect(json()).toEqual(ada)
      expect(headers['set-cookie']).toEqual([expect.stringContaining('Max-Age=60')])
      expect(await look(jar.header)).toEqual(ada)
    })

    it('forgets all but what it is told to keep', async () => {
      await visit('/count')
      await post('/user')
      expect((await post('/regenerate')).json()).toEqual(ada)
      expect(await look(jar.header)).toEqual(ada)
    })

    it('deletes a session', async () => {
      await visit('/count')
      const { headers } = await post('/delete')
      expect(headers['set-cookie']).toEqual([
        expect.stringMatching(/^main=; Max-Age=0; Path=\/; Expires=Thu, 01 Jan 1970/),
      ])
      expect(jar.names).toEqual([])
    })

    it('reads what was encrypted on Node with an older key, and encrypts it anew', async () => {
      const { json, headers } = await request('/rotated', {
        headers: { cookie: `rotated=${cookieOfNode}` },
      })
      expect(json()).toEqual({ ...ada, changed: true })
      expect(headers['set-cookie']).toEqual([expect.stringMatching(/^rotated=/)])
      jar.keep(await request('/rotated', { headers: { cookie: `rotated=${cookieOfNode}` } }))
      expect((await visit('/rotated')).json()).toEqual({ ...ada, changed: false })
    })

    it.each([
      ['altered', (value: string) => `main=A${value.slice(6)}`],
      ['cut', (value: string) => value.slice(0, 20)],
      ['without a nonce', (value: string) => value.replace(/%3B.*/, '')],
      ['with a short nonce', (value: string) => value.replace(/%3B.*/, '%3BAAAA')],
      ['of another session', (value: string) => value.replace(/^main=.*/, `main=${cookieOfNode}`)],
      ['that is none', () => 'main=x'],
    ])('begins anew with a cookie %s', async (_name, spoil) => {
      await visit('/count')
      expect(await look(spoil(jar.header))).toEqual({})
      expect(await look(jar.header)).toEqual({ count: 1 })
    })

    it('ends when its time is over', async () => {
      expect((await visit('/brief')).json()).toEqual({})
      await delay(2100)
      expect((await visit('/brief')).json()).toEqual({})
    })
  })
})

describe('@fastify/secure-session in a Worker', () => {
  const start = (options: string, alias: Record<string, string>) =>
    startWorker({
      resolveDir: import.meta.dirname,
      alias,
      source: `
        import { toWorker } from '@node-cf/fastify'
        import fastify from 'fastify'
        import secureSession from '@fastify/secure-session'
        export default await toWorker(fastify().register(secureSession, ${options}))`,
    })

  it('does not start without the alias', async () => {
    await expect(start('{ key: Buffer.alloc(32) }', {})).rejects.toThrow('Cannot find addon')
  })

  it('does not start with a secret, which needs Argon2', async () => {
    const options = `{ secret: 'a secret of at least thirty-two characters', salt: 'a salt of 16 byt' }`
    await expect(start(options, workerAlias)).rejects.toThrow('salt must be length undefined')
  })
})
