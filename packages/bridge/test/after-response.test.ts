import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { setTimeout as delay } from 'node:timers/promises'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'
import { eventually } from './eventually.ts'

/** Paths whose work goes on for 1.5 s after their response. */
const LEFT_BEHIND = [
  ['a promise chain', '/chain'],
  ['a promise chain after a streamed response', '/streamed'],
  ['the rest of an async handler', '/rest-of-handler'],
  ["what 'finish' starts", '/on-finish'],
  ["what 'finish' of a streamed response starts", '/on-finish-streamed'],
  ['what ctx.waitUntil was given', '/wait-until'],
] as const
const CUT = ['/chain?0', '/streamed?0', '/late-timer?0', '/on-finish?0']
const AWAITED = ['/wait-until?0', '/rest-of-handler?0']

let worker: RunningWorker
const answers = new Map<string, string>()

// All of them work at the same time; each would take its 1.5 s else.
beforeAll(async () => {
  worker = await startWorker({ entry: `${import.meta.dirname}/workers/after-response.ts` })
  const paths = [...LEFT_BEHIND.map(([, path]) => path), '/late-timer', ...CUT, ...AWAITED]
  await Promise.all(
    paths.map(async (path) => answers.set(path, await (await worker.fetch(path)).text())),
  )
})
afterAll(() => worker.dispose())

async function done(path: string): Promise<unknown> {
  return (await worker.fetch('/done', { headers: { 'x-path': path } })).json()
}

describe('work that a handler leaves behind goes on after the response', () => {
  it.each(LEFT_BEHIND)('%s', async (_, path) => {
    expect(answers.get(path)).toBe('answered')
    await eventually(async () => expect(await done(path)).toEqual(['one', 'two', 'three']))
  })

  it('a timer', async () => {
    expect(answers.get('/late-timer')).toBe('answered')
    await eventually(async () => expect(await done('/late-timer')).toEqual(['late']))
  })
})

describe('afterResponse: 0', () => {
  it.each(AWAITED)('leaves the platform to wait for what it was told of: %s', async (path) => {
    expect(answers.get(path)).toBe('answered')
    await eventually(async () => expect(await done(path)).toEqual(['one', 'two', 'three']))
  })

  // Last of all, when the same work has come to its end elsewhere.
  it.each(CUT)('leaves the platform to cut all else: %s', async (path) => {
    await delay(200)
    expect([answers.get(path), await done(path)]).toEqual(['answered', []])
  })
})
