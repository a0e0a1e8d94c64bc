import { setTimeout as delay } from 'node:timers/promises'

/** Long enough for a machine that does other things too; a test that passes never waits so long. */
const LIMIT = 10_000

/**
 * Repeats a check until it no longer throws.
 *
 * @param check What to repeat
 * @returns What the check returned
 * @throws What the check threw last, when the limit is reached
 */
export async function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  const deadline = Date.now() + LIMIT
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (Date.now() > deadline) throw error
    }
    await delay(10)
  }
}

/**
 * Waits until a number that only grows has stopped growing.
 *
 * @param read Reads the number
 * @returns Where it stopped
 */
export async function settled(read: () => number | Promise<number>): Promise<number> {
  let last = await read()
  for (let unchanged = 0; unchanged < 12;) {
    await delay(50)
    const now = await read()
    unchanged = now === last ? unchanged + 1 : 0
    last = now
  }
  return last
}
