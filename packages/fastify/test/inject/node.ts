/** Prints the outcome of every case on Node, as one line of JSON. */
import { makeApp } from './app.ts'
import { cases } from './cases.ts'

const app = makeApp()
const outcomes: Record<string, unknown> = {}
for (const [name, run] of Object.entries(cases)) {
  try {
    outcomes[name] = { told: await run(app) }
  } catch (error) {
    outcomes[name] = { threw: String(error) }
  }
}
process.stdout.write(JSON.stringify(outcomes))
process.exit()
