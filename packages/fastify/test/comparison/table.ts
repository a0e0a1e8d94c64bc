/** Prints how Fastify on Workers compares with Fastify on Node: `node table.ts [expression]`, which chooses probes by name. */
import { probes } from './probes/index.ts'
import { countTable, differencesOf, judge } from './run.ts'

const [pattern = ''] = process.argv.slice(2)
const wanted = probes.filter(({ name }) => new RegExp(pattern).test(name))
const found = await differencesOf(wanted)

for (const [name, differences] of found) {
  const verdict = judge.judge(name, differences)
  if (verdict !== 'same') console.log(`[${verdict}] ${judge.describe(name, differences)}`)
}
console.log(`\n${countTable(wanted, found)}`)
