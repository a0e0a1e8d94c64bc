/** Packages resolved as Node does, by two lines of .env; and what is said without them. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { resolve } from 'node:path'
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

/** What of an app depends on how its packages are resolved, in the words of each package. */
const app = (express: string): string => `
import express from '${express}'
import pino from 'pino'
import { WebSocketServer } from 'ws'

const logger = pino()
const sockets = new WebSocketServer({ noServer: true })
export const app = express()
app.post('/', express.json(), (request, response) => {
  logger.info(request.body, 'received')
  response.json({ clients: sockets.clients.size, symbols: typeof pino.symbols })
})
`

const worker = (module: string): string => `
import { toWorker } from '@node-cf/express'
import { app } from '${module}'
export default toWorker(app)
`

const files = {
  'package.json': '{ "type": "module" }',
  'wrangler.jsonc':
    '{ "name": "resolved", "main": "src/worker.js", "compatibility_date": "2026-11-17" }',
  'src/app.js': app('express'),
  'src/worker.js': worker('./app.js'),
  'src/app5.js': app('express5'),
  'src/worker5.js': worker('./app5.js'),
  // Works without any configuration.
  'src/plain5.js': `
    import express from 'express5'
    export const app = express()
    app.post('/', express.json(), (request, response) => {
      // The bridge has put its own in the place of this one for a while.
      const { value } = Object.getOwnPropertyDescriptor(process.versions, 'node')
      response.json({ received: request.body, node: typeof value })
    })`,
  'src/worker-plain5.js': worker('./plain5.js'),
  'src/worker-views.js': `
    import { toWorker, warmViews } from '@node-cf/express'
    import ejs from 'ejs'
    import { app } from './plain5.js'
    await warmViews(app, { engines: { ejs } })
    export default toWorker(app)`,
}

let project: Project
const running: Server[] = []

beforeAll(async () => {
  project = await createProject('resolved', resolve(import.meta.dirname, '../..'))
  for (const [path, contents] of Object.entries(files)) await project.write(path, contents)
  await install(project, {
    '@node-cf/express': '@node-cf/express',
    express: 'express4',
    ejs: 'ejs',
    express5: 'express',
    pino: 'pino',
    ws: 'ws',
  })
})
afterAll(async () => {
  await Promise.all(running.map((server) => server.stop()))
  await project.remove()
})

/** Runs what `wrangler deploy` would upload. */
async function startDeployed(entry: string, ...options: string[]): Promise<Server> {
  const server = await serveDeployed(project, `${entry}.js`, `src/${entry}.js`, ...options)
  running.push(server)
  return server
}

async function startDev(): Promise<Server> {
  const server = await serveWithWrangler(project)
  running.push(server)
  return server
}

/** What a start that fails reports. */
async function failure(start: Promise<Server>): Promise<string> {
  const error = await start.then(
    () => new Error('It did not fail.'),
    (reason: unknown) => reason as Error,
  )
  return error.message
}

/** The message that tells what to do, in the lines before any place in the code. */
const explanation =
  /builds for browsers[^]*WRANGLER_BUILD_PLATFORM=node\s+WRANGLER_BUILD_CONDITIONS=workerd,worker,node/

describe('With the two lines in .env', () => {
  beforeAll(() => project.write('.env', nodeResolutionLines))
  afterAll(() => project.write('.env', undefined))

  it.each([
    ['wrangler dev', startDev],
    ['wrangler deploy', () => startDeployed('worker')],
  ])('Express 4, pino and ws run under %s', async (_name, start) => {
    const server = await start()
    const { status, text } = await send(server.port, '/', { body: { note: 'é' } })
    expect([status, text]).toEqual([200, '{"clients":0,"symbols":"object"}'])
    await logged(server, /\{"level":30,.*"note":"é","msg":"received"\}/)
    expect(server.log()).not.toMatch(explanation)
  })
})

describe('Without them', () => {
  it.each([
    ['wrangler dev', startDev],
    ['wrangler deploy', () => startDeployed('worker')],
  ])('Express 4 under %s fails with what to do', async (_name, start) => {
    const message = await failure(start())
    expect(message).toMatch(/BridgeError: This Worker is bundled with/)
    expect(message).toMatch(explanation)
    expect(message).not.toMatch(/require_streams|is not a function/)
  })

  it.each([
    ['Express 4, minified,', () => startDeployed('worker', '--minify'), /is not a function/],
    ['ws', () => startDeployed('worker5'), /WebSocketServer is not a constructor/],
  ])('%s is told what to do before it fails', async (_name, start, error) => {
    const message = await failure(start())
    expect(message.search(explanation)).toBeGreaterThan(-1)
    expect(message.search(error)).toBeGreaterThan(message.search(explanation))
  })

  it('EJS is told what to do by warmViews', async () => {
    const message = await failure(startDeployed('worker-views'))
    expect(message).toMatch(/The engine given for \.ejs is EJS's build for browsers.*in \.env/)
  })

  it('says nothing of an app that works', async () => {
    const { port, log } = await startDeployed('worker-plain5')
    const { text } = await send(port, '/', { body: { note: 'é' } })
    expect(text).toBe('{"received":{"note":"é"},"node":"string"}')
    expect(log()).toBe('')
  })
})
