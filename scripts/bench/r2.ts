import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { bundle } from '../workerd/index.ts'
import { attachIsolate } from './isolate.ts'
import { childProcesses, processorTime, residentMemory } from './process.ts'
import { summarize, type Summary } from './statistics.ts'
import type { Verdict } from './targets.ts'
import { isSettled } from './wait.ts'

// The bucket is miniflare's, which keeps objects on the disk and runs in the same process: what is
// compared is how much a store adds to a binding, not how fast R2 is.

/** How a body is saved or served: by the bare binding, by the store, or by it in parts. */
export type R2Way = 'bare' | 'ours' | 'parts'

export const r2Titles: Record<R2Way, string> = {
  bare: 'The bare binding',
  ours: '@node-cf/r2',
  parts: '@node-cf/r2, in parts of unknown number',
}

export interface R2Figure {
  readonly what: 'save' | 'serve'
  readonly size: number
  readonly way: R2Way
  /** Milliseconds for a request, several being open at a time. */
  readonly elapsed: Summary
  /** Milliseconds of processor time for a request, the bucket's own included. */
  readonly processor: Summary | undefined
}

/** By how many bytes memory grew at most while 100 MB went through at the pace of a slow client. */
export interface R2MemoryFigure {
  readonly what: 'save' | 'serve'
  readonly way: R2Way
  /** What is in use of the Worker's isolate. */
  readonly live: number
  /** What the process occupies: garbage, and the bucket's part, included. */
  readonly resident: number | undefined
}

const KIBIBYTE = 1024
const MEBIBYTE = 1024 ** 2
const LARGE = 100 * MEBIBYTE
/** How many requests a round has, by the size of what they carry. */
const COUNTS = new Map([
  [KIBIBYTE, 400],
  [MEBIBYTE, 40],
  [LARGE, 1],
])
/** How many of them are open at a time. */
const CONNECTIONS = 4
const CHUNK = Buffer.alloc(64 * KIBIBYTE, 'x')
/** At which the large body takes five seconds. */
const PACE = LARGE / 5

/**
 * Saves and serves files of 1 KiB, 1 MiB and 100 MiB by the binding alone and by the store, in turn.
 *
 * @param rounds How often each
 * @returns The figures of each
 * @throws Error for an answer that is not as it should be
 */
export async function measureR2(rounds: number): Promise<R2Figure[]> {
  await using bucket = await startBucket()
  using agent = keepAlive()
  const figures = []
  for (const what of ['save', 'serve'] as const) {
    for (const size of COUNTS.keys()) {
      // A file that is served has been saved before.
      await upload(bucket.url, 'bare', size)
      const ways: R2Way[] =
        what === 'save' && size === LARGE ? ['bare', 'ours', 'parts'] : ['bare', 'ours']
      const samples = new Map(ways.map((way) => [way, [] as Sample[]]))
      for (let round = 0; round <= rounds; round += 1) {
        for (const way of round % 2 === 0 ? ways : ways.toReversed()) {
          const sample = await measureRound(bucket, what, size, way, agent)
          // The first is to warm up.
          if (round > 0) samples.get(way)!.push(sample)
        }
      }
      for (const [way, measured] of samples) figures.push(figureOf(what, size, way, measured))
    }
  }
  return figures
}

/** Measures how much memory a slow body of 100 MiB takes, each time in a process of its own. */
export async function measureR2Memory(): Promise<R2MemoryFigure[]> {
  const figures = []
  for (const [what, way] of [
    ['save', 'bare'],
    ['save', 'ours'],
    ['save', 'parts'],
    ['serve', 'bare'],
    ['serve', 'ours'],
  ] as const) {
    const live = await growth(what, way, async ({ url, inspector }) => {
      const wake = async (): Promise<unknown> => (await fetch(new URL('/', url))).text()
      const isolate = await attachIsolate(inspector, wake, 'core:user:worker')
      return () => isolate.liveMemory()
    })
    const resident = await growth(what, way, async ({ processId }) => {
      return async () => residentMemory(processId) ?? NaN
    })
    figures.push({ what, way, live, resident: Number.isNaN(resident) ? undefined : resident })
  }
  return figures
}

/** Serving 1 MiB within 15 % of the bare binding. */
export function judgeR2(figures: readonly R2Figure[]): Verdict[] {
  const of = (by: R2Way): R2Figure | undefined =>
    figures.find(({ what, size, way }) => what === 'serve' && size === MEBIBYTE && way === by)
  const bare = of('bare')
  const ours = of('ours')
  if (bare === undefined || ours === undefined) return []
  const ratio = bare.elapsed.median / ours.elapsed.median
  const byProcessor =
    bare.processor && ours.processor
      ? `, by processor time ${(bare.processor.median / ours.processor.median).toFixed(2)}`
      : ''
  return [
    {
      what: 'R2, serving 1 MiB',
      wanted: 'at least 0.85 × the bare binding',
      measured: `${ratio.toFixed(2)}${byProcessor}`,
      isReached: ratio >= 0.85,
    },
  ]
}

/** Less than 24 MB for 100 MB, either way. */
export function judgeR2Memory(figures: readonly R2MemoryFigure[]): Verdict[] {
  return figures
    .filter(({ way }) => way !== 'bare')
    .map(({ what, way, live }) => ({
      what: `R2, 100 MiB through ${what} (${r2Titles[way]}): memory in use`,
      wanted: 'less than 24 MB more',
      measured: `${(live / 1e6).toFixed(1)} MB`,
      isReached: live < 24e6,
    }))
}

interface Bucket extends AsyncDisposable {
  readonly url: URL
  readonly inspector: URL
  readonly processId: number
}

async function startBucket(): Promise<Bucket> {
  const entry = fileURLToPath(import.meta.resolve('./workers/r2.ts'))
  const contents = await bundle({ entry, minify: true })
  const before = new Set(childProcesses())
  const miniflare = new Miniflare({
    ...convertV4MiniflareOptions({
      name: 'worker',
      compatibilityDate: '2026-11-17',
      modules: [{ type: 'ESModule', path: 'worker.js', contents }],
      r2Buckets: { BUCKET: 'bucket' },
      unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
      unsafeInspectorProxy: false,
      inspectorPort: 0,
      cf: false,
    }),
  })
  return {
    url: await miniflare.unsafeGetDirectURL(),
    inspector: new URL(`http://${(await miniflare.getInspectorURL()).host}`),
    processId: childProcesses().find((id) => !before.has(id)) ?? NaN,
    [Symbol.asyncDispose]: () => miniflare.dispose(),
  }
}

interface Sample {
  readonly elapsed: number
  readonly processor: number | undefined
}

async function measureRound(
  { url, processId }: Bucket,
  what: 'save' | 'serve',
  size: number,
  way: R2Way,
  agent: http.Agent,
): Promise<Sample> {
  const count = COUNTS.get(size)!
  let left = count
  async function keepGoing(): Promise<void> {
    while ((left -= 1) >= 0) await transfer(url, what, way, size, { agent })
  }
  const before = processorTime(processId)
  const start = performance.now()
  await Promise.all(Array.from({ length: CONNECTIONS }, keepGoing))
  const elapsed = (performance.now() - start) / count
  const after = processorTime(processId)
  const isKnown = before !== undefined && after !== undefined
  return { elapsed, processor: isKnown ? (after - before) / count : undefined }
}

function figureOf(
  what: 'save' | 'serve',
  size: number,
  way: R2Way,
  samples: readonly Sample[],
): R2Figure {
  const times = samples.flatMap(({ processor }) => processor ?? [])
  return {
    what,
    size,
    way,
    elapsed: summarize(samples.map(({ elapsed }) => elapsed)),
    processor: times.length === 0 ? undefined : summarize(times),
  }
}

async function growth(
  what: 'save' | 'serve',
  way: R2Way,
  sampler: (bucket: Bucket) => Promise<() => Promise<number>>,
): Promise<number> {
  await using bucket = await startBucket()
  const { url } = bucket
  for (let count = 0; count < 5; count += 1) {
    await upload(url, 'bare', MEBIBYTE)
    await transfer(url, what, way, MEBIBYTE)
  }
  if (what === 'serve') await upload(url, 'bare', LARGE)
  await delay(300)
  const sample = await sampler(bucket)
  const before = await sample()
  let most = before
  const running = transfer(url, what, way, LARGE, { pace: PACE })
  running.catch(() => {})
  do most = Math.max(most, await sample())
  while (!(await isSettled(running, 100)))
  return most - before
}

interface TransferOptions {
  /** Bytes a second, as many as there can be by default. */
  readonly pace?: number
  readonly agent?: http.Agent
}

function keepAlive(): http.Agent & Disposable {
  const agent = new http.Agent({ keepAlive: true })
  return Object.assign(agent, { [Symbol.dispose]: () => agent.destroy() })
}

function transfer(
  url: URL,
  what: 'save' | 'serve',
  way: R2Way,
  size: number,
  options?: TransferOptions,
): Promise<void> {
  return (what === 'save' ? upload : download)(url, way, size, options)
}

async function upload(
  url: URL,
  way: R2Way,
  size: number,
  { pace = Infinity, agent }: TransferOptions = {},
): Promise<void> {
  const request = http.request(new URL(`/${way}/${size}`, url), {
    method: 'POST',
    // Without a length the bare binding takes nothing.
    headers: way === 'parts' ? {} : { 'content-length': size },
    ...(agent !== undefined && { agent }),
  })
  const answer = once(request, 'response') as Promise<[IncomingMessage]>
  await pipeline(Readable.from(paced(size, pace)), request)
  const [response] = await answer
  const text = (await response.setEncoding('utf8').toArray()).join('')
  if (text !== 'saved') throw new Error(`${way}, ${size} bytes: ${response.statusCode} ${text}`)
}

async function download(
  url: URL,
  way: R2Way,
  size: number,
  { pace = Infinity, agent }: TransferOptions = {},
): Promise<void> {
  const request = http.get(new URL(`/${way}/${size}`, url), agent === undefined ? {} : { agent })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const wait = clock(pace)
  let length = 0
  for await (const chunk of response) {
    length += (chunk as Buffer).byteLength
    await wait(length)
  }
  if (response.statusCode !== 200 || length !== size) {
    throw new Error(`${way}: status ${response.statusCode}, ${length} bytes instead of ${size}`)
  }
}

async function* paced(size: number, pace: number): AsyncGenerator<Buffer> {
  const wait = clock(pace)
  for (let sent = 0; sent < size; sent += CHUNK.byteLength) {
    yield CHUNK.subarray(0, size - sent)
    await wait(sent)
  }
}

/** Waits until so many bytes may have gone by. */
function clock(bytesPerSecond: number): (bytes: number) => Promise<void> {
  const start = performance.now()
  return async (bytes) => {
    const ahead = (bytes / bytesPerSecond) * 1000 - (performance.now() - start)
    if (ahead > 5) await delay(ahead)
  }
}
