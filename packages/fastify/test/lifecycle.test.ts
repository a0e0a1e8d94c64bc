import { beforeAll, describe, expect, it } from '@jest/globals'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startWorker } from '../../../scripts/workerd/index.ts'
import { cases } from './lifecycle/cases.ts'

const folder = join(import.meta.dirname, 'lifecycle')
let onNode: Record<string, unknown>
let inWorkerd: Record<string, unknown>

beforeAll(async () => {
  const [worker, { stdout }] = await Promise.all([
    startWorker({ entry: join(folder, 'worker.ts') }),
    promisify(execFile)(process.execPath, [join(folder, 'node.ts')], { env: { NODE_OPTIONS: '' } }),
  ])
  inWorkerd = (await (await worker.fetch('/')).json()) as Record<string, unknown>
  onNode = JSON.parse(stdout) as Record<string, unknown>
  await worker.dispose()
})

describe('an app lives in workerd as it does on Node', () => {
  it.each(Object.keys(cases))('%s', (name) => {
    expect(inWorkerd[name]).toEqual(onNode[name])
  })
})
