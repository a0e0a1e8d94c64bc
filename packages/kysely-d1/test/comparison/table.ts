// Runs the contract of the dialects over this package and over kysely-d1, and prints what fails.
import { startWorker } from '../../../../scripts/workerd/index.ts'
import { contractCases } from '../../../kysely-sqlite/test/contract/cases.ts'

const worker = await startWorker({
  entry: `${import.meta.dirname}/worker.ts`,
  bindings: { d1Databases: { DB: 'comparison' } },
})
const cases = contractCases.filter(({ needs }) => needs.length === 0)

for (const dialect of ['node-cf', 'kysely-d1']) {
  const headers = { 'x-dialect': dialect }
  const failures: string[] = []
  for (const { name } of cases) {
    const path = `/${encodeURIComponent(name)}`
    const response = await worker.fetch(path, { method: 'POST', headers })
    const text = await response.text()
    if (response.status !== 204) failures.push(`  ${name}: ${text.split('\n', 1)[0]}`)
  }
  const most = (await (await worker.fetch('/most', { headers })).json()) as number
  console.log(`${dialect}: ${cases.length - failures.length} of ${cases.length} cases pass`)
  console.log(`  of six queries begun together, ${most} are in the database at the same time`)
  if (failures.length > 0) console.log(`${failures.join('\n')}\n`)
}
await worker.dispose()
