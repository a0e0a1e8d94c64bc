import { afterAll, beforeAll } from '@jest/globals'
import { Kysely } from 'kysely'
import { type ContractEnvironment, runCase } from '../../../kysely-sqlite/test/contract/contract.ts'
import { eachCase } from '../../../kysely-sqlite/test/contract/jest.ts'
import { type D1Api, startD1Api } from './d1-api.ts'

let api: D1Api

beforeAll(async () => {
  api = await startD1Api({ extendedCodes: true })
})
afterAll(() => api.close())

const environment: ContractEnvironment = {
  features: [],
  createDb({ onQuery, ...config } = {}) {
    const dialect = api.dialect({
      assumeAtomicBatches: true,
      ...(onQuery === undefined ? {} : { onQuery }),
    })
    return new Kysely({ dialect, ...config })
  },
}

eachCase([], (contractCase) => runCase(contractCase, environment))
