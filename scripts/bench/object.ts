import { fileURLToPath } from 'node:url'
import { startWorker } from '../workerd/index.ts'
import { type LoadCase, loadCases } from './cases.ts'
import { load } from './load.ts'
import { summarize, type Summary } from './statistics.ts'

/** What an app answers in the Worker itself, or in a Durable Object behind it. */
export interface ObjectFigure {
  readonly title: string
  readonly place: 'outside' | 'inside'
  readonly requestsPerSecond: Summary
}

const LOAD = { connections: 16, seconds: 1 }

/**
 * Loads one Express app in a Worker and in an object, in turn, by the JSON cases.
 *
 * @param rounds How often each
 * @returns The rate of each
 * @throws Error for an answer that is not as it should be
 */
export async function measureObject(rounds: number): Promise<ObjectFigure[]> {
  const worker = await startWorker({
    entry: fileURLToPath(import.meta.resolve('./workers/express-object.ts')),
    bindings: { durableObjects: { OBJECT: { className: 'AppObject', useSQLite: true } } },
    minify: true,
  })
  try {
    const figures = []
    for (const loadCase of loadCases.filter(({ name }) => name.startsWith('json-'))) {
      const rates = { outside: [] as number[], inside: [] as number[] }
      for (let round = 0; round <= rounds; round += 1) {
        for (const place of ['outside', 'inside'] as const) {
          const rate = await rateOf(worker.url, placed(loadCase, place))
          // The first round warms up.
          if (round > 0) rates[place].push(rate)
        }
      }
      for (const place of ['outside', 'inside'] as const) {
        const requestsPerSecond = summarize(rates[place])
        figures.push({ title: loadCase.title, place, requestsPerSecond })
      }
    }
    return figures
  } finally {
    await worker.dispose()
  }
}

function placed(loadCase: LoadCase, place: ObjectFigure['place']): LoadCase {
  const mark = place === 'inside' ? { 'x-inside': 'yes' } : {}
  return { ...loadCase, headers: { ...loadCase.headers, ...mark } }
}

async function rateOf(url: URL, loadCase: LoadCase): Promise<number> {
  const { requestsPerSecond, failures } = await load(
    { url, processId: process.pid },
    loadCase,
    LOAD,
  )
  if (failures.length > 0) throw new Error(failures.join('\n'))
  return requestsPerSecond
}
