import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from '@jest/globals'
import { onEachRuntime } from './runtimes.ts'

/** The headers that two proxies leave; the first address is the client's. */
const from = (client: string) => ({ headers: { 'x-forwarded-for': `${client}, 10.0.0.2` } })

/** Waits for what comes true within three seconds. */
async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 3000; !(await isTrue()); await delay(20)) {
    if (Date.now() > deadline) throw new Error('It did not come true in three seconds.')
  }
}

onEachRuntime({ app: 'limits' }, ({ request, logged }) => {
  describe('express-rate-limit', () => {
    it('answers 429 after the limit, and tells what is left', async () => {
      const answers = [
        await request('/draft-7', from('192.0.2.1')),
        await request('/draft-7', from('192.0.2.1')),
        await request('/draft-7', from('192.0.2.1')),
      ]
      expect(answers.map(({ status, text }) => [status, text])).toEqual([
        [200, '192.0.2.1'],
        [200, '192.0.2.1'],
        [429, 'Too many requests, please try again later.'],
      ])
      expect(answers.map(({ headers }) => headers['ratelimit'])).toEqual([
        expect.stringMatching(/^limit=2, remaining=1, reset=(60|5\d)$/),
        expect.stringMatching(/^limit=2, remaining=0, reset=(60|5\d)$/),
        expect.stringMatching(/^limit=2, remaining=0, reset=(60|5\d)$/),
      ])
      expect(answers[0]?.headers['ratelimit-policy']).toBe('2;w=60')
      expect(answers[2]?.headers['retry-after']).toMatch(/^(60|5\d)$/)
    })

    it('counts each address by itself, whatever else a client claims', async () => {
      for (const spoofed of ['203.0.113.1', '203.0.113.2']) {
        await request('/draft-7', from(`${spoofed}, 192.0.2.2`))
      }
      const third = await request('/draft-7', from('203.0.113.3, 192.0.2.2'))
      expect(third.status).toBe(429)
      expect((await request('/draft-7', from('192.0.2.3'))).status).toBe(200)
    })

    it('sends the headers of draft 8, the old ones, and a message of its own', async () => {
      const first = await request('/draft-8', from('192.0.2.4'))
      expect(first.headers).toMatchObject({
        'ratelimit-policy': expect.stringMatching(/^"api"; q=2; w=60; pk=:.+:$/),
        ratelimit: expect.stringMatching(/^"api"; r=1; t=(60|5\d)$/),
        'x-ratelimit-limit': '2',
        'x-ratelimit-remaining': '1',
        'x-ratelimit-reset': expect.stringMatching(/^\d{10}$/),
      })
      await request('/draft-8', from('192.0.2.4'))
      const third = await request('/draft-8', from('192.0.2.4'))
      expect([third.status, third.json()]).toEqual([429, { error: 'Slow down.' }])
    })

    it('begins anew when its time is over', async () => {
      const status = async () => (await request('/short', from('192.0.2.5'))).status
      const together = await Promise.all([status(), status()])
      expect(together.toSorted((one, other) => one - other)).toEqual([200, 429])
      await until(async () => (await status()) === 200)
    })

    it('counts by a key, and not what failed', async () => {
      const status = async (path: string, key: string) =>
        (await request(path, { headers: { 'x-api-key': key } })).status
      expect(await status('/by-key/500', 'a')).toBe(500)
      // The failure is taken back a moment after the client has got the response.
      await until(async () => (await status('/by-key/200', 'a')) === 200)
      expect(await status('/by-key/200', 'a')).toBe(429)
      expect(await status('/by-key/200', 'b')).toBe(200)
    })
  })

  describe('connect-timeout', () => {
    it('answers 503 in the place of a handler that never does', async () => {
      const begun = Date.now()
      const answer = await request('/never')
      expect([answer.status, answer.json()]).toEqual([
        503,
        { code: 'ETIMEDOUT', message: 'Response timeout' },
      ])
      expect(Date.now() - begun).toBeGreaterThanOrEqual(95)
    })

    it('lets an answer through that comes in time', async () => {
      expect((await request('/in-time')).text).toBe('in time')
    })

    it('only tells, where it must not answer', async () => {
      expect((await request('/too-late')).json()).toEqual({ timedout: true })
      expect(await logged(/^timed out/)).toBe('timed out after 50')
    })

    it('can be called off', async () => {
      expect((await request('/extended')).json()).toEqual({ timedout: false })
    })

    it('lets a handler go on that finds out late', async () => {
      expect((await request('/halted')).status).toBe(503)
      expect(await logged(/^halted/)).toBe('halted')
    })
  })
})
