/** Puts the outcome of a run into words: counts by topic, and what differs. */
import type { Differences } from '../../../../scripts/comparison/compare.ts'
import { type Judge, judgeOf } from '../../../../scripts/comparison/judgement.ts'
import { listedDifferences } from './differences.ts'
import type { Probe } from './probe.ts'

/** Judges by `differences.ts`. */
export const judge: Judge = judgeOf(listedDifferences)

/** What Cloudflare's bridge has wrong in nearly every answer, which would leave its column without a count. */
const everywhere = new Set(['reason', 'headers.date', 'headers.content-length'])
const withoutEverywhere = (differences: Differences): string[] =>
  Object.keys(differences).filter((path) => !everywhere.has(path.replace(/^answer \d+: /, '')))

/**
 * Counts probes by topic, as a table.
 * @param probes The probes that ran
 * @param bridge The bridge's differences by probe, if it ran
 * @param cloudflare Those of Cloudflare's bridge
 * @returns Lines of text
 */
export function countTable(
  probes: readonly Probe[],
  bridge: ReadonlyMap<string, Differences> | undefined,
  cloudflare: ReadonlyMap<string, Differences>,
): string {
  const rows = new Map<string, number[]>()
  for (const { topic, name } of probes) {
    const verdict = bridge && judge.judge(name, bridge.get(name) ?? {})
    const theirs = cloudflare.get(name) ?? {}
    const counts = [
      1,
      Number(verdict === 'same'),
      Number(verdict === 'listed'),
      Number(verdict === 'different'),
      Number(Object.keys(theirs).length === 0),
      Number(withoutEverywhere(theirs).length === 0),
    ]
    const row = rows.get(topic) ?? counts.map(() => 0)
    rows.set(
      topic,
      row.map((count, index) => count + (counts[index] ?? 0)),
    )
  }
  const total = [...rows.values()].reduce((sums, row) =>
    sums.map((sum, index) => sum + (row[index] ?? 0)),
  )
  const headings = [
    'probes',
    'bridge: same',
    'listed',
    'different',
    'Cloudflare: same',
    'same but for *',
  ]
  const line = (topic: string, cells: readonly (number | string)[]): string =>
    topic.padEnd(20) +
    cells.map((cell, index) => String(cell).padStart((headings[index] ?? '').length + 3)).join('')
  return [
    line('topic', headings),
    ...[...rows].map(([topic, row]) => line(topic, row)),
    line('all', total),
    '* status text, Date and Content-Length, which differ in nearly every answer of theirs',
  ].join('\n')
}
