import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { BoundedMap } from '../src/bounded-map.ts'

it('never holds more than it may, and never another value than the last', () => {
  const key = fc.integer({ min: 0, max: 30 })
  fc.assert(
    fc.property(fc.array(fc.record({ key, isSet: fc.boolean() })), (steps) => {
      const map = new BoundedMap<number, number>(10)
      const last = new Map<number, number>()
      for (const [index, step] of steps.entries()) {
        if (step.isSet) map.set(step.key, index)
        if (step.isSet) last.set(step.key, index)
        expect([undefined, last.get(step.key)]).toContain(map.get(step.key))
      }
      const held = Array.from({ length: 31 }, (_, each) => each).filter(
        // Asked for in this order, an entry that is found may push out another.
        (each) => map.get(each) !== undefined,
      )
      expect(held.length).toBeLessThanOrEqual(10)
    }),
  )
})

it('keeps what is asked for, however much else comes', () => {
  const map = new BoundedMap<string, number>(10)
  map.set('kept', 1)
  map.set('forgotten', 2)
  for (let index = 0; index < 100; index += 1) {
    map.set(`other ${index}`, index)
    expect(map.get('kept')).toBe(1)
  }
  expect(map.get('forgotten')).toBeUndefined()
})
