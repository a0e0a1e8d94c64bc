import { SqliteError } from '@node-cf/kysely-sqlite'

/** How often, and how soon, what failed for a passing reason is sent again. */
export interface RetryOptions {
  /** How often a query is sent at most, 3 by default; 1 sends nothing again. */
  attempts?: number
  /** The longest wait before the second attempt, in milliseconds, 50 by default; it then doubles. */
  minDelay?: number
  /** The longest wait before any attempt, in milliseconds, 1000 by default. */
  maxDelay?: number
  /**
   * The longest wait that the other side may ask for, in milliseconds, 30,000 by default; where it
   * asks for more, the query fails at once.
   */
  maxRetryAfter?: number
}

export type RetrySettings = Readonly<Required<RetryOptions>>

/**
 * Checks the options when they are given.
 *
 * @param options The options; `false` sends nothing again
 * @returns The options with their defaults
 * @throws {SqliteError} `ERR_SQLITE_ARGUMENT` for an option that is not as described
 */
export function retrySettings(options: RetryOptions | false | undefined): RetrySettings {
  const {
    attempts = 3,
    minDelay = 50,
    maxDelay = 1000,
    maxRetryAfter = 30_000,
  } = options === false ? { attempts: 1 } : (options ?? {})
  if (!Number.isInteger(attempts) || attempts < 1) {
    throw new SqliteError(
      'ERR_SQLITE_ARGUMENT',
      `retry.attempts must be a whole number from 1; got ${String(attempts)}.`,
    )
  }
  for (const [name, value] of Object.entries({ minDelay, maxDelay, maxRetryAfter })) {
    if (Number.isFinite(value) && value >= 0) continue
    throw new SqliteError(
      'ERR_SQLITE_ARGUMENT',
      `retry.${name} must be a number of milliseconds from 0; got ${String(value)}.`,
    )
  }
  return { attempts, minDelay, maxDelay, maxRetryAfter }
}

/** What is tried, and how. */
export interface Attempt extends RetrySettings {
  /** Whether it may be tried again although it may have taken effect. */
  readonly mayRepeat: boolean
  readonly signal: AbortSignal | undefined
}

/**
 * Tries until it succeeds, fails for good, or has been tried often enough. The waits are random,
 * so that those who failed together do not come back together.
 *
 * @param work What to do; what it throws is retryable or not, if it is a `SqliteError`
 * @param attempt How often, and whether at all
 * @returns What `work` returned
 */
export async function withRetries<Result>(
  work: () => Promise<Result>,
  { attempts, minDelay, maxDelay, maxRetryAfter, mayRepeat, signal }: Attempt,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      if (attempt === attempts || !(error instanceof SqliteError && error.retryable)) throw error
      if (error.mayHaveRun && !mayRepeat) throw error
      const { retryAfter = 0 } = error
      if (retryAfter > maxRetryAfter) throw error
      const longest = Math.min(maxDelay, minDelay * 2 ** (attempt - 1))
      await wait(retryAfter + Math.random() * longest, signal)
    }
  }
}

function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(end, milliseconds)
    signal?.addEventListener('abort', end)
    function end(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      if (signal?.aborted) reject(signal.reason as Error)
      else resolve()
    }
  })
}
