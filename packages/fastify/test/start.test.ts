import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'

let worker: RunningWorker

beforeAll(async () => {
  worker = await startWorker({ entry: `${import.meta.dirname}/workers/start.ts` })
})
afterAll(() => worker.dispose())

async function ask(form: string, path = '/'): Promise<string> {
  const answer = await worker.fetch(path, { headers: { 'x-form': form } })
  return `${answer.status} ${await answer.text()}`
}

describe('toWorker({ port })', () => {
  it.each([
    ['awaits-listen', '200 awaits listen'],
    ['calls-back', '200 calls back'],
    ['main-function', '200 main'],
    ['any-port', '200 http://127.0.0.1:49152'],
    ['server-factory', '200 server factory'],
    ['exported, by its port', '200 exported'],
  ])('takes an app that listens: %s', async (form, answer) => {
    expect(await ask(form)).toBe(answer)
  })

  it('validates by the schemas of a plugin that loads late', async () => {
    expect(await ask('main-function', '/?n=x')).toContain('FST_ERR_VALIDATION')
  })
})

describe('toWorker(app)', () => {
  it('takes an app that listens too', async () => {
    expect(await ask('exported')).toBe('200 exported')
    expect(await ask('exported', '/listening')).toBe('200 true')
  })

  it.each(['built', 'built and awaited'])(
    'takes what an async function returns: %s',
    async (form) => {
      expect(await ask(form)).toBe('200 built')
    },
  )
})

describe('fastify.initialization', () => {
  it('tells its subscribers of every app', async () => {
    const heardOf = (await (await worker.fetch('/heard-of')).json()) as string[]
    expect(heardOf).toHaveLength(8)
    expect(new Set(heardOf).size).toBe(1)
  })
})
