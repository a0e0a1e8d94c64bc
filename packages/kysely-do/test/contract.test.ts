import { afterAll, beforeAll } from '@jest/globals'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'
import { testContract } from '../../kysely-sqlite/test/contract/jest.ts'

let worker: RunningWorker

beforeAll(async () => {
  worker = await startWorker({
    entry: `${import.meta.dirname}/workers/contract.ts`,
    bindings: { durableObjects: { OBJECT: { className: 'ContractObject', useSQLite: true } } },
  })
})
afterAll(() => worker.dispose())

testContract(['streaming', 'transactions'], () => worker)
