import { describe, it } from '@jest/globals'
import type { RunningWorker } from '../../../../scripts/workerd/index.ts'
import { contractCases } from './cases.ts'
import type { ContractCase, Feature } from './contract.ts'

/**
 * Makes a test of each case that the database can pass, which the Worker runs.
 *
 * @param names Which cases, all by default
 */
export function testContract(
  features: readonly Feature[],
  worker: () => RunningWorker,
  names?: RegExp,
): void {
  const run = async ({ name }: ContractCase): Promise<void> => {
    const path = `/${encodeURIComponent(name)}`
    const response = await worker().fetch(path, { method: 'POST' })
    if (response.status !== 204) throw new Error(await response.text())
  }
  eachCase(features, run, names)
}

/** Makes a test of each case that the database can pass. */
export function eachCase(
  features: readonly Feature[],
  run: (contractCase: ContractCase) => Promise<void>,
  names = /^/,
): void {
  describe('the contract', () => {
    for (const contractCase of contractCases.filter(({ name }) => names.test(name))) {
      if (contractCase.needs.every((feature) => features.includes(feature))) {
        // What fails throws.
        // oxlint-disable-next-line jest/expect-expect, jest/valid-title
        it(contractCase.name, () => run(contractCase))
      }
    }
  })
}
