import { EventEmitter } from 'node:events'
import workerThreads from 'node:worker_threads'
import { type LineStream, toConsole } from './log.ts'

/** Where the modules of pino's transports are said to be: nothing is loaded from there. */
const FOLDER = '/pino-transport/'

/**
 * Stands in for the thread that one of pino's transports runs in, `transport: { target: 'pino-pretty' }`
 * say. Workers have no threads: the lines go to the Worker's log, and a warning says so.
 */
export function installTransports(): void {
  const isolate = globalThis as { __bundlerPathsOverrides?: object }
  // pino asks here for the files that a bundler has moved.
  isolate.__bundlerPathsOverrides ??= new Proxy(
    {},
    { get: (_target, name) => (typeof name === 'string' ? FOLDER + name : undefined) },
  )
  const { Worker } = workerThreads
  workerThreads.Worker = new Proxy(Worker, {
    construct: (target, values: [filename: string | URL, TransportOptions], newTarget) =>
      String(values[0]).startsWith(FOLDER)
        ? new TransportThread(values[1])
        : (Reflect.construct(target, values, newTarget) as object),
  })
}

interface TransportOptions {
  workerData: { filename: string; workerData?: { targets?: { target: string }[] } }
}

/** As much of a `Worker` as thread-stream, pino's end of a transport, calls. */
class TransportThread extends EventEmitter {
  constructor({ workerData: { filename, workerData } }: TransportOptions) {
    super()
    const targets = workerData?.targets?.map(({ target }) => target) ?? [filename]
    const names = targets.map((path) => path.slice(path.indexOf(FOLDER) + FOLDER.length))
    console.warn(
      `pino's transport ${names.join(', ')} needs a thread, and Workers have none: its lines go to the Worker's log instead. Leave "transport" out of the logger's options to do without this warning.`,
    )
  }

  /** thread-stream tells its thread of itself right after it has made it. */
  set stream(reference: { deref(): LineStream }) {
    const stream = reference.deref()
    toConsole(stream, () => true)
    Object.assign(stream, {
      flush: (callback?: () => void) => callback?.(),
      flushSync() {},
      end() {},
    })
  }

  postMessage(): void {}
  terminate(): void {}
  ref(): void {}
  unref(): void {}
}
