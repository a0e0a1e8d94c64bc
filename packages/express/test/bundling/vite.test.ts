/** Cloudflare's Vite plugin, with nodeResolution() and without. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { nodeResolution } from '@node-cf/express/vite'
import { join } from 'node:path'
import type { Plugin } from 'vite'
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

const configuration = (plugins: string): string => `
import { cloudflare } from '@cloudflare/vite-plugin'
import { nodeResolution } from '@node-cf/express/vite'
import { defineConfig } from 'vite'

export default defineConfig({ plugins: [${plugins}] })
`

const files = {
  'package.json': '{ "type": "module" }',
  // The plugin brings a runtime of its own, which knows no later date.
  'wrangler.jsonc': `{
    "name": "resolved",
    "main": "src/worker.js",
    "compatibility_date": "2026-10-12",
  }`,
  'src/worker.js': `
    import { toWorker } from '@node-cf/express'
    import { app } from './app.js'
    export default toWorker(app)`,
  'src/app.js': `
    import express from 'express'
    import pino from 'pino'
    import { WebSocketServer } from 'ws'

    const logger = pino()
    const sockets = new WebSocketServer({ noServer: true })
    const sum = new Function('a, b', 'return a + b // the sum')
    export const app = express()
    app.post('/', express.json(), (request, response) => {
      logger.info(request.body, 'received')
      response.json({
        clients: sockets.clients.size,
        symbols: typeof pino.symbols,
        sum: [sum(1, 2), sum.name, sum.length, sum.constructor === Function, sum instanceof Function],
      })
    })`,
}

/** An app whose packages have no other code for browsers, as far as Vite looks. */
const indifferentApp = `
  import express from 'express'
  export const app = express()
  app.post('/', express.json(), (request, response) => response.json(request.body))`

const withResolution = configuration('cloudflare({ inspectorPort: false }), nodeResolution()')
const stock = configuration('cloudflare({ inspectorPort: false })')

let project: Project
let server: Server | undefined

beforeAll(async () => {
  project = await createProject('resolved', join(import.meta.dirname, '../..'))
  for (const [path, contents] of Object.entries(files)) await project.write(path, contents)
  await install(project, {
    '@cloudflare/vite-plugin': '@cloudflare/vite-plugin',
    '@node-cf/express': '@node-cf/express',
    express: 'express4',
    pino: 'pino',
    vite: 'vite',
    ws: 'ws',
  })
})
afterEach(async () => {
  await server?.stop()
  server = undefined
})
afterAll(() => project.remove())

const build = (): Promise<Server> => serveViteBuild(project, 'resolved')
const dev = (): Promise<Server> => serveWithVite(project)

describe('With nodeResolution()', () => {
  beforeAll(() => project.write('vite.config.js', withResolution))

  it.each([
    ['vite build', build],
    ['vite dev', dev],
  ])('Express 4, pino and ws run under %s', async (_name, start) => {
    server = await start()
    const { status, text } = await send(server.port, '/', { body: { note: 'é' } })
    expect([status, text]).toEqual([
      200,
      '{"clients":0,"symbols":"object","sum":[3,"anonymous",2,true,true]}',
    ])
    await logged(server, /\{"level":30,.*"note":"é","msg":"received"\}/)
    expect(server.log()).not.toContain('ERR_BRIDGE_BUNDLE')
  })
})

describe('Without', () => {
  beforeAll(() => project.write('vite.config.js', stock))

  it('ws is told what to do before it fails', async () => {
    await expect(dev()).rejects.toThrow(
      /ERR_BRIDGE_BUNDLE.*builds for browsers[^]*add nodeResolution\(\)[^]*WebSocketServer is not a constructor/,
    )
  })

  it('nothing is said of an app that works', async () => {
    await project.write('src/app.js', indifferentApp)
    server = await build()
    const { text } = await send(server.port, '/', { body: { note: 'é' } })
    expect([text, server.log()]).toEqual(['{"note":"é"}', ''])
  })
})

describe('nodeResolution()', () => {
  const plugin = nodeResolution() satisfies Plugin

  it('takes "browser" from the lists of a Worker', () => {
    const resolve = {
      conditions: ['workerd', 'browser', 'module'],
      mainFields: ['browser', 'main'],
    }
    plugin.configEnvironment('worker', { resolve })
    expect(resolve).toEqual({ conditions: ['workerd', 'module'], mainFields: ['main'] })
  })

  it('leaves other environments alone', () => {
    const resolve = { conditions: ['browser', 'module'], mainFields: ['browser'] }
    plugin.configEnvironment('client', { resolve })
    plugin.config({ resolve })
    plugin.config({})
    expect(resolve).toEqual({ conditions: ['browser', 'module'], mainFields: ['browser'] })
  })
})
