import { promisify } from 'node:util'
import { checkCallback } from './node-errors.ts'
import { guarded, reportUncaught } from './uncaught.ts'

type Callback = (...values: unknown[]) => void

/*
 * Timers armed while modules load.
 *
 * Workers forbid timers at module scope, and libraries arm them there all the same: avvio's plugin
 * timeout, a rate limiter's reset interval, a session store's sweep. They are kept here, start with
 * the first request, and from then on fire while requests are being served, since nothing runs in
 * an isolate between requests.
 */

/** A timer that waits for the first request. */
export interface QueuedTimer {
  /** In milliseconds. */
  readonly delay: number
  readonly repeats: boolean
  fire(): void
}

/** Stands for a timer that is not armed yet; has what Node's `Timeout` has. */
class ModuleTimer implements QueuedTimer {
  readonly #callback: Callback
  readonly #values: unknown[]
  readonly delay: number
  readonly repeats: boolean
  readonly #id = nextId++
  /** When it is due, in milliseconds of `Date.now()`; undefined until the first request. */
  #due: number | undefined
  #isReferenced = true
  #isClosed = false

  constructor(callback: Callback, delay: number, repeats: boolean, values: unknown[]) {
    checkCallback(callback)
    this.#callback = callback
    this.delay = Math.max(1, delay || 1)
    this.repeats = repeats
    this.#values = values
    pending.set(this.#id, this)
  }

  /** Milliseconds until it is due; its time begins when it is first asked. */
  remaining(now: number): number {
    this.#due ??= now + this.delay
    return this.#due - now
  }

  fire(): void {
    if (this.repeats) this.#due = Date.now() + this.delay
    else pending.delete(this.#id)
    // One timer that throws does not keep the others from their turn.
    guarded(() => this.#callback(...this.#values))
  }

  get isPending(): boolean {
    return pending.has(this.#id)
  }

  ref(): this {
    this.#isReferenced = true
    return this
  }

  unref(): this {
    this.#isReferenced = false
    return this
  }

  hasRef(): boolean {
    return this.#isReferenced
  }

  refresh(): this {
    if (this.#isClosed) return this
    this.#due = undefined
    pending.set(this.#id, this)
    if (isServing) arm()
    return this
  }

  close(): this {
    this.#isClosed = true
    pending.delete(this.#id)
    return this
  }

  [Symbol.dispose](): void {
    this.close()
  }

  [Symbol.toPrimitive](): number {
    return this.#id
  }
}

/** The numbers of module timers begin where a runtime's own hardly get to. */
let nextId = 2 ** 40
const pending = new Map<number, ModuleTimer>()
/** Whether timers are allowed: on Workers, once the first request or another event has come. */
let isServing = true

/** The runtime's own timer functions. */
const native = {
  setTimeout: setTimeout.bind(globalThis),
  setInterval: setInterval.bind(globalThis),
  setImmediate: setImmediate.bind(globalThis),
}

/**
 * Stands in for the runtime's functions, from start to end: a module may keep one. While requests
 * are served a timer is the runtime's own, and what it throws fails the request that armed it.
 */
const replacement = {
  setTimeout: (callback: Callback, delay?: number, ...values: unknown[]): unknown =>
    mustQueue()
      ? new ModuleTimer(callback, Number(delay), false, values)
      : native.setTimeout(guardedTimer(callback), delay, ...values),
  setInterval: (callback: Callback, delay?: number, ...values: unknown[]): unknown =>
    mustQueue()
      ? new ModuleTimer(callback, Number(delay), true, values)
      : native.setInterval(guardedTimer(callback), delay, ...values),
  setImmediate: (callback: Callback, ...values: unknown[]): unknown =>
    mustQueue()
      ? new ModuleTimer(callback, 0, false, values)
      : native.setImmediate(guardedTimer(callback), ...values),
}

/** Whether no event has come yet. The first need not be a request that the bridge serves. */
export function mustQueue(): boolean {
  if (!isServing && timersAllowed()) runModuleTimers()
  return !isServing
}

function guardedTimer(callback: Callback): Callback {
  checkCallback(callback)
  return (...values) => {
    try {
      callback(...values)
    } catch (error) {
      reportUncaught(error)
    }
  }
}

/** Whether timers can be armed right now: at a Worker's module scope they cannot. */
function timersAllowed(): boolean {
  try {
    clearTimeout(native.setTimeout(() => {}, 0))
    return true
  } catch {
    return false
  }
}

/** Queues the timers that modules arm while they load, where the runtime forbids them. */
export function queueModuleTimers(): void {
  if (timersAllowed()) return
  isServing = false
  Object.assign(globalThis, replacement)
  // `util.promisify(setTimeout)` waits, where the callback is not the last parameter.
  Object.assign(globalThis.setTimeout, {
    [promisify.custom]: (delay: number, value: unknown) =>
      new Promise((resolve) => setTimeout(resolve, delay, value)),
  })
  Object.assign(globalThis.setImmediate, {
    [promisify.custom]: (value: unknown) => new Promise((resolve) => setImmediate(resolve, value)),
  })
  for (const name of ['clearTimeout', 'clearInterval', 'clearImmediate'] as const) {
    const clear = globalThis[name] as (timer: unknown) => void
    globalThis[name] = (timer: unknown) => {
      const queuedTimer = timer instanceof ModuleTimer ? timer : pending.get(timer as number)
      if (queuedTimer) queuedTimer.close()
      else clear(timer)
    }
  }
}

/** Called as each request arrives: starts the queued timers, and fires those that are due. */
export function runModuleTimers(): void {
  isServing = true
  if (pending.size > 0) arm()
}

/** Arms one runtime timer for whatever is due next, in the context of the current request. */
function arm(): void {
  const now = Date.now()
  let next = Infinity
  for (const timer of pending.values()) next = Math.min(next, timer.remaining(now))
  native.setTimeout(fireDue, Math.max(0, next))
}

function fireDue(): void {
  const now = Date.now()
  const timers = [...pending.values()].toSorted((a, b) => a.remaining(now) - b.remaining(now))
  for (const timer of timers) {
    // A timer may have been cleared by one that fired before it.
    if (timer.isPending && timer.remaining(now) <= 0) timer.fire()
  }
  if (pending.size > 0) arm()
}

/** The timers that wait for the first request. */
export function queuedTimers(): Iterable<QueuedTimer> {
  return pending.values()
}
