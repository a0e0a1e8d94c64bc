/**
 * The bridge against Node: the same apps and the same bytes, both answers. Cloudflare's own bridge runs too; its
 * counts are printed, and nothing is asserted of them.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Differences } from '../../../../scripts/comparison/compare.ts'
import { probes } from './probes/index.ts'
import { countTable, judge } from './report.ts'
import { differencesByProbe, runColumn } from './run.ts'

let bridge: Map<string, Differences>
let cloudflare: Map<string, Differences>

beforeAll(async () => {
  const node = await runColumn('Node')
  bridge = differencesByProbe(node.outcomes, (await runColumn('bridge')).outcomes)
  cloudflare = differencesByProbe(node.outcomes, (await runColumn('Cloudflare')).outcomes)
  await askAgain()
}, 180_000)

/**
 * Some probes are about who comes first, a client that leaves or the app that hears of it, and on a
 * busy machine the pauses between are not long enough. What differs is asked again, one at a time.
 */
async function askAgain(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) {
    const odd = probes
      .filter(({ name }) => judge.judge(name, bridge.get(name) ?? {}) === 'different')
      .map((probe) => ({ ...probe, alone: true }))
    if (odd.length === 0) return
    process.stdout.write(`\nAsked again: ${odd.map(({ name }) => name).join('; ')}\n`)
    const node = await runColumn('Node', odd)
    const again = differencesByProbe(node.outcomes, (await runColumn('bridge', odd)).outcomes)
    for (const [name, differences] of again) bridge.set(name, differences)
  }
}

afterAll(() => {
  process.stdout.write(`\n${countTable(probes, bridge, cloudflare)}\n`)
})

describe('the bridge answers as Node does', () => {
  it.each(probes.map(({ name }) => name))('%s', (name) => {
    const differences = bridge.get(name) ?? {}
    const isAsExpected = judge.judge(name, differences) !== 'different'
    expect(isAsExpected ? '' : judge.describe(name, differences, 2000)).toBe('')
  })
})

describe('differences.ts', () => {
  it('lists only probes that exist', () => {
    expect(judge.idle(probes.map(({ name }) => name))).toEqual([])
  })
})
