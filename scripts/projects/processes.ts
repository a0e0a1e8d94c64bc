/** Runs the tools that users run, as they do: a process in the project's folder. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Project } from './project.ts'

/** A process that serves. */
export interface Server {
  readonly port: number
  /** What it has written so far. */
  log: () => string
  stop: () => Promise<void>
}

/** How a process ended. */
export interface Outcome {
  code: number | null
  log: string
}

const START_MILLISECONDS = 50_000

/**
 * The start of a tool's command: of a program that the tested package has.
 *
 * @param project Where it will run
 * @param program The package it comes in, and the program's path there: `wrangler/bin/wrangler.js`
 */
export function toolOf(
  { packageFolder }: Pick<Project, 'packageFolder'>,
  program: string,
): string[] {
  const [name = '', ...path] = program.split('/')
  const manifest = createRequire(join(packageFolder, 'package.json')).resolve(
    `${name}/package.json`,
  )
  return [process.execPath, join(dirname(manifest), ...path)]
}

export const WRANGLER = 'wrangler/bin/wrangler.js'

/** The environment without what Jest and the caller's shell have set for themselves. */
function environment(variables: Record<string, string>): NodeJS.ProcessEnv {
  const isForeign =
    /^(NODE_ENV|NODE_OPTIONS|JEST_.*|FORCE_COLOR|PORT|DEBUG|WRANGLER_.*|CLOUDFLARE_.*)$/
  const inherited = Object.entries(process.env).filter(([name]) => !isForeign.test(name))
  return {
    ...Object.fromEntries(inherited),
    NO_COLOR: '1',
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_WRITE_LOGS: 'false',
    // Neither asks Cloudflare for anything: for a newer wrangler, for the request.cf of this place.
    WRANGLER_HIDE_BANNER: 'true',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    ...variables,
  }
}

function start(
  [file = '', ...options]: readonly string[],
  folder: string,
  variables: Record<string, string>,
): { child: ChildProcess; log: () => string } {
  const child = spawn(file, options, {
    cwd: folder,
    env: environment(variables),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that what a tool starts ends with it.
    detached: true,
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (log += text))
  }
  return { child, log: () => log }
}

/**
 * Runs a command to its end.
 *
 * @param command The program and its arguments
 * @param folder Where to run it
 * @param variables What to add to the environment
 * @returns How it ended, and what it wrote
 */
export async function run(
  command: readonly string[],
  folder: string,
  variables: Record<string, string> = {},
): Promise<Outcome> {
  const { child, log } = start(command, folder, variables)
  await once(child, 'close')
  return { code: child.exitCode, log: log() }
}

/**
 * Starts a command that serves.
 *
 * @param command The program and its arguments
 * @param folder Where to run it
 * @param ready What it writes when it listens; the group `port` is where
 * @param variables What to add to the environment
 * @returns The server, which the caller has to stop
 * @throws Error with what the process wrote, when it ended or was not ready in time
 */
export async function serve(
  command: readonly string[],
  folder: string,
  ready: RegExp,
  variables: Record<string, string> = {},
): Promise<Server> {
  const { child, log } = start(command, folder, variables)
  try {
    const port = await listening(child, log, ready)
    return { port, log, stop: () => stop(child) }
  } catch (cause) {
    await stop(child)
    throw new Error(`${command.join(' ')} did not start:\n${log()}`, { cause })
  }
}

/** What a Worker that fails makes wrangler write; it goes on and waits for a change. */
const FAILURE = 'The Workers runtime failed to start'

async function listening(child: ChildProcess, log: () => string, ready: RegExp): Promise<number> {
  const deadline = Date.now() + START_MILLISECONDS
  while (Date.now() < deadline) {
    const port = ready.exec(log())?.groups?.['port']
    if (port !== undefined) return Number(port)
    if (child.exitCode !== null) throw new Error(`It ended with code ${child.exitCode}.`)
    if (log().includes(FAILURE)) throw new Error('The Worker failed to start.')
    await delay(50)
  }
  throw new Error(`It was not ready within ${START_MILLISECONDS} ms.`)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  process.kill(-child.pid, 'SIGTERM')
  const timeout = delay(5000, 'timeout', { ref: false })
  if ((await Promise.race([exited, timeout])) === 'timeout') process.kill(-child.pid, 'SIGKILL')
  await exited
}

/**
 * Starts `wrangler dev` on a free port.
 *
 * @param project Whose Worker
 * @param options More of its options
 * @returns The server, which the caller has to stop
 */
export function serveWithWrangler(project: Project, ...options: string[]): Promise<Server> {
  const command = [
    ...toolOf(project, WRANGLER),
    'dev',
    ...options,
    '--port=0',
    '--inspector-port=0',
    '--show-interactive-dev-session=false',
  ]
  return serve(command, project.folder, /Ready on http:\/\/localhost:(?<port>\d+)/)
}

/**
 * Waits for an entry of a log, which may arrive after the answer that it is about.
 *
 * @param server Whose log
 * @param pattern What to wait for
 * @throws Error with the log, when 5 seconds have passed
 */
export async function logged({ log }: Server, pattern: RegExp): Promise<void> {
  for (const deadline = Date.now() + 5000; !pattern.test(log()); await delay(20)) {
    if (Date.now() > deadline) throw new Error(`Nothing like ${pattern} in the log:\n${log()}`)
  }
}
