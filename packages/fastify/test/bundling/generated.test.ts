/**
 * Apps that nobody here wrote: what "fastify generate" writes, unmodified, must answer on Workers as
 * "fastify start" has it answer on Node. They load their plugins and routes with @fastify/autoload,
 * which reads folders and imports what it finds.
 */
import { afterAll, describe, expect, it } from '@jest/globals'
import { once } from 'node:events'
import net from 'node:net'
import { join } from 'node:path'
import {
  createProject,
  install,
  type Project,
  run,
  serve,
  type Server,
  serveWithWrangler,
  toolOf,
  serveDeployed,
} from '../../../../scripts/projects/index.ts'
import { type Answer, send } from '../../../../scripts/runtimes/index.ts'

const FASTIFY_CLI = 'fastify-cli/cli.js'

/** What makes a Worker of such an app. The README shows the same. */
const additions = (source: string, extension: string): Record<string, string> => ({
  [`${source}worker.${extension}`]: `import { toWorker } from '@node-cf/fastify'
import fastify from 'fastify'
import app from './app.${extension}'

const server = fastify({ logger: true })
server.register(app)
export default await toWorker(server)
`,
  'bundle.mjs': `import { build } from 'esbuild'

await build({
  entryPoints: [
    '${source}worker.${extension}',
    '${source}plugins/**/*.${extension}',
    '${source}routes/**/*.${extension}',
  ],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  platform: 'node',
  conditions: ['workerd', 'worker', 'node'],
  external: ['cloudflare:*'],
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)",
  },
})
`,
  'wrangler.jsonc': JSON.stringify({
    name: 'generated',
    main: 'dist/worker.mjs',
    compatibility_date: '2026-11-17',
    no_bundle: true,
    rules: [{ type: 'ESModule', globs: ['**/*.mjs'] }],
    build: { command: 'node bundle.mjs' },
  }),
})

const running: Server[] = []
const projects: Project[] = []
afterAll(async () => {
  await Promise.all(running.map((server) => server.stop()))
  await Promise.all(projects.map((project) => project.remove()))
})

async function generate(options: string[]): Promise<Project> {
  const project = await createProject('generated', join(import.meta.dirname, '../..'))
  projects.push(project)
  const command = [...toolOf(project, FASTIFY_CLI), 'generate', '.', '--integrate', ...options]
  await project.write('package.json', '{}')
  const { code, log } = await run(command, project.folder)
  if (code !== 0) throw new Error(`fastify generate failed:\n${log}`)
  await install(project, {
    '@fastify/autoload': '@fastify/autoload',
    '@fastify/sensible': '@fastify/sensible',
    '@node-cf/fastify': '@node-cf/fastify',
    esbuild: 'esbuild',
    fastify: 'fastify',
    'fastify-cli': 'fastify-cli',
    'fastify-plugin': 'fastify-plugin',
  })
  return project
}

async function startOnNode(project: Project, app: string): Promise<Server> {
  // It takes port 0 for no port.
  const port = String(await freePort())
  const command = [...toolOf(project, FASTIFY_CLI), 'start', '-p', port, '-l', 'info', app]
  return serve(command, project.folder, /Server listening at http:\/\/127\.0\.0\.1:(?<port>\d+)/)
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** What a client sees of an answer, but for the date and the connection. */
function seen({ status, reason, headers, text }: Answer): unknown {
  const { date: _date, connection: _connection, 'keep-alive': _keepAlive, ...others } = headers
  return { status, reason, headers: others, text }
}

describe.each([
  ['JavaScript', [], '', 'js'],
  ['JavaScript with ES modules', ['--esm'], '', 'js'],
  ['TypeScript with ES modules', ['--lang=ts', '--esm'], 'src/', 'ts'],
])('fastify generate, %s', (_name, options, source, extension) => {
  it('answers on Workers as on Node', async () => {
    const project = await generate(options)
    const onNode = await startOnNode(project, `${source}app.${extension}`)
    running.push(onNode)
    for (const [path, contents] of Object.entries(additions(source, extension))) {
      await project.write(path, contents)
    }
    const inDevelopment = await serveWithWrangler(project)
    const deployed = await serveDeployed(project, 'worker.mjs')
    running.push(inDevelopment, deployed)

    for (const { port } of [inDevelopment, deployed]) {
      for (const path of ['/', '/example', '/example/', '/nowhere', '/?a=b', '/%zz']) {
        const expected = { path, answer: seen(await send(onNode.port, path)) }
        expect({ path, answer: seen(await send(port, path)) }).toEqual(expected)
      }
      expect((await send(port, '/')).text).toBe('{"root":true}')
      expect((await send(port, '/example')).text).toBe('this is an example')
    }
  })
})
