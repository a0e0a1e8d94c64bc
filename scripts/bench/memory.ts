import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { attachIsolate } from './isolate.ts'
import { residentMemory } from './process.ts'
import { modulesOf, startServer, type ServerName } from './servers.ts'
import { isSettled } from './wait.ts'
import { prepareWorker, startWorkerd } from './workerd.ts'
import { CHUNK_SIZE } from './workers/payload.ts'

/** By how many bytes a server grew at most while one large body went through; undefined where not measured. */
export interface MemoryFigure {
  readonly server: ServerName
  readonly transfer: string
  /** What is in use of an isolate's memory: objects and buffers that somebody holds on to. */
  readonly live: number | undefined
  /** What the process occupies, garbage that V8 has not collected yet included. */
  readonly resident: number | undefined
}

/** 100 MB and a little, in whole chunks, at a pace at which they take five seconds. */
const BODY_SIZE = 1600 * CHUNK_SIZE
const BYTES_PER_SECOND = BODY_SIZE / 5

interface Transfer {
  readonly title: string
  readonly run: (url: URL, bytes: number, pace: number) => Promise<void>
}

const transfers: readonly Transfer[] = [
  { title: '100 MB down, slow client', run: downloadSlowly },
  { title: '100 MB up, slow client', run: (...values) => upload(...values, Infinity) },
  { title: '100 MB up, slow app', run: (url, bytes, pace) => upload(url, bytes, Infinity, pace) },
]

/**
 * Sends large bodies through servers while one side takes its time.
 *
 * Every figure has a process of its own: memory that one transfer left behind would hide the next
 * one's, and collecting the garbage to see what is left would change what the process occupies.
 */
export async function measureMemory(): Promise<MemoryFigure[]> {
  const figures = []
  for (const transfer of transfers) {
    // Side by side, as at this pace none comes near to what a processor can do.
    const measured = (['bare', 'cloudflare', 'ours', 'node'] as const).map(async (server) => ({
      server,
      transfer: transfer.title,
      live: server === 'node' ? undefined : await growthOfLive(server, transfer),
      resident: await growthOfResident(server, transfer),
    }))
    figures.push(...(await Promise.all(measured)))
  }
  return figures
}

async function growthOfLive(
  name: Exclude<ServerName, 'node'>,
  transfer: Transfer,
): Promise<number> {
  using worker = await prepareWorker(await modulesOf(name))
  await using workerd = await startWorkerd(worker, { inspect: true })
  await warmUp(workerd.url, transfer)
  const wake = async (): Promise<unknown> => (await fetch(new URL('/json', workerd.url))).text()
  using isolate = await attachIsolate(workerd.inspector!, wake)
  return await growth(workerd.url, transfer, isolate.liveMemory, 200)
}

async function growthOfResident(name: ServerName, transfer: Transfer): Promise<number | undefined> {
  await using server = await startServer(name)
  await warmUp(server.url, transfer)
  const { processId } = server
  if (residentMemory(processId) === undefined) return undefined
  return await growth(server.url, transfer, async () => residentMemory(processId) ?? 0, 50)
}

/** Puts the first requests behind: the code that is compiled for them is no body's. */
async function warmUp(url: URL, { run }: Transfer): Promise<void> {
  for (let count = 0; count < 5; count += 1) await run(url, 4 * CHUNK_SIZE, Infinity)
  await delay(300)
}

async function growth(
  url: URL,
  { run }: Transfer,
  sample: () => Promise<number>,
  interval: number,
): Promise<number> {
  const before = await sample()
  let most = before
  const transfer = run(url, BODY_SIZE, BYTES_PER_SECOND)
  // It may fail while a sample is taken; the next look at it throws.
  transfer.catch(() => {})
  do most = Math.max(most, await sample())
  while (!(await isSettled(transfer, interval)))
  return most - before
}

async function downloadSlowly(url: URL, bytes: number, pace: number): Promise<void> {
  const request = http.get(new URL(`/stream?bytes=${bytes}`, url), { agent: false })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const clock = paceAt(pace)
  let length = 0
  for await (const chunk of response) {
    length += (chunk as Buffer).byteLength
    await clock(length)
  }
  if (response.statusCode !== 200 || length !== bytes) {
    throw new Error(`Status ${response.statusCode}, ${length} bytes instead of ${bytes}`)
  }
}

async function upload(url: URL, bytes: number, ownPace: number, appPace: number): Promise<void> {
  const query = Number.isFinite(appPace) ? `?bytesPerSecond=${appPace}` : ''
  const request = http.request(new URL(`/stream${query}`, url), { method: 'POST', agent: false })
  const answer = once(request, 'response') as Promise<[IncomingMessage]>
  request.setHeader('content-type', 'application/octet-stream')
  request.setHeader('content-length', bytes)

  const chunk = Buffer.alloc(CHUNK_SIZE, 'x')
  const clock = paceAt(ownPace)
  for (let length = 0; length < bytes; length += CHUNK_SIZE) {
    if (!request.write(chunk)) await Promise.race([once(request, 'drain'), answer])
    await clock(length)
  }
  request.end()

  const [response] = await answer
  const text = (await response.setEncoding('utf8').toArray()).join('')
  if (response.statusCode !== 200 || text !== JSON.stringify({ length: bytes })) {
    throw new Error(`Status ${response.statusCode} for a body of ${bytes} bytes: ${text}`)
  }
}

/** Waits until so many bytes may have gone by. */
function paceAt(bytesPerSecond: number): (bytes: number) => Promise<void> {
  const start = performance.now()
  return async (bytes) => {
    const ahead = (bytes / bytesPerSecond) * 1000 - (performance.now() - start)
    if (ahead > 5) await delay(ahead)
  }
}
