// Runs every check in order and stops at the first that fails. The last line counts the tests, for
// whoever reads the result by machine.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './command.ts'

const folder = await mkdtemp(join(tmpdir(), 'node-cf-'))
const results = join(folder, 'jest.json')

/** Scripts of package.json; `node --run` starts them without a second pnpm. */
const checks: ReadonlyArray<readonly string[]> = [
  ['check:format'],
  ['check:lint'],
  ['check:types'],
  ['check:unused'],
  ['check:readmes'],
  ['check:tests', '--', '--json', `--outputFile=${results}`],
  ['check:packages'],
]

let failure: string | undefined
for (const check of checks) {
  const [name = ''] = check
  console.log(`\n── ${name}`)
  try {
    run(['node', '--run', ...check])
  } catch {
    failure = name
    break
  }
}

const tests = await readResults(results)
// A check that fails counts like a test that does: the line never says that all is well when it
// is not.
const failed = tests.failed === 0 && failure !== undefined ? 1 : tests.failed
await rm(folder, { recursive: true })

console.log(failure === undefined ? '\nEvery check passed.' : `\n${failure} failed.`)
console.log(`${tests.passed} passed, ${failed} failed`)
process.exitCode = failure === undefined ? 0 : 1

async function readResults(path: string): Promise<{ passed: number; failed: number }> {
  // Absent when a check before the tests failed.
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return { passed: 0, failed: 0 }
  const counts = JSON.parse(text) as {
    numPassedTests: number
    numFailedTests: number
    numRuntimeErrorTestSuites: number
  }
  return {
    passed: counts.numPassedTests,
    failed: counts.numFailedTests + counts.numRuntimeErrorTestSuites,
  }
}
