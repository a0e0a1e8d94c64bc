import { failCurrentRequest } from './request-context.ts'

/**
 * Deals with an error that has no caller to go to, where Node would emit `uncaughtException` and
 * end: it is logged, since Workers say nothing of what is thrown in a microtask, and the request
 * in which it was thrown fails, rather than wait for an answer that never comes.
 */
export function reportUncaught(error: unknown): void {
  console.error(error)
  failCurrentRequest(error)
}

/** Calls what no caller waits for, a listener of the response say: what it throws ends nothing. */
export function guarded(work: () => unknown): void {
  try {
    work()
  } catch (error) {
    console.error(error)
  }
}

/** Deals with promises that reject and nobody handles, as with what is thrown. */
export function reportRejections(): void {
  const isolate = globalThis as unknown as RejectionTarget
  isolate.addEventListener('unhandledrejection', ({ reason }) => {
    // An app that listens itself deals with them, as on Node.
    if (process.listenerCount('unhandledRejection') === 0) reportUncaught(reason)
  })
}

interface RejectionTarget {
  addEventListener(name: 'unhandledrejection', listener: (event: { reason: unknown }) => void): void
}
