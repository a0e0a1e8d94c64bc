/**
 * The bridge against Node: the same apps and the same bytes, both answers. Cloudflare's own bridge runs too; its
 * counts are printed, and nothing is asserted of them.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Differences } from './compare.ts'
import { listedDifferences } from './differences.ts'
import { probes } from './probes/index.ts'
import { countTable, describeDifferences, judge } from './report.ts'
import { differencesByProbe, runColumn } from './run.ts'

let bridge: Map<string, Differences>
let cloudflare: Map<string, Differences>

beforeAll(async () => {
  const node = await runColumn('Node')
  bridge = differencesByProbe(node.outcomes, (await runColumn('bridge')).outcomes)
  cloudflare = differencesByProbe(node.outcomes, (await runColumn('Cloudflare')).outcomes)
}, 120_000)

afterAll(() => {
  process.stdout.write(`\n${countTable(probes, bridge, cloudflare)}\n`)
})

describe('the bridge answers as Node does', () => {
  it.each(probes.map(({ name }) => name))('%s', (name) => {
    const differences = bridge.get(name) ?? {}
    const isAsExpected = judge(name, differences) !== 'different'
    expect(isAsExpected ? '' : describeDifferences(name, differences, 2000)).toBe('')
  })
})

describe('differences.ts', () => {
  it('lists only probes that exist', () => {
    const idle = listedDifferences.filter(
      ({ probe }) =>
        !probes.some(({ name }) => (typeof probe === 'string' ? probe === name : probe.test(name))),
    )
    expect(idle).toEqual([])
  })
})
