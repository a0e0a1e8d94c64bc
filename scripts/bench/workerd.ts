import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import workerd from 'workerd'

// The runtime itself, with nothing around it that could take part in what is measured. What is
// started and written here ends with this process at the latest.

/** The modules of a Worker by their names; the first is the entry. */
export type Modules = ReadonlyMap<string, string>

/** A Worker that workerd can be started with. */
export interface PreparedWorker extends Disposable {
  readonly configuration: string
}

export interface Workerd extends AsyncDisposable {
  readonly url: URL
  readonly processId: number
  /** Where the inspector listens, if it was asked for. */
  readonly inspector: URL | undefined
  /** What the runtime printed. */
  readonly logs: readonly string[]
}

/** Writes a Worker and its configuration into a folder of their own. */
export async function prepareWorker(modules: Modules): Promise<PreparedWorker> {
  const folder = await mkdtemp(join(tmpdir(), 'node-cf-bench-'))
  const remove = (): void => {
    process.off('exit', remove)
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', remove)
  const list = []
  for (const [name, text] of modules) {
    await writeFile(join(folder, name), text)
    list.push(`(name = "${name}", esModule = embed "${name}")`)
  }
  const configuration = join(folder, 'workerd.capnp')
  await writeFile(
    configuration,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [${list.join(', ')}],
  compatibilityDate = "2026-11-17",
);
`,
  )
  return { configuration, [Symbol.dispose]: remove }
}

/**
 * Starts workerd, and waits until it listens.
 *
 * @param worker What it runs
 * @param options.inspect Whether the inspector listens too
 * @returns The running process; disposing of it ends it
 * @throws Error with what workerd printed when the Worker throws while it starts
 */
export async function startWorkerd(
  { configuration }: PreparedWorker,
  { inspect = false }: { inspect?: boolean } = {},
): Promise<Workerd> {
  const child = spawn(
    workerd.default,
    [
      'serve',
      '--control-fd=3',
      ...(inspect ? ['--inspector-addr=127.0.0.1:0'] : []),
      configuration,
    ],
    { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] },
  )
  const exit = once(child, 'exit')
  const kill = (): unknown => child.kill('SIGKILL')
  process.once('exit', kill)
  const logs: string[] = []
  for (const output of [child.stdout, child.stderr]) {
    output?.setEncoding('utf8').on('data', (text: string) => logs.push(text))
  }
  const ports = await Promise.race([
    portsOf(child.stdio[3] as Readable),
    exit.then(() => {
      throw new Error(`workerd did not start:\n${logs.join('')}`)
    }),
  ])
  return {
    url: new URL(`http://127.0.0.1:${ports.http}`),
    processId: child.pid!,
    inspector: inspect ? new URL(`http://127.0.0.1:${ports.inspector}`) : undefined,
    logs,
    async [Symbol.asyncDispose]() {
      process.off('exit', kill)
      kill()
      await exit
    },
  }
}

/** Reads the lines in which workerd tells where it listens; the one of the socket comes last. */
async function portsOf(control: Readable): Promise<{ http: number; inspector?: number }> {
  let inspector: number | undefined
  let text = ''
  for await (const part of control.iterator({ destroyOnReturn: false })) {
    text += String(part)
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) {
      const event = JSON.parse(line) as { event: string; socket?: string; port: number }
      if (event.event === 'listen-inspector') inspector = event.port
      if (event.socket === 'http') return { http: event.port, ...(inspector && { inspector }) }
    }
  }
  throw new Error('workerd ended before it listened')
}
