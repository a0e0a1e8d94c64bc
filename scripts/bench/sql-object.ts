import { resolve } from 'node:path'
import { type RunningWorker, startWorker } from '../workerd/index.ts'
import { summarize, type Summary } from './statistics.ts'
import type { Verdict } from './targets.ts'

interface ObjectSqlCase {
  readonly name: string
  readonly title: string
  /** How often a request does it. */
  readonly count: number
}

const cases: readonly ObjectSqlCase[] = [
  { name: 'read-bare', title: 'read a row by its id: bare `sql.exec`', count: 5000 },
  { name: 'read-kysely', title: 'the same: Kysely alone, without a database', count: 5000 },
  { name: 'read-dialect', title: 'the same: @node-cf/kysely-do', count: 5000 },
  { name: 'list-bare', title: 'read 100 rows: bare `sql.exec`', count: 500 },
  { name: 'list-dialect', title: 'the same: @node-cf/kysely-do', count: 500 },
  { name: 'insert-bare', title: 'insert a row: bare `sql.exec`', count: 2000 },
  { name: 'insert-dialect', title: 'the same: @node-cf/kysely-do', count: 2000 },
  { name: 'inserts-durable', title: '20 inserts, each durable before the next', count: 10 },
  { name: 'inserts-coalesced', title: '20 inserts, durable together', count: 25 },
  { name: 'inserts-transaction', title: 'a transaction of 20 inserts', count: 25 },
  { name: 'inserts-batch', title: 'a batch of 20 inserts', count: 25 },
]

/** The time that one takes, in microseconds. */
export interface ObjectSqlFigure extends ObjectSqlCase {
  /** Of each round. */
  readonly rounds: readonly number[]
  readonly elapsed: Summary
}

/**
 * Measures Kysely on the SQLite of an object beside bare `storage.sql`. Each figure is the time of a
 * request that does the same many times, less that of a request that does nothing.
 *
 * @param rounds How often everything is measured, after a round that warms up
 */
export async function measureObjectSql(rounds: number): Promise<ObjectSqlFigure[]> {
  const worker = await startWorker({
    entry: resolve(import.meta.dirname, '../../packages/kysely-do/test/workers/bench.ts'),
    bindings: { durableObjects: { OBJECT: { className: 'BenchObject', useSQLite: true } } },
  })
  const times = new Map<string, number[]>(cases.map(({ name }) => [name, []]))
  try {
    for (let round = 0; round <= rounds; round += 1) {
      for (const one of cases) {
        const microseconds = await timeOf(worker, one)
        if (round > 0) times.get(one.name)!.push(microseconds)
      }
    }
  } finally {
    await worker.dispose()
  }
  return cases.map((one) => {
    const measured = times.get(one.name)!
    return { ...one, rounds: measured, elapsed: summarize(measured) }
  })
}

async function timeOf({ fetch }: RunningWorker, { name, count }: ObjectSqlCase): Promise<number> {
  const idle = await durationOf('/nothing?count=1')
  return ((await durationOf(`/${name}?count=${count}`)) - idle) * (1000 / count)

  async function durationOf(path: string): Promise<number> {
    const start = performance.now()
    const response = await fetch(path)
    if (!response.ok) throw new Error(`${path} was answered with ${response.status}.`)
    await response.arrayBuffer()
    return performance.now() - start
  }
}

/** Holds the figures against the targets. */
export function judgeObjectSql(figures: readonly ObjectSqlFigure[]): Verdict[] {
  const of = (name: string): readonly number[] =>
    figures.find((figure) => figure.name === name)?.rounds ?? []
  // In one round, all have met with the same machine.
  const ratio = (times: readonly number[], others: readonly number[]): number =>
    summarize(times.map((time, round) => time / (others[round] ?? Number.NaN))).median
  const kysely = of('read-kysely')
  const least = of('read-bare').map((time, round) => time + (kysely[round] ?? Number.NaN))
  const read = ratio(of('read-dialect'), least)
  const inserts = ratio(of('inserts-durable'), of('inserts-transaction'))
  return [
    {
      what: 'Durable Object, reading a row by its id',
      wanted: 'at most 1.15 × bare sql.exec and Kysely alone',
      measured: read.toFixed(2),
      isReached: read <= 1.15,
    },
    {
      what: 'Durable Object, a transaction of 20 inserts',
      wanted: 'at least 5 × as fast as 20 inserts, each made durable',
      measured: inserts.toFixed(1),
      isReached: inserts >= 5,
    },
  ]
}
