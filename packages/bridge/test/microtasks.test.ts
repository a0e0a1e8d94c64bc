import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'

let worker: RunningWorker

beforeAll(async () => {
  worker = await startWorker({
    source: `
      import { toFetchHandler } from '@node-cf/bridge'
      const handler = toFetchHandler((req, res) => {
        const rejected = Promise.reject(new Error('handled elsewhere'))
        rejected.catch(() => {})
        const arm = req.url === '/nextTick' ? process.nextTick : queueMicrotask
        arm(() => rejected)
        arm(() => { if (req.url === '/throws') throw new Error('thrown by a task') })
        setTimeout(() => res.end('answered'), 20)
      })
      export default {
        async fetch(request, env, ctx) {
          // An event that the bridge does not serve, and that comes before any it does.
          if (request.url.endsWith('/aside')) {
            return new Response(await new Promise((resolve) => setTimeout(resolve, 5, 'timers run')))
          }
          return handler(request, env, ctx)
        },
      }`,
    resolveDir: import.meta.dirname,
  })
})
afterAll(() => worker.dispose())

describe('a timer', () => {
  it('fires in an event that the bridge does not serve, were it the first', async () => {
    expect(await (await worker.fetch('/aside')).text()).toBe('timers run')
  })
})

describe('a task', () => {
  it.each(['/queueMicrotask', '/nextTick'])(
    'is not held responsible for a promise that it returns: %s',
    async (path) => {
      expect(await (await worker.fetch(path)).text()).toBe('answered')
      expect(worker.logs.filter((entry) => entry.includes('handled elsewhere'))).toEqual([])
    },
  )

  it('that throws fails its request, and is logged', async () => {
    expect((await worker.fetch('/throws')).status).toBe(500)
    expect(await worker.logged('thrown by a task')).toContain('Error')
  })
})
