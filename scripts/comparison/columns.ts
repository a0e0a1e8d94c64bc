/** Starts servers that run the same apps, and puts the same questions to each. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { startWorker } from '../workerd/index.ts'
import { runProbe } from './client.ts'
import { compare, type Differences } from './compare.ts'
import type { Outcome, Question } from './probe.ts'

/** A server that is being probed. */
export interface Server {
  readonly port: number
  /** What it printed. */
  readonly logs: readonly string[]
  dispose(): Promise<void>
}

/** How many exchanges are under way with one server. */
const concurrency = 12

/**
 * Starts a Worker.
 * @param entry Absolute path of its entry
 * @returns The server, which the caller has to dispose of
 */
export async function startBundle(entry: string): Promise<Server> {
  const { port, logs, dispose } = await startWorker({ entry })
  return { port, logs, dispose }
}

/**
 * Starts a server on Node, as a process of its own.
 * @param entry Absolute path of a program that prints `port` and its port when it listens
 * @returns The server, which the caller has to dispose of
 */
export async function startNode(entry: string): Promise<Server> {
  const child = spawn(process.execPath, [entry], {
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
 * @param start Starts the server
 * @param wanted Which probes
 * @returns The outcomes, and what the server printed
 */
export async function runColumn(
  start: () => Promise<Server>,
  wanted: readonly Question[],
): Promise<{ outcomes: Column; logs: readonly string[] }> {
  const running = await start()
  const outcomes = new Map<string, Outcome>()
  const runAll = async (queue: Question[]): Promise<void> => {
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
export function differencesByProbe(
  probes: readonly Question[],
  node: Column,
  other: Column,
): Map<string, Differences> {
  const all = new Map<string, Differences>()
  for (const { name, framingMatters } of probes) {
    const [one, two] = [node.get(name), other.get(name)]
    if (one && two) all.set(name, compare(one, two, framingMatters))
  }
  return all
}
