import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export interface Server {
  /** Where it answers, without a slash at the end. */
  readonly origin: string
  /** What the process has written so far. */
  readonly log: () => string
  stop(): Promise<void>
}

const directory = fileURLToPath(new URL('..', import.meta.url))
const START_MILLISECONDS = 50_000

/** The app as it runs on Node. */
export function startNode(): Promise<Server> {
  return start(
    (port) => [process.execPath, ['src/server.js'], { PORT: String(port) }],
    'Listening on',
  )
}

/** The app on Workers, with the wrangler that `npm start` runs. */
export function startWrangler(): Promise<Server> {
  const wrangler = path.join(directory, 'node_modules/wrangler/bin/wrangler.js')
  const options = (port: number) => [
    'dev',
    '--port',
    String(port),
    '--inspector-port',
    '0',
    '--show-interactive-dev-session=false',
  ]
  return start((port) => [process.execPath, [wrangler, ...options(port)], {}], 'Ready on')
}

async function start(
  command: (
    port: number,
  ) => [file: string, arguments_: string[], environment: Record<string, string>],
  readyLine: string,
): Promise<Server> {
  const port = await freePort()
  const [file, arguments_, environment] = command(port)
  // Jest sets NODE_ENV; the app has to run as it does for someone who just starts it.
  const { NODE_ENV: _, ...inherited } = process.env
  const child = spawn(file, arguments_, {
    cwd: directory,
    env: { ...inherited, SESSION_SECRET: 'for tests only', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that what wrangler starts ends with it.
    detached: true,
  })
  let log = ''
  child.stdout.on('data', (chunk) => (log += chunk))
  child.stderr.on('data', (chunk) => (log += chunk))

  const server = { origin: `http://localhost:${port}`, log: () => log, stop: () => stop(child) }
  try {
    await ready(server, child, readyLine)
  } catch (cause) {
    await server.stop()
    throw new Error(`${[file, ...arguments_].join(' ')} did not start:\n${log}`, { cause })
  }
  return server
}

async function ready(server: Server, child: ChildProcess, readyLine: string): Promise<void> {
  const deadline = Date.now() + START_MILLISECONDS
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`It ended with code ${child.exitCode}.`)
    if (server.log().includes(readyLine)) {
      const response = await fetch(`${server.origin}/sign-in`).catch(() => undefined)
      if (response?.ok) return
    }
    await delay(100)
  }
  throw new Error(`It was not ready within ${START_MILLISECONDS} ms.`)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  process.kill(-child.pid, 'SIGTERM')
  const timeout = delay(5_000, 'timeout', { ref: false })
  if ((await Promise.race([exited, timeout])) === 'timeout') process.kill(-child.pid, 'SIGKILL')
  await exited
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.')
  return address.port
}
