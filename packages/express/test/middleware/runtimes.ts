/** Runs one app on Node and in workerd, and the same tests against both. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe } from '@jest/globals'
import { startWorker } from '../../../../scripts/workerd/index.ts'
import { type Answer, open, type RequestOptions, send } from './client.ts'

interface AppOptions {
  /** Name of a module in `apps` that exports an Express app as `app`. */
  app: string
  /** Files in the working directory; that of a Worker is /bundle. */
  files?: Record<string, string | Uint8Array>
  /** The Express versions to run on; by default both. */
  express?: readonly (4 | 5)[]
  /** The Worker, where it is more than `toWorker(app)`. */
  worker?: string
}

/** An app that runs. */
interface Running {
  port: number
  /** Waits for an entry of the log. */
  logged: (pattern: RegExp) => Promise<string>
  stop: () => Promise<void>
}

/** What the tests of an app get. */
export interface Server {
  readonly runtime: 'Node' | 'workerd'
  readonly express: 4 | 5
  readonly port: number
  /** Sends a request and waits for the whole answer. */
  request: (path: string, options?: RequestOptions) => Promise<Answer>
  /** Sends a request and waits for the head of the answer. */
  open: (path: string, options?: RequestOptions) => Promise<IncomingMessage>
  logged: (pattern: RegExp) => Promise<string>
}

const folder = import.meta.dirname

/**
 * Defines tests of an app once for each runtime and each version of Express.
 * @param options The app
 * @param define Defines the tests, which reach the app through what it is given
 */
export function onEachRuntime(options: AppOptions, define: (server: Server) => void): void {
  const variants = (options.express ?? [5, 4]).flatMap((express) =>
    (['Node', 'workerd'] as const).map((runtime) => ({ express, runtime })),
  )
  let starts: PromiseSettledResult<Running>[] = []

  // All at once: most of a start is waiting.
  beforeAll(async () => {
    starts = await Promise.allSettled(
      variants.map(({ express, runtime }) =>
        (runtime === 'Node' ? startOnNode : startInWorkerd)(options, express),
      ),
    )
  })
  afterAll(async () => {
    const running = starts.filter((start) => start.status === 'fulfilled')
    await Promise.all(running.map((start) => start.value.stop()))
  })

  for (const [index, { express, runtime }] of variants.entries()) {
    const running = (): Running => {
      const start = starts[index]
      if (start?.status === 'fulfilled') return start.value
      throw new Error(`The app did not start: ${String(start?.reason)}`)
    }
    describe(`Express ${express} on ${runtime}`, () => {
      define({
        runtime,
        express,
        get port() {
          return running().port
        },
        request: (path, request) => send(running().port, path, request),
        open: (path, request) => open(running().port, path, request),
        logged: (pattern) => running().logged(pattern),
      })
    })
  }
}

/** What `express` stands for in the app and in all that it imports. */
const packageOf = (express: 4 | 5): string => (express === 4 ? 'express4' : 'express')

async function startInWorkerd(options: AppOptions, express: 4 | 5): Promise<Running> {
  const { app, files = {} } = options
  const worker = await startWorker({
    source:
      options.worker ??
      `import { toWorker } from '@node-cf/express'
       import { app } from './apps/${app}.ts'
       export default toWorker(app)`,
    resolveDir: folder,
    files,
    alias: { express: packageOf(express) },
  })
  return {
    port: worker.port,
    // What is written to process.stdout is logged with a mark of the runtime's.
    logged: (pattern) =>
      waitForEntry(pattern, () => worker.logs.map((entry) => entry.replace(/^stdout: /, ''))),
    stop: worker.dispose,
  }
}

async function startOnNode(options: AppOptions, express: 4 | 5): Promise<Running> {
  const { app, files = {} } = options
  const cwd = await mkdtemp(join(tmpdir(), 'node-cf-'))
  for (const [path, contents] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, path)), { recursive: true })
    await writeFile(join(cwd, path), contents)
  }
  const child = fork(
    join(folder, 'node-server.ts'),
    [join(folder, 'apps', `${app}.ts`), packageOf(express)],
    {
      cwd,
      silent: true,
      execArgv: [],
      env: { ...process.env, NODE_ENV: 'production' },
    },
  )
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
