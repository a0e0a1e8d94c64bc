import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startWorker } from '../workerd/index.ts'

/** An app to run: on Node as it is, in workerd as the Worker that is made of it. */
export interface App {
  /** Absolute path of a module that exports an Express or a Fastify app as `app`. */
  module: string
  /** Text of the Worker's entry; its imports resolve from the folder of the module. */
  worker: string
  /** Files in the working directory; that of a Worker is /bundle. */
  files?: Record<string, string | Uint8Array>
  /** ES modules in the working directory, which the app imports at run time. */
  modules?: Record<string, string>
  /** Modules to replace, wherever they are imported: specifier to specifier. */
  alias?: Record<string, string>
  /** Modules to replace in the Worker alone, as wrangler's `alias` does. */
  workerAlias?: Record<string, string>
}

/** An app that runs. */
export interface Running {
  port: number
  /** Waits for an entry of the log. */
  logged: (pattern: RegExp) => Promise<string>
  stop: () => Promise<void>
}

/** Starts an app in workerd. */
export async function startInWorkerd(app: App): Promise<Running> {
  const running = await startWorker({
    source: app.worker,
    resolveDir: dirname(app.module),
    files: app.files ?? {},
    modules: app.modules ?? {},
    alias: { ...app.alias, ...app.workerAlias },
  })
  return {
    port: running.port,
    // What is written to process.stdout is logged with a mark of the runtime's.
    logged: (pattern) =>
      waitForEntry(pattern, () => running.logs.map((entry) => entry.replace(/^stdout: /, ''))),
    stop: running.dispose,
  }
}

/** Starts an app on Node, in a process and a temporary working directory of its own. */
export async function startOnNode({ module, files, modules, alias = {} }: App): Promise<Running> {
  const cwd = await mkdtemp(join(tmpdir(), 'node-cf-'))
  for (const [path, contents] of Object.entries({ ...files, ...modules })) {
    await mkdir(dirname(join(cwd, path)), { recursive: true })
    await writeFile(join(cwd, path), contents)
    // The age of all files of a Worker.
    await utimes(join(cwd, path), 0, 0)
  }
  const child = fork(join(import.meta.dirname, 'node-server.ts'), [module, JSON.stringify(alias)], {
    cwd,
    silent: true,
    execArgv: [],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (log += text))
  }
  const exited = once(child, 'exit')
  const port = await Promise.race([
    once(child, 'message').then(([message]) => message as number),
    exited.then(() => {
      throw new Error(`The app did not start on Node:\n${log}`)
    }),
  ])
  return {
    port,
    logged: (pattern) => waitForEntry(pattern, () => log.split('\n')),
    stop: async () => {
      child.kill()
      await exited
      await rm(cwd, { recursive: true })
    },
  }
}

/** Waits for an entry of a log: on Workers one may arrive after the response. */
async function waitForEntry(pattern: RegExp, entries: () => string[]): Promise<string> {
  for (const deadline = Date.now() + 3000; Date.now() < deadline; await delay(10)) {
    const entry = entries().find((text) => pattern.test(text))
    if (entry !== undefined) return entry
  }
  throw new Error(`Nothing like ${pattern} was logged, only:\n${entries().join('\n')}`)
}
