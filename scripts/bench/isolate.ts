import { once } from 'node:events'
import { isSettled } from './wait.ts'

/** The memory of an isolate, by the protocol of the inspector. */
export interface Isolate extends Disposable {
  /** Bytes in use after a garbage collection: objects, and the bytes of buffers. */
  liveMemory: () => Promise<number>
}

interface HeapUsage {
  readonly usedSize: number
  readonly backingStorageSize: number
}

/**
 * Attaches to the isolate of a running workerd.
 *
 * @param inspector Where the inspector listens
 * @param wake Sends the Worker a request: an isolate collects garbage when it has something to do
 * @param isolateId Which isolate, where there are several; the first by default
 * @returns The isolate; disposing of it detaches
 */
export async function attachIsolate(
  inspector: URL,
  wake: () => Promise<unknown>,
  isolateId?: string,
): Promise<Isolate> {
  const response = await fetch(new URL('/json', inspector))
  const targets = (await response.json()) as { id: string; webSocketDebuggerUrl: string }[]
  const target = targets.find(({ id }) => isolateId === undefined || id === isolateId)
  const socket = new WebSocket(target!.webSocketDebuggerUrl)
  await once(socket, 'open')

  const waiting = new Map<number, (result: unknown) => void>()
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id?: number; result?: unknown }
    if (id === undefined) return
    waiting.get(id)?.(result)
    waiting.delete(id)
  })
  let last = 0
  function call(method: string): Promise<unknown> {
    const id = (last += 1)
    const { promise, resolve } = Promise.withResolvers<unknown>()
    waiting.set(id, resolve)
    socket.send(JSON.stringify({ id, method }))
    return promise
  }

  return {
    async liveMemory() {
      const collection = call('HeapProfiler.collectGarbage')
      do await wake()
      while (!(await isSettled(collection, 1)))
      const { usedSize, backingStorageSize } = (await call('Runtime.getHeapUsage')) as HeapUsage
      return usedSize + backingStorageSize
    },
    [Symbol.dispose]: () => socket.close(),
  }
}
