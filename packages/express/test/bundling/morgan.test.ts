/** morgan's formats, compiled where Workers allow code generation, and where they do not. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createRequire } from 'node:module'
import { type RunningWorker, startWorker } from '../../../../scripts/workerd/index.ts'
import { formats, type Morgan, morganLines } from './workers/morgan-lines.ts'

const require = createRequire(import.meta.url)
// morgan reads it when it is loaded, and a Worker has no such variable of the shell's.
delete process.env['NO_COLOR']

describe.each([
  ['while the Worker starts', true],
  ['in a request', false],
])('Formats compiled %s', (_when, atStart) => {
  let worker: RunningWorker
  beforeAll(async () => {
    worker = await startWorker({
      entry: `${import.meta.dirname}/workers/morgan.ts`,
      define: { COMPILE_AT_START: String(atStart) },
    })
  })
  afterAll(() => worker.dispose())

  const ask = async (path: string): Promise<unknown> => (await worker.fetch(path)).json()

  it.each(['morgan', 'morgan-1.9'])('write what they write on Node, with %s', async (name) => {
    const expected = morganLines(require(name) as Morgan)
    const lines = (await ask('/lines')) as Record<string, string[]>
    expect(lines[name]).toEqual(expected)
    expect(expected).toHaveLength((formats.length + 5) * 5)
    // The red of a server error, in each version's own order.
    expect(expected).toContainEqual(expect.stringContaining('\\u001b[31m500'))
  })

  it('leave Function as it was', async () => {
    expect(await ask('/at-start')).toEqual({
      nature: [true, true, true, 'Function', 1, 'function', true],
      sum: 3,
      product: 6,
      derived: true,
    })
  })

  it('open no way to generate other code in a request', async () => {
    expect(await ask('/other')).toEqual(Array.from({ length: 7 }, () => 'EvalError'))
  })
})
