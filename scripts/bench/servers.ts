import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { bundle } from '../workerd/index.ts'
import { prepareWorker, startWorkerd, type Modules } from './workerd.ts'

export type ServerName = 'bare' | 'floor' | 'hono' | 'fastify' | 'cloudflare' | 'ours' | 'node'

export const titles: Record<ServerName, string> = {
  bare: 'Bare fetch handler',
  floor: "The runtime's part of a bridge alone",
  hono: 'Hono',
  fastify: 'Fastify, node-cf',
  cloudflare: "Express, Cloudflare's bridge",
  ours: 'Express, node-cf',
  node: 'Express on Node',
}

export const serverNames = Object.keys(titles) as ServerName[]

/** The Worker of each server that runs in workerd. */
export const entries: Record<Exclude<ServerName, 'node'>, string> = {
  bare: fileURLToPath(import.meta.resolve('./workers/bare.ts')),
  floor: fileURLToPath(import.meta.resolve('./workers/floor.ts')),
  hono: fileURLToPath(import.meta.resolve('./workers/hono.ts')),
  fastify: fileURLToPath(import.meta.resolve('./workers/fastify-node-cf.ts')),
  cloudflare: fileURLToPath(import.meta.resolve('./workers/express-cloudflare.ts')),
  ours: fileURLToPath(import.meta.resolve('./workers/express-node-cf.ts')),
}

export interface Server extends AsyncDisposable {
  readonly name: ServerName
  readonly url: URL
  readonly processId: number
  /** What it printed. */
  readonly logs: readonly string[]
}

/**
 * Starts a server in a process of its own.
 *
 * @param name Which one
 * @returns The running server; disposing of it ends its process
 */
export async function startServer(name: ServerName): Promise<Server> {
  return name === 'node' ? startNode() : startInWorkerd(name)
}

/** Bundles a server's Worker as a deployment with `minify` and without `keep_names` does. */
export async function modulesOf(name: Exclude<ServerName, 'node'>): Promise<Modules> {
  const text = await bundle({ entry: entries[name], minify: true, keepNames: false })
  return new Map([['worker.js', text]])
}

async function startInWorkerd(name: Exclude<ServerName, 'node'>): Promise<Server> {
  using worker = await prepareWorker(await modulesOf(name))
  const { url, processId, logs, [Symbol.asyncDispose]: dispose } = await startWorkerd(worker)
  return { name, url, processId, logs, [Symbol.asyncDispose]: dispose }
}

async function startNode(): Promise<Server> {
  const child = fork(fileURLToPath(import.meta.resolve('./workers/express-node.ts')), {
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const logs: string[] = []
  for (const output of [child.stdout, child.stderr]) {
    output?.setEncoding('utf8').on('data', (text: string) => logs.push(text))
  }
  const [port] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => {
      throw new Error(`Express on Node did not start:\n${logs.join('')}`)
    }),
  ])
  return {
    name: 'node',
    url: new URL(`http://127.0.0.1:${port}`),
    processId: child.pid!,
    logs,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill()
      await once(child, 'exit')
    },
  }
}
