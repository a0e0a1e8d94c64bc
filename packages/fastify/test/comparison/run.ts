/** Starts the servers and runs the probes on each of them. */
import { resolve } from 'node:path'
import {
  differencesByProbe,
  runColumn,
  startBundle,
  startNode,
} from '../../../../scripts/comparison/columns.ts'
import type { Differences } from '../../../../scripts/comparison/compare.ts'
import { type Judge, judgeOf } from '../../../../scripts/comparison/judgement.ts'
import { listedDifferences } from './differences.ts'
import type { Probe } from './probe.ts'

const server = (name: string): string => resolve(import.meta.dirname, `servers/${name}.ts`)

/** Judges by `differences.ts`. */
export const judge: Judge = judgeOf(listedDifferences)

/** The differences of workerd from Node, by probe. */
export async function differencesOf(wanted: readonly Probe[]): Promise<Map<string, Differences>> {
  const node = await runColumn(() => startNode(server('node')), wanted)
  const workerd = await runColumn(() => startBundle(server('bridge')), wanted)
  return differencesByProbe(wanted, node.outcomes, workerd.outcomes)
}

/** Counts the verdicts by topic, as a table. */
export function countTable(
  probes: readonly Probe[],
  differences: ReadonlyMap<string, Differences>,
): string {
  const verdicts = ['same', 'listed', 'different'] as const
  const rows = new Map<string, number[]>()
  for (const { topic, name } of probes) {
    const verdict = judge.judge(name, differences.get(name) ?? {})
    for (const key of [topic, 'all']) {
      const counts = rows.get(key) ?? [0, 0, 0, 0]
      rows.set(key, [
        counts[0]! + 1,
        ...verdicts.map((one, index) => counts[index + 1]! + Number(one === verdict)),
      ])
    }
  }
  const all = rows.get('all') ?? []
  rows.delete('all')
  const line = (topic: string, cells: readonly (string | number)[]): string =>
    topic.padEnd(20) + cells.map((cell) => String(cell).padStart(12)).join('')
  return [
    line('topic', ['probes', 'as on Node', 'listed', 'different']),
    ...[...rows].map(([topic, counts]) => line(topic, counts)),
    line('all', all),
  ].join('\n')
}
