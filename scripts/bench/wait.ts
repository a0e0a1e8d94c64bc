import { setTimeout as delay } from 'node:timers/promises'

/** Waits for a promise for a while, and tells whether it is there; rejects where the promise does. */
export function isSettled(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  return Promise.race([promise.then(() => true), delay(milliseconds, false)])
}
