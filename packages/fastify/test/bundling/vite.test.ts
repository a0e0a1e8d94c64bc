/** A Fastify app under Cloudflare's Vite plugin, with nodeResolution(). */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { join } from 'node:path'
import {
  createProject,
  install,
  logged,
  type Project,
  type Server,
  serveViteBuild,
  serveWithVite,
} from '../../../../scripts/projects/index.ts'
import { send } from '../../../../scripts/runtimes/index.ts'

const files = {
  'package.json': '{ "type": "module" }',
  // The plugin brings a runtime of its own, which knows no later date.
  'wrangler.jsonc':
    '{ "name": "bundled", "main": "src/worker.js", "compatibility_date": "2026-10-12" }',
  'vite.config.js': `
    import { cloudflare } from '@cloudflare/vite-plugin'
    import { nodeResolution } from '@node-cf/fastify/vite'
    import { defineConfig } from 'vite'
    export default defineConfig({ plugins: [cloudflare({ inspectorPort: false }), nodeResolution()] })`,
  'src/worker.js': `
    import { toWorker } from '@node-cf/fastify'
    import { app } from './app.js'
    export default await toWorker(app)`,
  'src/app.js': `
    import fastify from 'fastify'
    export const app = fastify({ logger: true })
    const body = { type: 'object', required: ['note'], properties: { note: { type: 'string' } } }
    app.post('/', { schema: { body, response: { 200: body } } }, async (request) => request.body)
    app.get('/', async () => (await app.inject({ method: 'POST', url: '/', payload: { note: 'n' } })).json())`,
}

let project: Project
let server: Server | undefined

beforeAll(async () => {
  project = await createProject('bundled', join(import.meta.dirname, '../..'))
  for (const [path, contents] of Object.entries(files)) await project.write(path, contents)
  await install(project, {
    '@cloudflare/vite-plugin': '@cloudflare/vite-plugin',
    '@node-cf/fastify': '@node-cf/fastify',
    fastify: 'fastify',
    vite: 'vite',
  })
})
afterEach(async () => {
  await server?.stop()
  server = undefined
})
afterAll(() => project.remove())

const build = (): Promise<Server> => serveViteBuild(project, 'bundled')
const dev = (): Promise<Server> => serveWithVite(project)

describe('An app with schemas, a logger and inject()', () => {
  it.each([
    ['vite build', build],
    ['vite dev', dev],
  ])('runs under %s', async (_name, start) => {
    server = await start()
    const { status, text } = await send(server.port, '/', { body: { note: 'é', other: 1 } })
    expect([status, text]).toEqual([200, '{"note":"é"}'])
    expect((await send(server.port, '/', { body: {} })).status).toBe(400)
    expect((await send(server.port, '/')).text).toBe('{"note":"n"}')
    await logged(server, /msg: 'request completed'/)
    expect(server.log()).not.toMatch(/ERR_BRIDGE_BUNDLE|AVVIO/)
  })
})
