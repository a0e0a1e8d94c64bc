/**
 * Prints how Node, the bridge and Cloudflare's own bridge compare: `node table.ts [expression]`, the expression
 * choosing probes by name. With `--cloudflare`, what differs there is listed too.
 */
import { countTable, judge } from './report.ts'
import { probes } from './probes/index.ts'
import { bridgeExists, differencesByProbe, runColumn } from './run.ts'

const pattern = process.argv.slice(2).find((value) => !value.startsWith('--'))
const wanted =
  pattern === undefined ? probes : probes.filter(({ name }) => new RegExp(pattern).test(name))

const node = await runColumn('Node', wanted)
const bridge = bridgeExists
  ? differencesByProbe(node.outcomes, (await runColumn('bridge', wanted)).outcomes)
  : undefined
const cloudflare = differencesByProbe(
  node.outcomes,
  (await runColumn('Cloudflare', wanted)).outcomes,
)

console.log('# The bridge\n')
if (!bridge) console.log('It is not there yet.')
for (const [name, differences] of bridge ?? []) {
  const verdict = judge.judge(name, differences)
  if (verdict !== 'same') console.log(`[${verdict}] ${judge.describe(name, differences)}`)
}
if (process.argv.includes('--cloudflare')) {
  console.log("\n# Cloudflare's bridge\n")
  for (const [name, differences] of cloudflare) {
    if (Object.keys(differences).length > 0) console.log(judge.describe(name, differences))
  }
}
console.log(`\n${countTable(wanted, bridge, cloudflare)}`)
