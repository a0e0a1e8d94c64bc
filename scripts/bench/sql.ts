import { resolve } from 'node:path'
import { type RunningWorker, startWorker } from '../workerd/index.ts'
import { summarize, type Summary } from './statistics.ts'
import type { Verdict } from './targets.ts'

// The database is miniflare's, on the same machine: what is compared is how much a dialect adds to
// the binding, not how fast D1 is.

/** How D1 is asked: by the binding alone, by a dialect, or not at all. */
type SqlWay = 'bare' | 'kysely' | 'kysely-d1' | 'ours'

export const sqlTitles: Record<SqlWay, string> = {
  bare: 'the bare binding',
  kysely: 'Kysely alone, without a database',
  'kysely-d1': 'kysely-d1',
  ours: '@node-cf/kysely-d1',
}

interface SqlCase {
  readonly name: string
  readonly title: string
  /** What the Worker does, for each way. */
  readonly work: Partial<Record<SqlWay, string>>
  /** How often a request does it. A few times, so that a turn of each is over soon. */
  readonly count: number
  /** Milliseconds by which the database is made to be further away. */
  readonly latency?: number
  /** Whether it takes so long that it gets one turn a round. */
  readonly isLong?: true
}

/** How many turns each has in a round. */
const TURNS = 10

const everywhere = (work: string): SqlCase['work'] => ({
  bare: work,
  ours: work,
  'kysely-d1': work,
})

const cases: readonly SqlCase[] = [
  {
    name: 'read',
    title: 'read a row by its id',
    work: { ...everywhere('read'), kysely: 'read' },
    count: 20,
  },
  { name: 'list', title: 'read 100 rows', work: everywhere('list'), count: 10 },
  { name: 'parallel', title: '20 reads at once', work: everywhere('parallel'), count: 2 },
  {
    name: 'parallel-far',
    title: '20 reads at once, 5 ms away',
    work: everywhere('parallel'),
    count: 1,
    latency: 5,
  },
  { name: 'insert', title: 'insert a row', work: everywhere('insert'), count: 20 },
  {
    name: 'batch',
    title: 'a batch of 20 inserts',
    work: { bare: 'batch', ours: 'batch' },
    count: 4,
  },
  {
    name: 'many',
    title: '1,000 rows: insertMany, of the binding a batch',
    work: { bare: 'many', ours: 'many' },
    count: 1,
  },
  {
    name: 'loop',
    title: '1,000 rows, one after the other',
    work: { ours: 'insert-loop', 'kysely-d1': 'insert-loop' },
    count: 1,
    isLong: true,
  },
]

export interface SqlFigure {
  readonly name: string
  readonly title: string
  readonly way: SqlWay
  /** Milliseconds for doing it once. */
  readonly elapsed: Summary
  /** The same for each turn; in a turn all ways have met with the same machine. */
  readonly turns: readonly number[]
}

/**
 * Reads and writes by the binding alone and by two dialects, in turn and in another order each
 * turn, so that whatever else the machine does meanwhile hits all of them alike.
 *
 * @param rounds How often each
 * @returns The time that each takes, less that of a request that does nothing
 */
export async function measureSql(rounds: number): Promise<SqlFigure[]> {
  const worker = await startWorker({
    entry: resolve(import.meta.dirname, '../../packages/kysely-d1/test/workers/bench.ts'),
    bindings: { d1Databases: { DB: 'bench' } },
    minify: true,
  })
  try {
    await durationOf(worker, '/ours/set-up?count=1')
    const idle = await idleTime(worker)
    const figures = []
    for (const sqlCase of cases) {
      const ways = Object.keys(sqlCase.work) as SqlWay[]
      const times = new Map(ways.map((way) => [way, [] as number[]]))
      const turns = rounds * (sqlCase.isLong ? 1 : TURNS)
      for (let turn = 0; turn <= turns; turn += 1) {
        for (const way of turn % 2 === 0 ? ways : ways.toReversed()) {
          const time = await timeOf(worker, sqlCase, way, idle)
          // The first warms up.
          if (turn > 0) times.get(way)!.push(time)
        }
        await durationOf(worker, '/ours/empty?count=1')
      }
      const { name, title } = sqlCase
      for (const [way, elapsed] of times) {
        figures.push({ name, title, way, elapsed: summarize(elapsed), turns: elapsed })
      }
    }
    return figures
  } finally {
    await worker.dispose()
  }
}

async function timeOf(
  worker: RunningWorker,
  { work, count, latency = 0 }: SqlCase,
  way: SqlWay,
  idle: number,
): Promise<number> {
  // Kysely alone is so quick that it needs more.
  const often = way === 'kysely' ? 100 * count : count
  const path = `/${way}/${work[way]}?count=${often}&latency=${latency}`
  return ((await durationOf(worker, path)) - idle) / often
}

/** What a request takes that does nothing. */
async function idleTime(worker: RunningWorker): Promise<number> {
  const times = []
  for (let count = 0; count < 50; count += 1) {
    times.push(await durationOf(worker, '/ours/nothing?count=1'))
  }
  return summarize(times).median
}

async function durationOf({ fetch }: RunningWorker, path: string): Promise<number> {
  const start = performance.now()
  const response = await fetch(path)
  if ((await response.text()) !== 'done') {
    throw new Error(`${path} was answered with status ${response.status}.`)
  }
  return performance.now() - start
}

/**
 * A read within 15 % of the binding and Kysely, and what a dialect can make faster: medians of what
 * the turns gave.
 */
export function judgeSql(figures: readonly SqlFigure[]): Verdict[] {
  const of = (name: string, way: SqlWay): SqlFigure | undefined =>
    figures.find((figure) => figure.name === name && figure.way === way)
  const median = (name: string, way: SqlWay): number => of(name, way)?.elapsed.median ?? Number.NaN
  const ratio = (name: string, way: SqlWay, other: SqlWay, added = 0): number => {
    const others = of(name, other)?.turns ?? []
    const ratios = of(name, way)?.turns.map((time, turn) => time / ((others[turn] ?? NaN) + added))
    return summarize(ratios ?? []).median
  }
  const read = ratio('read', 'ours', 'bare', median('read', 'kysely'))
  const parallel = ratio('parallel-far', 'kysely-d1', 'ours')
  const many = median('loop', 'ours') / median('many', 'ours')
  return [
    {
      what: 'D1, reading a row by its id',
      wanted: 'at most 1.15 × the bare binding and Kysely alone',
      measured: read.toFixed(2),
      isReached: read <= 1.15,
    },
    {
      what: 'D1, 20 reads at once, 5 ms away',
      wanted: 'at least 3 × as fast as kysely-d1',
      measured: parallel.toFixed(1),
      isReached: parallel >= 3,
    },
    {
      what: 'D1, insertMany of 1,000 rows',
      wanted: 'at least 10 × as fast as a loop of inserts',
      measured: many.toFixed(1),
      isReached: many >= 10,
    },
  ]
}
