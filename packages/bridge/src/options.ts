import { BridgeError } from './errors.ts'

export interface BridgeOptions {
  /**
   * How long an app may take to begin its answer, in milliseconds; then the client gets a 503. By
   * default 100,000, as long as Cloudflare's proxy waits for an origin; 0 waits for ever.
   */
  responseTimeout?: number
  /**
   * How long work that a handler left behind may go on after its response, in milliseconds. By
   * default 10,000, at most 30,000 (the platform's own bound); 0 leaves it to `ctx.waitUntil`.
   */
  afterResponse?: number
}

/** The options as they are used: checked, with defaults. */
export interface Settings {
  readonly responseTimeout: number
  readonly afterResponse: number
}

/** The longest a timer can run, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1

/** Checks the options when they are given, not when they are first used. */
export function checkedOptions(options: BridgeOptions): Settings {
  return {
    responseTimeout:
      checkedDuration('responseTimeout', options.responseTimeout ?? 100_000, LONGEST_TIMER) ||
      LONGEST_TIMER,
    afterResponse: checkedDuration('afterResponse', options.afterResponse ?? 10_000, 30_000),
  }
}

function checkedDuration(name: string, milliseconds: number, most: number): number {
  if (Number.isFinite(milliseconds) && milliseconds >= 0 && milliseconds <= most)
    return milliseconds
  throw new BridgeError(
    'ERR_BRIDGE_OPTION',
    `${name} must be a number of milliseconds from 0 to ${most}; got ${String(milliseconds)}.`,
  )
}
