import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from '@jest/globals'
import { onEachRuntime } from './runtimes.ts'

// What is left of a window depends on the clock, and so does the length of the text that tells it.
const varying = [
  /(reset|retry-after|content-length): \d+/g,
  /retry in [^"]+/g,
  /"(after|ttlInSeconds)":("[^"]+"|\d+)/g,
]

onEachRuntime({ app: 'rate-limit', varying }, ({ request, logged }) => {
  const get = (path: string, client: string, headers: Record<string, string> = {}) =>
    request(path, { headers: { 'x-client': client, ...headers } })
  const statuses = async (count: number, ...parameters: Parameters<typeof get>) => {
    const answers: number[] = []
    while (answers.length < count) answers.push((await get(...parameters)).status)
    return answers
  }

  describe('@fastify/rate-limit', () => {
    it('counts down, and refuses what is too much', async () => {
      const first = await get('/limited', 'ada')
      expect(first.headers).toMatchObject({
        'x-ratelimit-limit': '2',
        'x-ratelimit-remaining': '1',
        'x-ratelimit-reset': expect.stringMatching(/^(5\d|60)$/),
      })
      await get('/limited', 'ada')
      const third = await get('/limited', 'ada')
      expect(third.headers).toMatchObject({
        'x-ratelimit-remaining': '0',
        'retry-after': expect.stringMatching(/^(5\d|60)$/),
      })
      expect([third.status, third.json()]).toEqual([
        429,
        {
          statusCode: 429,
          error: 'Too Many Requests',
          message: expect.stringMatching(/^Rate limit exceeded, retry in (1 minute|5\d seconds)$/),
        },
      ])
    })

    it('tells clients apart', async () => {
      expect(await statuses(3, '/limited', 'bob')).toEqual([200, 200, 429])
      expect(await statuses(1, '/limited', 'eve')).toEqual([200])
    })

    it('takes a limit of a route, or none', async () => {
      expect(await statuses(2, '/limited/own', 'ada')).toEqual([200, 429])
      expect(await statuses(4, '/limited/free', 'ada')).toEqual([200, 200, 200, 200])
    })

    it('limits what is not found', async () => {
      expect(await statuses(3, '/limited/nothing', 'lost')).toEqual([404, 404, 429])
    })

    it('names the headers of the draft', async () => {
      expect((await get('/draft', 'ada')).headers).toMatchObject({
        'ratelimit-limit': '1',
        'ratelimit-remaining': '0',
      })
      const refused = await get('/draft', 'ada')
      expect(refused.status).toBe(429)
      expect(refused.headers).not.toHaveProperty('retry-after')
    })

    it('begins anew when the window has passed', async () => {
      expect(await statuses(2, '/brief', 'ada')).toEqual([200, 429])
      await delay(1100)
      expect(await statuses(1, '/brief', 'ada')).toEqual([200])
    })

    it('bans, with an answer of the app', async () => {
      await get('/banned', 'ada')
      const refused = await get('/banned', 'ada')
      expect(refused.json()).toEqual({
        statusCode: 429,
        ban: false,
        max: 1,
        after: expect.any(String),
      })
      expect((await get('/banned', 'ada')).json()).toMatchObject({ statusCode: 403, ban: true })
      await logged(/^banned ada/)
    })

    it('asks the app for the limit, and who has none', async () => {
      expect(await statuses(2, '/asked', 'poor')).toEqual([200, 429])
      expect(await statuses(4, '/asked', 'rich', { 'x-plan': 'paid' })).toEqual([
        200, 200, 200, 429,
      ])
      expect(await statuses(3, '/asked', 'friend')).toEqual([200, 200, 200])
    })

    it('tells addresses apart, IPv6 by its network', async () => {
      const from = async (address: string): Promise<number> =>
        (await request('/addresses', { headers: { 'x-forwarded-for': address } })).status
      expect([await from('203.0.113.1'), await from('203.0.113.1')]).toEqual([200, 429])
      expect(await from('203.0.113.2')).toBe(200)
      expect([await from('2001:db8::1'), await from('2001:db8::2')]).toEqual([200, 429])
      expect(await from('2001:db8:1::1')).toBe(200)
    })

    it('counts by what is in the body', async () => {
      const post = async (user: string) => (await request('/late', { body: { user } })).status
      expect([await post('ada'), await post('ada'), await post('bob')]).toEqual([200, 429, 200])
    })

    it('counts when a handler says so', async () => {
      expect((await get('/manual', 'ada')).json()).toMatchObject({
        isAllowed: false,
        isExceeded: false,
        remaining: 0,
      })
      expect((await get('/manual', 'ada')).json()).toMatchObject({ isExceeded: true })
    })

    it('counts requests in flight together', async () => {
      const all = await Promise.all(Array.from({ length: 6 }, () => get('/limited', 'together')))
      expect(all.filter(({ status }) => status === 200)).toHaveLength(2)
    })
  })
})
