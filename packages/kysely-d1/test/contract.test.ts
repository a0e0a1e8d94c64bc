import { afterAll, beforeAll, describe } from '@jest/globals'
import { testContract } from '../../kysely-sqlite/test/contract/jest.ts'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'

describe.each([
  ['as it is', [], /^/],
  // The binding then speaks another protocol; what does not pass through it need not be repeated.
  ['over RPC', ['d1_binding_jsrpc'], /^(?:batch|counts|errors|insertMany|limits|onQuery|types):/],
])('D1 %s', (_, compatibilityFlags, names) => {
  let worker: RunningWorker

  beforeAll(async () => {
    worker = await startWorker({
      entry: `${import.meta.dirname}/workers/contract.ts`,
      bindings: { d1Databases: { DB: 'contract' } },
      compatibilityFlags,
    })
  })
  afterAll(() => worker.dispose())

  testContract([], () => worker, names)
})
