import { setTimeout as delay } from 'node:timers/promises'
import { StoreError } from './errors.ts'

/** How long to wait before the first repetition, in milliseconds; each time twice as long. */
const FIRST_WAIT = 100
/** R2 takes one write a second for a key. */
const RATE_WAIT = 1000

/**
 * Repeats what failed for the moment only.
 * @param work What to do; it has to be able to run again
 * @param retries How often to repeat it at most
 * @param signal Ends the waiting
 * @returns What `work` returned
 * @throws What `work` threw last, or the signal's reason
 */
export async function retrying<Result>(
  work: () => Promise<Result>,
  retries: number,
  signal?: AbortSignal,
): Promise<Result> {
  for (let count = 0; ; count += 1) {
    signal?.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      if (count >= retries || !(error instanceof StoreError) || !error.retryable) throw error
      const wait = (error.code === 'ERR_R2_RATE' ? RATE_WAIT : FIRST_WAIT) * 2 ** count
      // Those who failed together should not come back together.
      await sleep(wait * (1 + Math.random() / 2), signal)
    }
  }
}

async function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal })
  } catch {
    signal?.throwIfAborted()
  }
}
