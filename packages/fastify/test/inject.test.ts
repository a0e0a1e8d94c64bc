import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'
import { cases } from './inject/cases.ts'

const folder = join(import.meta.dirname, 'inject')
let worker: RunningWorker
let onNode: Record<string, unknown>

beforeAll(async () => {
  const [started, { stdout }] = await Promise.all([
    startWorker({ entry: join(folder, 'worker.ts') }),
    promisify(execFile)(process.execPath, [join(folder, 'node.ts')], { env: { NODE_OPTIONS: '' } }),
  ])
  worker = started
  onNode = JSON.parse(stdout) as Record<string, unknown>
})
afterAll(() => worker.dispose())

async function inWorkerd(name: string): Promise<unknown> {
  return (await worker.fetch(`/?case=${encodeURIComponent(name)}`)).json()
}

describe('inject() in workerd answers as on Node', () => {
  it.each(Object.keys(cases))('%s', async (name) => {
    expect(await inWorkerd(name)).toEqual(onNode[name])
  })
})

describe('inject() at module scope', () => {
  it('answers, before the app is ready too', async () => {
    expect(await inWorkerd('at module scope')).toEqual({
      promise: 'text é',
      chain: { a: 1 },
      callback: 'first second é',
      'a second time': 201,
    })
  })
})

describe('inject() in a handler', () => {
  it('works in a request that came over the bridge', async () => {
    expect(await (await worker.fetch('/inject')).text()).toBe('text é')
  })
})
