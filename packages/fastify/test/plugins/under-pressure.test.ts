import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from '@jest/globals'
import { onEachRuntime } from './runtimes.ts'

onEachRuntime({ app: 'under-pressure' }, ({ request, open, runtime }) => {
  const health = (isHealthy: boolean) => request('/health', { method: 'PUT', body: { isHealthy } })
  /** Asks until a health check has run that finds what the app was told. */
  async function until(status: number): Promise<void> {
    for (let asked = 0; asked < 100; asked += 1) {
      // Not compared: how often it takes depends on the clock.
      const response = await open('/checked')
      response.resume()
      if (response.statusCode === status) return
      await delay(20)
    }
    throw new Error(`There was no ${status}.`)
  }

  describe('@fastify/under-pressure', () => {
    it('lets requests through, and tells what it measures', async () => {
      expect((await request('/calm')).json()).toEqual({ isUnderPressure: false })
      await delay(400)
      expect((await request('/calm')).json()).toEqual({ isUnderPressure: false })
      expect((await request('/calm/usage')).json()).toEqual([
        'eventLoopDelay',
        'rssBytes',
        'heapUsed',
        'eventLoopUtilized',
      ])
    })

    it('has a route for the status, by its schema', async () => {
      const { status, json } = await request('/calm/alive')
      expect([status, json()]).toEqual([200, { status: 'ok', release: '1.2.3' }])
    })

    it('refuses requests while a health check fails', async () => {
      await health(false)
      await until(503)
      const refused = await request('/checked')
      expect([refused.status, refused.headers['retry-after'], refused.json()]).toEqual([
        503,
        '50',
        {
          statusCode: 503,
          code: 'FST_UNDER_PRESSURE',
          error: 'Service Unavailable',
          message: 'Too much.',
        },
      ])
      expect((await request('/checked/status')).status).toBe(503)
    })

    it('takes requests again when it succeeds', async () => {
      await health(true)
      await until(200)
      expect((await request('/checked')).text).toBe('fine')
      expect((await request('/checked/status')).json()).toEqual({ status: 'ok' })
    })

    it('asks the app what to do', async () => {
      const refused = await request('/handled')
      expect([refused.status, refused.json()]).toEqual([503, { type: 'healthCheck' }])
      expect((await request('/handled/essential')).text).toBe('still served')
      expect((await request('/handled/own')).text).toBe('answered by the route')
    })

    it('is under pressure for want of memory on Node, and never on Workers', async () => {
      await delay(100)
      const response = await open('/measured')
      response.resume()
      expect(response.statusCode).toBe(runtime === 'Node' ? 503 : 200)
    })
  })
})
