import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'

interface Sums {
  name: string
  amount: number
  transfers: number
  owners: string
  refused: number
}

let worker: RunningWorker

beforeAll(async () => {
  worker = await startWorker({
    entry: `${import.meta.dirname}/workers/interleaving.ts`,
    bindings: { durableObjects: { BANK: { className: 'Bank', useSQLite: true } } },
  })
})
afterAll(() => worker.dispose())

async function run(path: string, banks: number, turns: number): Promise<Sums[]> {
  const response = await worker.fetch(`${path}?banks=${banks}&turns=${turns}`)
  return (await response.json()) as Sums[]
}

/** Every fourth request puts one in; of the others, every fifth is refused and leaves nothing. */
function expected(name: string, turns: number): Sums {
  const all = Array.from({ length: turns }, (_, turn) => turn)
  const deposits = all.filter((turn) => turn % 4 === 0).length
  const refused = all.filter((turn) => turn % 4 !== 0 && turn % 5 === 0).length
  return {
    name,
    amount: 10 * 1000 + deposits,
    transfers: turns - refused,
    owners: name,
    refused,
  }
}

it('1,000 interleaved requests to one object lose nothing', async () => {
  expect(await run('/transfer', 1, 1000)).toEqual([expected('transfer-0', 1000)])
})

it('200 objects in one isolate never mix', async () => {
  const results = await run('/transfers', 200, 20)
  expect(results).toEqual(
    Array.from({ length: 200 }, (_, index) => expected(`transfers-${index}`, 20)),
  )
})

it('the same would lose updates without transactions', async () => {
  const [{ amount }] = (await run('/carelessly', 1, 50)) as [Sums]
  expect(amount).toBeLessThan(10 * 1000 + (49 * 50) / 2)
})
