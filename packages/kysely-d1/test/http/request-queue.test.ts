import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { RequestQueue } from '../../src/request-queue.ts'

beforeEach(() => {
  jest.useFakeTimers()
})
afterEach(() => {
  jest.useRealTimers()
  jest.restoreAllMocks()
})

/** Tells who is admitted, in their order. */
function visitors(queue: RequestQueue): { admitted: string[]; enter: (name: string) => void } {
  const admitted: string[] = []
  const enter = (name: string): void => {
    void queue.enter(undefined).then(() => admitted.push(name))
  }
  return { admitted, enter }
}

describe('RequestQueue', () => {
  it('admits those who wait in their order, each when a place is left', async () => {
    const queue = new RequestQueue(1, 60_000)
    const order: string[] = []
    for (const name of ['a', 'b', 'c']) {
      void queue.enter(undefined).then((place) => {
        order.push(name)
        queue.leave(place)
      })
    }
    await jest.advanceTimersByTimeAsync(0)
    expect(order).toEqual(['a', 'b', 'c'])
    expect(jest.getTimerCount()).toBe(0)
  })

  it('gives a place to the next when nobody has left it for long', async () => {
    const queue = new RequestQueue(1, 10_000)
    const { admitted, enter } = visitors(queue)
    for (const name of ['a', 'b', 'c']) enter(name)
    await jest.advanceTimersByTimeAsync(9000)
    expect(admitted).toEqual(['a'])
    await jest.advanceTimersByTimeAsync(2000)
    expect(admitted).toEqual(['a', 'b'])
  })

  it('gives no place to who vanished while waiting', async () => {
    const queue = new RequestQueue(1, 60_000)
    const { admitted, enter } = visitors(queue)
    const place = await queue.enter(undefined)
    // The timers of a visitor who is gone do not fire any more.
    jest.spyOn(globalThis, 'setInterval').mockReturnValueOnce(undefined as never)
    enter('vanished')
    enter('waiting')
    await jest.advanceTimersByTimeAsync(20_000)
    queue.leave(place)
    await jest.advanceTimersByTimeAsync(0)
    expect(admitted).toEqual(['waiting'])
  })

  it('forgets nobody who was only slow', async () => {
    const queue = new RequestQueue(1, 60_000)
    const { admitted, enter } = visitors(queue)
    const place = await queue.enter(undefined)
    enter('slow')
    // The process did something else for a while: no timer fired.
    jest.setSystemTime(Date.now() + 20_000)
    queue.leave(place)
    await jest.advanceTimersByTimeAsync(0)
    expect(admitted).toEqual([])
    await jest.advanceTimersByTimeAsync(1000)
    expect(admitted).toEqual(['slow'])
  })
})
