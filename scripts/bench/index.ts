// Measures Express and Fastify on node-cf beside Express on Cloudflare's bridge, and all beside what
// runs without a bridge; then each of the other packages beside what it is built on. A slow machine is no failure, and neither is a target that is not reached; a
// request that is not answered as it should be is one.
import { writeFile } from 'node:fs/promises'
import { loadCases } from './cases.ts'
import { describeMachine } from './machine.ts'
import { measureMemory } from './memory.ts'
import { readOptions, type Options } from './options.ts'
import { packageParts } from './packages.ts'
import {
  caseTable,
  generatorNote,
  memoryTable,
  sizeTable,
  startupTable,
  verdictLine,
} from './report.ts'
import { runCase, type CaseResult } from './rounds.ts'
import { serverNames, startServer, type Server } from './servers.ts'
import { measureSizes } from './size.ts'
import { measureStartup } from './startup.ts'
import { judgeCase, judgeMemory, judgeSizes, judgeStartups, type Verdict } from './targets.ts'

/** How often workerd is started with each kind of Worker. */
const STARTS = 15

// The processes and folders of a run end with this one.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

const names = [
  'size',
  'startup',
  ...loadCases.map(({ name }) => name),
  'memory',
  ...packageParts.map(({ name }) => name),
]
try {
  const options = readOptions(names)
  if (typeof options === 'string') console.log(options)
  else await measure(options)
} catch (error) {
  console.error(error)
  process.exitCode = 1
}

async function measure(chosen: Options): Promise<void> {
  const { isWanted, rounds, seconds, connections, json } = chosen
  const machine = describeMachine()
  const verdicts: Verdict[] = []
  const start = performance.now()
  console.log(
    `${machine.processors} × ${machine.processor}, ${machine.system}, Node ${machine.node}, workerd ${machine.workerd}, load average ${machine.loadAverage.toFixed(1)}, ${machine.date}`,
  )

  if (machine.loadAverage > machine.processors / 2) {
    console.log('Others use this machine too: trust the processor times more than the rates.')
  }

  const size = isWanted('size') ? await measureSizes() : undefined
  if (size) print(sizeTable(size), judgeSizes(size))

  const startup = isWanted('startup') ? await measureStartup(STARTS) : undefined
  if (startup) print(startupTable(startup), judgeStartups(startup))

  const cases: CaseResult[] = []
  const wanted = loadCases.filter(({ name }) => isWanted(name))
  if (wanted.length > 0) {
    await using stack = new AsyncDisposableStack()
    const servers: Server[] = []
    for (const name of serverNames) servers.push(stack.use(await startServer(name)))
    for (const loadCase of wanted) {
      const result = await runCase(servers, loadCase, { rounds, seconds, connections })
      cases.push(result)
      print(caseTable(result), judgeCase(result), generatorNote(result))
    }
  }

  const memory = isWanted('memory') ? await measureMemory() : undefined
  if (memory) print(memoryTable(memory), judgeMemory(memory))

  const packages: Record<string, unknown> = {}
  for (const part of packageParts.filter(({ name }) => isWanted(name))) {
    const { figures, text, judged } = await part.measure(rounds)
    packages[part.name] = figures
    print(text, judged)
  }

  const reached = verdicts.filter(({ isReached }) => isReached)
  console.log(`\n${reached.length} of ${verdicts.length} targets reached.`)
  console.log(`Measured in ${((performance.now() - start) / 1000).toFixed(0)} s.`)
  const failures = cases.flatMap((result) => result.failures)
  if (json !== undefined) {
    const settings = { rounds, seconds, connections, starts: STARTS }
    const figures = {
      machine,
      settings,
      size,
      startup,
      cases,
      memory,
      packages,
      verdicts,
      failures,
    }
    await writeFile(json, `${JSON.stringify(figures, null, 2)}\n`)
  }
  if (failures.length > 0) {
    console.error(`\nRequests that failed:\n${failures.map((line) => `  ${line}`).join('\n')}`)
    process.exitCode = 1
  }

  function print(text: string, judged: readonly Verdict[], note?: string): void {
    verdicts.push(...judged)
    console.log(`\n${[text, ...(note === undefined ? [] : [note])].join('\n')}`)
    for (const verdict of judged) console.log(verdictLine(verdict))
  }
}
