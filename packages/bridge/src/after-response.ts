import type { Settings } from './options.ts'
import type { ExecutionContextLike } from './request-context.ts'
import { wait } from './waiting.ts'

/**
 * How many invocations may be held open at once for work that goes on after their response. Each
 * costs about 15 KB, so this bounds the memory to a few megabytes.
 */
const HELD_AT_ONCE = 500
/**
 * Above this many requests a second in one isolate none is held: there is no time left for work
 * behind them, and holding costs a tenth of a request. `ctx.waitUntil` holds at any rate.
 */
const BUSY = 1000

let second = 0
let startedThisSecond = 0
let startedLastSecond = 0

/**
 * Holds an invocation open after its response, so that work which a handler left behind goes on:
 * Workers end an invocation with its response, where Node would let it finish. Nothing tells whether
 * there is such work, so every invocation is held: for the whole time while requests are few, for
 * less the more there are.
 */
export function holdInvocation(ctx: ExecutionContextLike, { afterResponse }: Settings): void {
  if (afterResponse === 0) return
  const rate = requestsPerSecond()
  if (rate <= BUSY) ctx.waitUntil(wait(Math.min(afterResponse, (HELD_AT_ONCE * 1000) / rate)))
}

/** A handler whose client went away has this long to notice, in milliseconds. */
const AFTER_DISCONNECT = 1000

/**
 * Holds an invocation open whose client went away, which the runtime would end at once: the handler
 * hears of it, and cleans up. At any rate, and so for a shorter time.
 */
export function holdAfterDisconnect(ctx: ExecutionContextLike, { afterResponse }: Settings): void {
  if (afterResponse > 0) ctx.waitUntil(wait(Math.min(afterResponse, AFTER_DISCONNECT)))
}

function requestsPerSecond(): number {
  const now = Math.floor(Date.now() / 1000)
  if (now !== second) {
    startedLastSecond = now === second + 1 ? startedThisSecond : 0
    startedThisSecond = 0
    second = now
  }
  startedThisSecond += 1
  return Math.max(startedThisSecond, startedLastSecond)
}
