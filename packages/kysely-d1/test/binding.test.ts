import { afterAll, beforeAll, describe, it } from '@jest/globals'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'
import { bindingCases } from './workers/binding-cases.ts'

let worker: RunningWorker

beforeAll(async () => {
  worker = await startWorker({
    entry: `${import.meta.dirname}/workers/binding-worker.ts`,
    bindings: { d1Databases: { DB: 'binding' } },
  })
})
afterAll(() => worker.dispose())

describe('D1Dialect on a binding', () => {
  for (const name of Object.keys(bindingCases)) {
    // What fails throws.
    // oxlint-disable-next-line jest/expect-expect, jest/valid-title
    it(name, async () => {
      const response = await worker.fetch(`/${encodeURIComponent(name)}`)
      if (response.status !== 204) throw new Error(await response.text())
    })
  }
})
