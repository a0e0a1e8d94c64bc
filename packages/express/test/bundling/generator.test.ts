/**
 * An app that nobody here wrote: what express-generator writes, unmodified, must answer on Workers as
 * it does on Node.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import {
  createProject,
  install,
  logged,
  nodeResolutionLines,
  type Project,
  run,
  serve,
  type Server,
  serveWithWrangler,
  serveDeployed,
} from '../../../../scripts/projects/index.ts'
import { type Answer, type RequestOptions, send } from '../../../../scripts/runtimes/index.ts'

/** What the generated package.json asks for, and by what name it is installed here. */
const dependencies: Record<string, string> = {
  'cookie-parser': 'cookie-parser',
  debug: 'debug-2.6',
  ejs: 'ejs-2.6',
  express: 'express-4.16',
  'http-errors': 'http-errors-1.6',
  morgan: 'morgan-1.9',
}

/** What makes a Worker of the app: an entry, and the settings of wrangler. */
const additions = {
  'worker.mjs': `import { toWorker, warmViews } from '@node-cf/express'
import ejs from 'ejs'
import app from './app.js'

await warmViews(app, { engines: { ejs } })
export default toWorker(app)
`,
  // Or for the app's own server, which listens on port 3000.
  'server.mjs': `import { toWorker, warmViews } from '@node-cf/express'
import ejs from 'ejs'
import app from './app.js'
import './bin/www'

await warmViews(app, { engines: { ejs } })
export default toWorker({ port: 3000 })
`,
  'wrangler.jsonc': JSON.stringify({
    name: 'generated',
    main: 'worker.mjs',
    compatibility_date: '2026-11-17',
    base_dir: '.',
    find_additional_modules: true,
    rules: [
      { type: 'Data', globs: ['views/**', 'public/**'], fallthrough: false },
      { type: 'Text', globs: [], fallthrough: false },
      { type: 'CompiledWasm', globs: [], fallthrough: false },
    ],
  }),
  '.env': nodeResolutionLines,
}

let project: Project
const running: Server[] = []

beforeAll(async () => {
  project = await createProject('generated', resolve(import.meta.dirname, '../..'))
  const generator = createRequire(import.meta.url).resolve('express-generator')
  const { code, log } = await run([process.execPath, generator, '--view=ejs', '.'], project.folder)
  if (code !== 0) throw new Error(`express-generator failed:\n${log}`)
  await checkDependencies()
  await install(project, { ...dependencies, '@node-cf/express': '@node-cf/express' })
  for (const [path, contents] of Object.entries(additions)) await project.write(path, contents)
})

afterAll(async () => {
  await Promise.all(running.map((server) => server.stop()))
  await project.remove()
})

/** What is installed must be what `npm install` would choose for the app. */
async function checkDependencies(): Promise<void> {
  const generated = JSON.parse(await project.read('package.json')) as {
    dependencies: Record<string, string>
  }
  const require = createRequire(import.meta.url)
  const manifest = require('../../package.json') as { devDependencies: Record<string, string> }
  for (const [name, range] of Object.entries(generated.dependencies)) {
    const version = manifest.devDependencies[dependencies[name] ?? '']?.replace(/^npm:.*@/, '')
    const minor = /^~(\d+\.\d+\.)/.exec(range)?.[1]
    if (minor === undefined || !version?.startsWith(minor)) {
      throw new Error(
        `The generated app asks for ${name} ${range}; packages/express has ${version ?? 'none'}.`,
      )
    }
  }
}

/** `node bin/www`. */
function startNode(variables: Record<string, string>): Promise<Server> {
  return serve([process.execPath, 'bin/www'], project.folder, /Listening on port (?<port>\d+)/, {
    PORT: '0',
    DEBUG: 'generated:server',
    ...variables,
  })
}

const places = {
  // Both in development: pages of errors show where they were thrown.
  'wrangler dev': {
    startNode: () => startNode({}),
    startWorker: () => serveWithWrangler(project),
  },
  'wrangler deploy': {
    startNode: () => startNode({ NODE_ENV: 'production' }),
    startWorker: () => serveDeployed(project, 'server.js', 'server.mjs'),
  },
}

describe.each(['wrangler dev', 'wrangler deploy'] as const)('Under %s', (place) => {
  let node: Server
  let worker: Server
  beforeAll(async () => {
    node = await places[place].startNode()
    running.push(node)
    worker = await places[place].startWorker()
    running.push(worker)
  })

  /** Sends a request to both. */
  async function ask(
    path: string,
    options?: RequestOptions,
  ): Promise<{ expected: Answer; actual: Answer }> {
    const expected = await send(node.port, path, options)
    const actual = await send(worker.port, path, options)
    return { expected, actual }
  }

  /** An answer without what no two connections share, and without what wrangler dev changes. */
  function comparable({ status, reason, headers, text }: Answer, ...ignored: string[]) {
    const names = ['date', 'connection', 'keep-alive', ...ignored]
    // Its proxy sends HTML in chunks.
    if (place === 'wrangler dev') names.push('content-length', 'transfer-encoding')
    return {
      status,
      reason,
      headers: Object.fromEntries(
        Object.entries(headers).filter(([name]) => !names.includes(name)),
      ),
      text,
    }
  }

  it.each([
    ['GET', '/'],
    ['GET', '/?a=1'],
    ['HEAD', '/'],
    ['GET', '/users'],
    ['HEAD', '/users'],
    ['OPTIONS', '/users'],
  ])('answers %s %s as Node does', async (method, path) => {
    const { expected, actual } = await ask(path, { method })
    expect(expected.status).toBe(200)
    expect(comparable(actual)).toEqual(comparable(expected))
  })

  it('answers a conditional GET with 304', async () => {
    const { headers } = await send(node.port, '/')
    const { expected, actual } = await ask('/', { headers: { 'if-none-match': headers.etag! } })
    expect(expected.status).toBe(304)
    expect(comparable(actual)).toEqual(comparable(expected))
  })

  it.each<[string, number, string, RequestOptions]>([
    ['a path that it has not', 404, '/missing', {}],
    ['a method that it has not', 404, '/users', { method: 'DELETE' }],
    [
      'a body that is no JSON',
      400,
      '/',
      { body: '{', headers: { 'content-type': 'application/json' } },
    ],
  ])('renders its error page for %s', async (_what, status, path, options) => {
    const { expected, actual } = await ask(path, options)
    expect(expected.status).toBe(status)
    // In development the page shows the stack, whose places differ, and so the length and the hash.
    const stackFrame = /\n {4}at .*/g
    const ignored = place === 'wrangler dev' ? ['etag'] : []
    expect({
      ...comparable(actual, ...ignored),
      text: actual.text.replace(stackFrame, ''),
    }).toEqual({
      ...comparable(expected, ...ignored),
      text: expected.text.replace(stackFrame, ''),
    })
  })

  it('serves its style sheet, with the date that files in a Worker have', async () => {
    for (const method of ['GET', 'HEAD']) {
      const { expected, actual } = await ask('/stylesheets/style.css', { method })
      const dated = ['etag', 'last-modified']
      expect(comparable(actual, ...dated)).toEqual(comparable(expected, ...dated))
      expect(actual.headers['content-length']).toBe(expected.headers['content-length'])
      expect(actual.headers).toMatchObject({
        etag: 'W/"6f-0"',
        'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT',
      })
    }
    const { status, body } = await send(worker.port, '/stylesheets/style.css', {
      headers: { 'if-none-match': 'W/"6f-0"' },
    })
    expect([status, body.length]).toEqual([304, 0])
  })

  it('logs with morgan what Node logs', async () => {
    const css = '/stylesheets/style.css?logged'
    for (const path of ['/?logged', '/users?logged', '/missing?logged', css]) await ask(path)
    await ask('/?logged', { headers: { 'if-none-match': '*' } })

    const lines = (server: Server): string[] =>
      Array.from(server.log().matchAll(/\x1B\[0mGET \S+logged .*/g), ([line]) =>
        // The time that it took, and the length of an error page with its stack.
        line.replace(/[\d.]+ ms/, '# ms').replace(/(?<=\x1B\[33m.*)\d+(?=\x1B\[0m$)/, '#'),
      )
    // A line may arrive after its answer.
    await logged(node, /logged \x1B\[36m304/)
    await logged(worker, /logged \x1B\[36m304/)
    expect(lines(node)).toEqual([
      '\x1B[0mGET /?logged \x1B[32m200 \x1B[0m# ms - 207\x1B[0m',
      '\x1B[0mGET /users?logged \x1B[32m200 \x1B[0m# ms - 23\x1B[0m',
      '\x1B[0mGET /missing?logged \x1B[33m404 \x1B[0m# ms - #\x1B[0m',
      '\x1B[0mGET /stylesheets/style.css?logged \x1B[32m200 \x1B[0m# ms - 111\x1B[0m',
      '\x1B[0mGET /?logged \x1B[36m304 \x1B[0m# ms - -\x1B[0m',
    ])
    expect(lines(worker)).toEqual(lines(node))
  })
})
