import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { bundle } from '../workerd/index.ts'
import { processorTime } from './process.ts'
import { summarize, type Summary } from './statistics.ts'
import type { Verdict } from './targets.ts'
import { prepareWorker, startWorkerd } from './workerd.ts'

/** What verifies a token of Cloudflare Access, its key being known. */
export type AccessSubject = 'jose' | 'first' | 'again'

export const accessTitles: Record<AccessSubject, string> = {
  jose: 'jose.jwtVerify',
  first: '@node-cf/access, a token it has not seen',
  again: '@node-cf/access, the same token again',
}

/** What one verification takes, in microseconds. */
export interface AccessFigure {
  readonly runtime: 'workerd' | 'Node'
  readonly subject: AccessSubject
  readonly elapsed: Summary
  /** The processor's time, in all threads; it hardly depends on what else the machine does. */
  readonly processor: Summary | undefined
}

const subjects = Object.keys(accessTitles) as AccessSubject[]
/** So many verifications in one request that the request itself does not count. */
const COUNT = 2000
const folder = fileURLToPath(import.meta.resolve('../../packages/access/test/bench/'))

/** A process that verifies as many tokens as it is asked for. */
interface Server extends AsyncDisposable {
  readonly url: URL
  readonly processId: number
}

/**
 * Verifies tokens with a known key by jose alone and by our verifier, in turn.
 *
 * @param rounds How often each
 * @returns The figures of both runtimes
 */
export async function measureAccess(rounds: number): Promise<AccessFigure[]> {
  const figures = []
  for (const [runtime, start] of [
    ['workerd', startInWorkerd],
    ['Node', startOnNode],
  ] as const) {
    await using server = await start()
    const samples = new Map(subjects.map((subject) => [subject, [] as Sample[]]))
    for (const subject of subjects) await verify(server, subject)
    for (let round = 0; round < rounds; round += 1) {
      for (const subject of subjects) samples.get(subject)!.push(await verify(server, subject))
    }
    for (const [subject, measured] of samples) {
      const times = measured.flatMap(({ processor }) => processor ?? [])
      figures.push({
        runtime,
        subject,
        elapsed: summarize(measured.map(({ elapsed }) => elapsed)),
        processor: times.length === 0 ? undefined : summarize(times),
      })
    }
  }
  return figures
}

/** Whether a token is verified about as fast as by jose alone. */
export function judgeAccess(figures: readonly AccessFigure[]): Verdict[] {
  const verdicts = []
  for (const { runtime, subject, ...ours } of figures) {
    if (subject === 'jose') continue
    const jose = figures.find((figure) => figure.runtime === runtime && figure.subject === 'jose')
    if (jose === undefined) continue
    // What the processor's time says does not depend on who else uses the machine.
    const byProcessor = ratio(jose.processor, ours.processor)
    const byClock = ratio(jose.elapsed, ours.elapsed) ?? 0
    verdicts.push({
      what: `${accessTitles[subject]}, ${runtime}`,
      wanted: 'at least 0.9 × jose.jwtVerify',
      measured: `${byClock.toFixed(2)}${byProcessor === undefined ? '' : `, by processor time ${byProcessor.toFixed(2)}`}`,
      isReached: (byProcessor ?? byClock) >= 0.9,
    })
  }
  return verdicts
}

function ratio(one: Summary | undefined, other: Summary | undefined): number | undefined {
  return one && other && one.median / other.median
}

interface Sample {
  readonly elapsed: number
  readonly processor: number | undefined
}

async function verify({ url, processId }: Server, subject: AccessSubject): Promise<Sample> {
  const before = processorTime(processId)
  const start = performance.now()
  const response = await fetch(new URL(`/?subject=${subject}&count=${COUNT}`, url))
  const text = await response.text()
  const elapsed = performance.now() - start
  const after = processorTime(processId)
  if (text !== 'verified') throw new Error(`${accessTitles[subject]}: ${response.status} ${text}`)
  const microseconds = (milliseconds: number): number => (milliseconds * 1000) / COUNT
  return {
    elapsed: microseconds(elapsed),
    processor:
      before === undefined || after === undefined ? undefined : microseconds(after - before),
  }
}

async function startInWorkerd(): Promise<Server> {
  const text = await bundle({ entry: `${folder}worker.ts`, minify: true })
  using worker = await prepareWorker(new Map([['worker.js', text]]))
  return await startWorkerd(worker)
}

async function startOnNode(): Promise<Server> {
  const child = fork(`${folder}node.ts`, { env: { ...process.env, NODE_ENV: 'production' } })
  const [port] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => {
      throw new Error('The verifier did not start on Node')
    }),
  ])
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    processId: child.pid!,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill()
      await once(child, 'exit')
    },
  }
}
