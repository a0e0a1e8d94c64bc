import { describe, expect, it } from '@jest/globals'
import { startWorker } from '../../../../scripts/workerd/index.ts'
import { onEachRuntime } from './runtimes.ts'

/** They stand in a Worker as they are, unbundled: what they import has to stand there too. */
const modules = {
  'plugins/clock.js': `
    import { now } from '../time.js'
    export default async function (app) {
      app.decorate('now', now)
    }`,
  'time.js': `export const now = () => 'noon'`,
  'routes/root.js': `
    export default async function (app, options) {
      app.get('/', async () => ({ greeting: options.greeting, now: app.now() }))
    }`,
  'routes/users/index.js': `
    export default async function (app) {
      app.get('/', async (request) => ({ users: [], hook: request.hook ?? null }))
    }`,
  'routes/users/autohooks.js': `
    export default async function (app) {
      app.decorateRequest('hook', null)
      app.addHook('onRequest', async (request) => { request.hook = 'of users' })
    }`,
  'routes/users/_id/index.js': `
    export default async function (app) {
      app.get('/', async (request) => ({ id: request.params.id, hook: request.hook ?? null }))
    }`,
  'routes/prefixed.js': `
    export const autoPrefix = '/elsewhere'
    export default async function (app) {
      app.get('/', async () => 'here')
    }`,
  'routes/object.js': `
    export default { method: 'GET', url: '/object', handler: async () => 'a route object' }`,
  'routes/off.js': `
    export const autoload = false
    export default async function () { throw new Error('loaded') }`,
  'routes/ignored.js': `throw new Error('loaded')`,
}

onEachRuntime({ app: 'autoload', modules }, ({ request }) => {
  const get = async (path: string) => {
    const { status, text } = await request(path)
    return [status, text]
  }

  describe('@fastify/autoload', () => {
    it('loads plugins, and routes that use them', async () => {
      expect(await get('/')).toEqual([200, '{"greeting":"hello","now":"noon"}'])
    })

    it('makes prefixes of folders, and hooks of autohooks', async () => {
      expect(await get('/users')).toEqual([200, '{"users":[],"hook":"of users"}'])
    })

    it('makes parameters of folders, and has hooks hold below', async () => {
      expect(await get('/users/7')).toEqual([200, '{"id":"7","hook":"of users"}'])
    })

    it('takes prefixes of modules, and route objects', async () => {
      expect(await get('/elsewhere')).toEqual([200, 'here'])
      expect(await get('/object')).toEqual([200, 'a route object'])
    })

    it('knows no other routes', async () => {
      for (const path of ['/root', '/prefixed', '/ignored', '/off/1']) {
        expect((await request(path)).status).toBe(404)
      }
    })
  })
})

describe('@fastify/autoload of CommonJS modules', () => {
  it('does not start: a bundle has no require for them', async () => {
    const start = startWorker({
      resolveDir: import.meta.dirname,
      modules: { 'routes/root.js': 'export default async () => {}' },
      source: `
        import { toWorker } from '@node-cf/fastify'
        import autoload from '@fastify/autoload'
        import fastify from 'fastify'
        export default await toWorker(fastify().register(autoload, { dir: '/bundle/routes' }))`,
    })
    await expect(start).rejects.toThrow(/Dynamic require of "\/bundle\/routes\/root\.js"/)
  })
})
