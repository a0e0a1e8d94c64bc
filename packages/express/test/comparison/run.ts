/** Starts the servers and runs every probe on each of them. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { resolve } from 'node:path'
import { startWorker } from '../../../../scripts/workerd/index.ts'
import { runProbe } from './client.ts'
import { compare, type Differences } from './compare.ts'
import type { Outcome, Probe } from './probe.ts'
import { probes } from './probes/index.ts'

/** A server that is being probed. */
export interface Server {
  readonly port: number
  /** What it printed. */
  readonly logs: readonly string[]
  dispose(): Promise<void>
}

/** The servers, by the heading of their column. */
export const starters = {
  Node: startNode,
  bridge: () => startBundle('bridge'),
  Cloudflare: () => startBundle('cloudflare'),
} satisfies Record<string, () => Promise<Server>>

export type ServerName = keyof typeof starters

/** How many exchanges are under way with one server. */
const concurrency = 12

async function startBundle(name: string): Promise<Server> {
  const { port, logs, dispose } = await startWorker({
    entry: resolve(import.meta.dirname, `servers/${name}.ts`),
  })
  return { port, logs, dispose }
}

async function startNode(): Promise<Server> {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, 'servers/node.ts')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' },
  })
  const logs: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => logs.push(line))
  const exited = once(child, 'exit')
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    exited.then(() => []),
  ])) as string[]
  const port = Number(/^port (\d+)$/.exec(line ?? '')?.[1])
  if (!port) throw new Error(`Node's server did not start:\n${logs.join('\n')}`)
  return {
    port,
    logs,
    async dispose() {
      child.kill()
      await exited
    },
  }
}

/** The outcome of every probe, by name. */
export type Column = ReadonlyMap<string, Outcome>

/**
 * Runs probes on one server, several at once.
 * @param server Which server
 * @param wanted Which probes; all by default
 * @returns The outcomes, and what the server printed
 */
export async function runColumn(
  server: ServerName,
  wanted: readonly Probe[] = probes,
): Promise<{ outcomes: Column; logs: readonly string[] }> {
  const running = await starters[server]()
  const outcomes = new Map<string, Outcome>()
  const runAll = async (queue: Probe[]): Promise<void> => {
    for (let probe = queue.shift(); probe; probe = queue.shift()) {
      outcomes.set(probe.name, await runProbe(running.port, probe))
    }
  }
  try {
    await runAll(wanted.filter(({ alone }) => alone))
    const together = wanted.filter(({ alone }) => !alone)
    await Promise.all(Array.from({ length: concurrency }, () => runAll(together)))
  } finally {
    await running.dispose()
  }
  return { outcomes, logs: running.logs }
}

/** The differences of a column from Node's, by probe. */
export function differencesByProbe(node: Column, other: Column): Map<string, Differences> {
  const all = new Map<string, Differences>()
  for (const { name, framingMatters } of probes) {
    const [one, two] = [node.get(name), other.get(name)]
    if (one && two) all.set(name, compare(one, two, framingMatters))
  }
  return all
}

/** Whether the bridge and the package for Express are there to be probed. */
export const bridgeExists: boolean = ['../../src/index.ts', '../../../bridge/src/index.ts'].every(
  (path) => existsSync(resolve(import.meta.dirname, path)),
)
