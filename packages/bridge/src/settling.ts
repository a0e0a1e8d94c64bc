import { BridgeError } from './errors.ts'
import { mustQueue, queuedTimers, type QueuedTimer } from './module-timers.ts'

/** A delay up to this many milliseconds only lets other work go first. */
const SHORT_DELAY = 10
/** After this many turns nothing else seems to be ready, and a short timer fires. */
const SHORT_PATIENCE = 50
/** After this many turns nothing goes on at all: the next timer fires, however long its delay. */
const LONG_PATIENCE = 50_000

/** Called when nothing goes on any more. */
const waiting = new Set<(reason: BridgeError) => void>()
/** Turns since a timer fired, or something else began to be waited for. */
let idleTurns = 0
/** What the time would be at module scope if it passed, in milliseconds. */
let time = 0
const due = new WeakMap<QueuedTimer, number>()

/**
 * Waits at module scope for work that may wait for timers. No time passes there: a short timer, such
 * as lets other work go first, fires as soon as nothing else is ready, and a long one, such as limits
 * how long a plugin may take to load, when nothing goes on without it. Intervals wait for a request.
 * @param work What to wait for
 * @returns What the work resolves to
 * @throws {BridgeError} `ERR_BRIDGE_UNSETTLED` when nothing goes on that could end the work
 */
export function settleAtModuleScope<Result>(work: PromiseLike<Result>): PromiseLike<Result> {
  if (!mustQueue()) return work
  return new Promise((resolve, reject) => {
    const done = (): void => void waiting.delete(reject)
    idleTurns = 0
    waiting.add(reject)
    if (waiting.size === 1) void passTime()
    Promise.resolve(work).then(resolve, reject).finally(done)
  })
}

async function passTime(): Promise<void> {
  for (; waiting.size > 0; idleTurns += 1) {
    const timer = idleTurns < SHORT_PATIENCE ? undefined : nextTimer()
    if (timer && (idleTurns >= LONG_PATIENCE || timer.delay <= SHORT_DELAY)) {
      time = Math.max(time, due.get(timer)!)
      timer.fire()
      idleTurns = 0
    } else if (idleTurns >= LONG_PATIENCE) {
      for (const giveUp of waiting) giveUp(unsettled())
      waiting.clear()
    }
    // Everything else that is ready goes on in between.
    await Promise.resolve()
  }
}

function nextTimer(): QueuedTimer | undefined {
  let next: QueuedTimer | undefined
  for (const timer of queuedTimers()) {
    if (timer.repeats) continue
    // Its time began when no time had passed since the last timer fired.
    if (!due.has(timer)) due.set(timer, time + timer.delay)
    if (next === undefined || due.get(timer)! < due.get(next)!) next = timer
  }
  return next
}

function unsettled(): BridgeError {
  return new BridgeError(
    'ERR_BRIDGE_UNSETTLED',
    'What has to be done while the Worker starts does not come to an end. It seems to wait for I/O, which Workers allow only from the first request on.',
  )
}
