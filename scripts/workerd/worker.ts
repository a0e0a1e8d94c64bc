import { setTimeout as delay } from 'node:timers/promises'
import net from 'node:net'
import { convertV4MiniflareOptions, Miniflare, type V4WorkerOptions } from 'miniflare'
import { bundle, type BundleOptions } from './bundle.ts'

export interface WorkerOptions extends BundleOptions {
  /** Bindings, in miniflare's words: `{ d1Databases: { DB: 'db' }, bindings: { SECRET: 'x' } }`. */
  bindings?: Pick<
    V4WorkerOptions,
    | 'assets'
    | 'bindings'
    | 'd1Databases'
    | 'durableObjects'
    | 'kvNamespaces'
    | 'outboundService'
    | 'r2Buckets'
    | 'serviceBindings'
  >
  /** `2026-11-17` by default, a date at which `nodejs_compat` is on without a flag. */
  compatibilityDate?: string
  compatibilityFlags?: string[]
  /** Files to place in `/bundle`, by relative path: views, static files. */
  files?: Record<string, string | Uint8Array>
  /** ES modules to place in `/bundle` as they are, by relative path, for `import()` at run time. */
  modules?: Record<string, string>
  /** Folder that keeps the storage of databases, buckets and objects when the process has ended. */
  persistTo?: string
}

/** A Worker that runs; its functions can be taken out of the object. */
export interface RunningWorker {
  /** Where the Worker listens; nothing stands between this socket and the Worker. */
  url: URL
  port: number
  /** What the Worker and the runtime printed so far, one entry a call of `console`. */
  logs: string[]
  /**
   * Waits until something is logged, as a log can arrive after the response that follows it.
   *
   * @param pattern Text or expression that the entry contains
   * @param timeoutMs How long to wait, 5000 ms by default
   * @returns The first entry that matches, past ones included
   */
  logged: (pattern: string | RegExp, timeoutMs?: number) => Promise<string>
  /** `fetch` of a path of the Worker; it follows no redirect unless told to. */
  fetch: (path: string, init?: RequestInit) => Promise<Response>
  /**
   * Writes bytes on a connection of its own.
   *
   * @param bytes The request or requests, a string being Latin-1
   * @param options.timeoutMs The silence after which the answer counts as complete, 2000 ms by
   * default; a request with `Connection: close` needs none
   * @returns All that the server wrote, as Latin-1
   */
  raw: (bytes: string | Uint8Array, options?: { timeoutMs?: number }) => Promise<string>
  /** Ends the runtime's process and drops its storage. */
  dispose: () => Promise<void>
}

/**
 * Bundles a Worker and runs it in workerd. The JSON of a request's `MF-CF-Blob` field becomes its
 * `request.cf`, which is otherwise undefined.
 *
 * @param options The Worker's entry and surroundings
 * @returns The running Worker, which the caller has to dispose of
 * @throws Error with the runtime's message when the Worker throws while it starts
 */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { bindings = {}, files = {}, modules = {}, persistTo } = options
  const logs: string[] = []
  const script = await bundle(options)

  const miniflare = new Miniflare({
    ...convertV4MiniflareOptions({
      ...bindings,
      name: 'worker',
      compatibilityDate: options.compatibilityDate ?? '2026-11-17',
      compatibilityFlags: options.compatibilityFlags ?? [],
      modules: [
        { type: 'ESModule', path: 'worker.js', contents: script },
        ...Object.entries(modules).map(([path, contents]) => ({
          type: 'ESModule' as const,
          path,
          contents,
        })),
        ...Object.entries(files).map(([path, contents]) =>
          typeof contents === 'string'
            ? { type: 'Text' as const, path, contents }
            : { type: 'Data' as const, path, contents: new Uint8Array(contents) },
        ),
      ],
      // Miniflare's own entry rewrites the URL and adds headers; this socket leads past it.
      unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
      cf: false,
      handleStructuredLogs: ({ message }) => logs.push(message),
    }),
    ...(persistTo === undefined ? {} : { resourcePersistencePath: persistTo }),
  })

  let url: URL
  try {
    url = await miniflare.unsafeGetDirectURL()
  } catch (error) {
    // Disposing of an instance that never started rejects with the same error once more.
    await miniflare.dispose().catch(() => {})
    const reason = logs.join('\n') || String(error)
    throw new Error(`The Worker did not start: ${reason}`, { cause: error })
  }

  let disposal: Promise<void> | undefined
  return {
    url,
    port: Number(url.port),
    logs,
    logged: (pattern, timeoutMs = 5000) => waitForLog(logs, pattern, timeoutMs),
    fetch: (path, init) => fetch(new URL(path, url), { redirect: 'manual', ...init }),
    raw: (bytes, { timeoutMs = 2000 } = {}) => exchange(Number(url.port), bytes, timeoutMs),
    dispose: () => (disposal ??= miniflare.dispose()),
  }
}

async function waitForLog(
  logs: string[],
  pattern: string | RegExp,
  timeoutMs: number,
): Promise<string> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const entry = logs.find((log) =>
      typeof pattern === 'string' ? log.includes(pattern) : pattern.test(log),
    )
    if (entry !== undefined) return entry
    if (Date.now() > deadline) {
      throw new Error(`Nothing like ${String(pattern)} was logged, only:\n${logs.join('\n')}`)
    }
    await delay(10)
  }
}

function exchange(port: number, bytes: string | Uint8Array, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = ''
    const socket = net.connect(port, '127.0.0.1')
    socket.setEncoding('latin1')
    socket.setTimeout(timeoutMs, () => socket.destroy())
    socket.on('data', (chunk: string) => (received += chunk))
    socket.on('error', (error) => {
      // A reset after part of an answer is an outcome that tests look at, not a failure.
      if (received === '') reject(error)
    })
    socket.on('close', () => resolve(received))
    socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  })
}
