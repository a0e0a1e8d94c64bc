import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'

let worker: RunningWorker

beforeAll(async () => {
  worker = await startWorker({
    entry: `${import.meta.dirname}/workers/oldest.ts`,
    bindings: { bindings: { NAME: 'bound' } },
  })
})
afterAll(() => worker.dispose())

async function ask(path: string): Promise<string> {
  const answer = await worker.fetch(path)
  return `${answer.status} ${await answer.text()}`
}

describe('Fastify 5.0.0', () => {
  it('loads, with a plugin that waits', async () => {
    expect(await ask('/late')).toBe('200 5.0.0')
  })

  it('chooses between schemas of an answer', async () => {
    expect(await ask('/choice')).toBe('200 {"choice":{"name":"n"}}')
    expect(await ask('/choice?size=3')).toBe('200 {"choice":{"size":3}}')
  })

  it('validates', async () => {
    expect(await ask('/choice?size=x')).toContain('FST_ERR_VALIDATION')
  })

  it('injects requests', async () => {
    expect(await (await worker.fetch('/injected')).json()).toEqual({
      body: '{"choice":{"size":2}}',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'content-length': '21',
        date: expect.any(String),
        connection: 'keep-alive',
      },
    })
  })

  it('has the bindings', async () => {
    expect(await ask('/env')).toBe('200 bound')
  })

  it('logs objects', async () => {
    await ask('/late')
    expect(await worker.logged(/request completed/)).toMatch(/level: 30/)
  })
})
