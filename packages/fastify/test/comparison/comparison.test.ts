/** Fastify on Workers against Fastify on Node: the same apps and the same bytes, both answers. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Differences } from '../../../../scripts/comparison/compare.ts'
import { probes } from './probes/index.ts'
import { countTable, differencesOf, judge } from './run.ts'

let found: Map<string, Differences>

beforeAll(async () => {
  found = await differencesOf(probes)
  await askAgain()
}, 180_000)

/**
 * Some probes are about who comes first, a client that leaves or the app that hears of it, and on a
 * busy machine the pauses between are not long enough. What differs is asked again, one at a time.
 */
async function askAgain(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) {
    const odd = probes
      .filter(({ name }) => judge.judge(name, found.get(name) ?? {}) === 'different')
      .map((probe) => ({ ...probe, alone: true }))
    if (odd.length === 0) return
    process.stdout.write(`\nAsked again: ${odd.map(({ name }) => name).join('; ')}\n`)
    for (const [name, differences] of await differencesOf(odd)) found.set(name, differences)
  }
}

afterAll(() => {
  process.stdout.write(`\n${countTable(probes, found)}\n`)
})

describe('Fastify answers on Workers as on Node', () => {
  it.each(probes.map(({ name }) => name))('%s', (name) => {
    const differences = found.get(name) ?? {}
    const isAsExpected = judge.judge(name, differences) !== 'different'
    expect(isAsExpected ? '' : judge.describe(name, differences, 2000)).toBe('')
  })
})

describe('differences.ts', () => {
  it('lists only probes that exist', () => {
    expect(judge.idle(probes.map(({ name }) => name))).toEqual([])
  })
})
