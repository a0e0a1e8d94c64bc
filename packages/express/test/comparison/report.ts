/** Puts the outcome of a run into words: counts by topic, and what differs. */
import { isDeepStrictEqual } from 'node:util'
import type { Differences } from './compare.ts'
import { listedFor } from './differences.ts'
import type { Probe } from './probe.ts'

/** How a probe came out: `same`; `listed`, different in exactly the way that `differences.ts` says; `different`. */
export type Verdict = 'same' | 'listed' | 'different'

/**
 * Judges the bridge's differences in one probe.
 * @param name The probe's whole name
 * @param differences The differences from Node
 * @returns The verdict
 */
export function judge(name: string, differences: Differences): Verdict {
  const found = Object.fromEntries(
    Object.entries(differences).map(([path, { other }]) => [path, other]),
  )
  if (!isDeepStrictEqual(found, { ...listedFor(name) })) return 'different'
  return Object.keys(found).length === 0 ? 'same' : 'listed'
}

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
    const verdict = bridge && judge(name, bridge.get(name) ?? {})
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

/**
 * Lists differences, a line for each path.
 * @param name The probe's whole name
 * @param differences Its differences from Node
 * @param width The longest value to show, in characters
 * @returns Lines of text
 */
export function describeDifferences(name: string, differences: Differences, width = 300): string {
  const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, width)
  const listed = listedFor(name)
  const gone = Object.keys(listed).filter((path) => !(path in differences))
  return [
    name,
    ...Object.entries(differences).flatMap(([path, { node, other }]) => [
      `  ${path}`,
      `    Node   ${shown(node)}`,
      `    other  ${shown(other)}`,
      ...(path in listed && !isDeepStrictEqual(listed[path], other)
        ? [`    listed ${shown(listed[path])}`]
        : []),
    ]),
    ...gone.map((path) => `  ${path} is listed in differences.ts and does not differ`),
  ].join('\n')
}
