/** A Fastify app as wrangler bundles it, with the two lines of .env and without. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { join } from 'node:path'
import {
  createProject,
  install,
  logged,
  nodeResolutionLines,
  type Project,
  type Server,
  serveDeployed,
  serveWithWrangler,
} from '../../../../scripts/projects/index.ts'
import { send } from '../../../../scripts/runtimes/index.ts'

const files = {
  'package.json': '{ "type": "module" }',
  'wrangler.jsonc':
    '{ "name": "bundled", "main": "src/worker.js", "compatibility_date": "2026-11-17", "vars": { "NAME": "bound" } }',
  'src/app.js': `
    import fastify from 'fastify'
    import { nodeCf } from '@node-cf/fastify'

    export const app = fastify({ logger: true })
    app.register(nodeCf)
    const body = { type: 'object', required: ['note'], properties: { note: { type: 'string' } } }
    app.post('/', { schema: { body, response: { 201: body } } }, async (request, reply) => {
      request.log.warn({ note: request.body.note }, 'received')
      reply.code(201)
      return request.body
    })
    app.get('/', async ({ cloudflare }) => ({
      name: cloudflare.env.NAME,
      injected: (await app.inject({ method: 'POST', url: '/', payload: { note: 'n' } })).json(),
    }))`,
  'src/worker.js': `
    import { toWorker } from '@node-cf/fastify'
    import { app } from './app.js'
    export default await toWorker(app)`,
}

let project: Project
const running: Server[] = []

beforeAll(async () => {
  project = await createProject('bundled', join(import.meta.dirname, '../..'))
  for (const [path, contents] of Object.entries(files)) await project.write(path, contents)
  await install(project, { '@node-cf/fastify': '@node-cf/fastify', fastify: 'fastify' })
})
afterAll(async () => {
  await Promise.all(running.map((server) => server.stop()))
  await project.remove()
})

/** Runs what `wrangler deploy` would upload. */
async function startDeployed(...options: string[]): Promise<Server> {
  const server = await serveDeployed(project, 'worker.js', ...options)
  running.push(server)
  return server
}

async function startDev(): Promise<Server> {
  const server = await serveWithWrangler(project)
  running.push(server)
  return server
}

const explanation =
  /builds for browsers[^]*WRANGLER_BUILD_PLATFORM=node\s+WRANGLER_BUILD_CONDITIONS=workerd,worker,node/

describe('With the two lines in .env', () => {
  beforeAll(() => project.write('.env', nodeResolutionLines))
  afterAll(() => project.write('.env', undefined))

  it.each([
    ['wrangler dev', startDev],
    ['wrangler deploy', () => startDeployed()],
    ['wrangler deploy --minify', () => startDeployed('--minify')],
  ])('an app with schemas, a logger and inject() runs under %s', async (_name, start) => {
    const server = await start()
    const { status, text } = await send(server.port, '/', { body: { note: 'é', other: 1 } })
    expect([status, text]).toEqual([201, '{"note":"é"}'])
    expect((await send(server.port, '/', { body: {} })).status).toBe(400)
    expect((await send(server.port, '/')).json()).toMatchObject({ injected: { note: 'n' } })
    await logged(server, /level: 40,[^]*note: 'é',\s*msg: 'received'/)
    expect(server.log()).not.toMatch(explanation)
    expect(server.log()).not.toContain('AVVIO')
  })

  it('has the bindings under wrangler dev', async () => {
    const server = await startDev()
    expect((await send(server.port, '/')).json()).toMatchObject({ name: 'bound' })
  })
})

describe('Without them', () => {
  it.each([
    ['wrangler dev', startDev],
    ['wrangler deploy', () => startDeployed()],
  ])('an app does not start under %s, and says what to do', async (_name, start) => {
    const error = await start().then(
      () => new Error('It did not fail.'),
      (reason: unknown) => reason as Error,
    )
    expect(error.message).toMatch(explanation)
  })
})
