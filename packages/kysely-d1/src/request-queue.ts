/** A place among the requests that run at once. */
export interface Place {
  /** When the place counts as free although nobody left it, as a time of `Date.now()`. */
  readonly until: number
}

/**
 * Lets a number of requests run at once and the others wait, in the order in which they came.
 *
 * On Workers, what serves a visitor who left ends in its middle, without a word. So a place is only
 * lent, for a time, and who waits gives signs of life: nobody waits for those who vanished.
 */
export class RequestQueue {
  readonly #size: number
  readonly #lease: number
  readonly #running = new Set<Place>()
  /** Who waits, and the time of the last sign of life. */
  readonly #waiting = new Map<(place: Place) => void, number>()

  /**
   * @param size How many run at once
   * @param lease How long a place is kept at most, in milliseconds
   */
  constructor(size: number, lease: number) {
    this.#size = size
    this.#lease = lease
  }

  /**
   * Waits for a place.
   * @param signal Ends the waiting
   * @returns The place, to be given back by `leave`
   * @throws The signal's reason
   */
  enter(signal: AbortSignal | undefined): Promise<Place> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      const end = (): void => {
        clearInterval(timer)
        signal?.removeEventListener('abort', abort)
        this.#waiting.delete(admit)
      }
      const admit = (place: Place): void => {
        end()
        resolve(place)
      }
      const abort = (): void => {
        end()
        reject(signal?.reason as Error)
      }
      const stay = (): void => {
        this.#waiting.set(admit, Date.now())
        this.#admit()
      }
      const timer = setInterval(stay, SIGN_OF_LIFE)
      signal?.addEventListener('abort', abort)
      stay()
    })
  }

  /** Gives a place back. */
  leave(place: Place): void {
    this.#running.delete(place)
    this.#admit()
  }

  #admit(): void {
    const now = Date.now()
    for (const place of this.#running) if (place.until <= now) this.#running.delete(place)
    for (const [admit, seen] of this.#waiting) {
      if (this.#running.size >= this.#size) return
      // Who was only slow comes back with the next sign of life.
      this.#waiting.delete(admit)
      if (now - seen > 5 * SIGN_OF_LIFE) continue
      const place = { until: now + this.#lease }
      this.#running.add(place)
      admit(place)
    }
  }
}

/** How often who waits gives a sign of life, and looks for places left over, in milliseconds. */
const SIGN_OF_LIFE = 1000
