/** The examples that come with Fastify, unmodified: on Workers they answer as on Node. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { type Answer, type RequestOptions, send } from '../../../scripts/runtimes/index.ts'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'

const folder = join(dirname(createRequire(import.meta.url).resolve('fastify')), 'examples')

type Asked = [path: string, options?: RequestOptions]

const get: Asked[] = [['/'], ['/?a=1'], ['/', { method: 'HEAD' }], ['/nowhere'], ['/%zz']]
const post: Asked[] = [
  ['/', { body: { hello: 'world' } }],
  ['/', { body: { hello: ['no', 'text'] } }],
  ['/', { body: '{', headers: { 'content-type': 'application/json' } }],
]

/**
 * Those that are left out: http2.js and https.js make a server of another kind, parser.js needs a
 * package that Fastify does not bring, and plugin.js is a part of use-plugin.js.
 */
const examples: Record<string, { port: number; asked: Asked[] }> = {
  'asyncawait.js': { port: 3000, asked: [...get, ['/await']] },
  'hooks.js': { port: 3000, asked: [...get, ...post] },
  'route-prefix.js': { port: 8000, asked: [...get, ['/english/hello'], ['/italian/hello']] },
  'shared-schema.js': { port: 3000, asked: get },
  'simple-stream.js': { port: 3000, asked: get },
  'simple.js': { port: 3000, asked: get },
  'simple.mjs': { port: 3000, asked: get },
  'typescript-server.ts': {
    port: 8080,
    asked: [...get, ['/ping/x?foo=1', { body: { pong: 'p' } }], ['/ping/x', { body: [1] }]],
  },
  'use-plugin.js': { port: 3000, asked: [...get, ...post] },
}

let temporary: string
const onNode = new Map<string, { port: number; child: ChildProcess }>()
const inWorkerd = new Map<string, RunningWorker>()

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'node-cf-'))
  for (const [name, { port }] of Object.entries(examples)) {
    onNode.set(name, await startOnNode(name))
    inWorkerd.set(
      name,
      await startWorker({
        source: `import { toWorker } from '@node-cf/fastify'
          import '${join(folder, name)}'
          export default await toWorker({ port: ${port} })`,
        resolveDir: import.meta.dirname,
      }),
    )
  }
})
afterAll(async () => {
  await Promise.all([...inWorkerd.values()].map((worker) => worker.dispose()))
  for (const { child } of onNode.values()) child.kill()
  await rm(temporary, { recursive: true })
})

async function startOnNode(name: string): Promise<{ port: number; child: ChildProcess }> {
  const preload = join(import.meta.dirname, 'examples/any-port.cjs')
  const child = spawn(process.execPath, ['--require', preload, await runnable(name)], {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const port = await new Promise<string>((resolve, reject) => {
    let log = ''
    // It is read to the end: an example that cannot write its log ends.
    child.stdout.on('data', (text: Buffer) => {
      log += String(text)
      const found = /^port (\d+)$/m.exec(log)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.on('exit', () => reject(new Error(`${name} did not start on Node:\n${log}`)))
  })
  return { port: Number(port), child }
}

/** Node runs no TypeScript that imports types as if they were values. */
async function runnable(name: string): Promise<string> {
  const path = join(folder, name)
  if (!name.endsWith('.ts')) return path
  const outfile = join(temporary, name.replace('.ts', '.cjs'))
  await build({ entryPoints: [path], outfile, bundle: true, platform: 'node', logLevel: 'silent' })
  return outfile
}

function seen({ status, reason, headers, text }: Answer): unknown {
  const { date, connection: _connection, 'keep-alive': _keepAlive, ...others } = headers
  const { 'transfer-encoding': _encoding, ...rest } = others
  return { status, reason, headers: { ...rest, date: typeof date }, text }
}

describe.each(Object.entries(examples))('%s', (name, { asked }) => {
  it.each(asked.map(([path, options]) => [path, JSON.stringify(options ?? {}), options] as const))(
    '%s %s',
    async (path, _shown, options) => {
      const expected = seen(await send(onNode.get(name)!.port, path, options))
      expect(seen(await send(inWorkerd.get(name)!.port, path, options))).toEqual(expected)
    },
  )
})

describe('an example', () => {
  it('calls its hooks, and logs', async () => {
    const { logged } = inWorkerd.get('hooks.js')!
    expect(await logged('onListen')).toBe('onListen')
    expect(await logged('onResponse')).toBe('onResponse')
    expect(await logged(/request completed/)).toContain('level: 30')
  })
})
