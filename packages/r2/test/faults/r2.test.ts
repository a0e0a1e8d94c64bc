import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { join } from 'node:path'
import { type RunningWorker, startWorker } from '../../../../scripts/workerd/index.ts'
import { cases } from './cases.ts'

let worker: RunningWorker
beforeAll(async () => {
  worker = await startWorker({
    entry: join(import.meta.dirname, 'worker.ts'),
    bindings: { r2Buckets: { BUCKET: 'bucket' } },
  })
})
afterAll(() => worker.dispose())

describe('R2Store over a bucket that fails', () => {
  it.each(Object.keys(cases))('%s', async (name) => {
    const response = await worker.fetch(`/?${encodeURIComponent(name)}`)
    expect(await response.text()).toBe('')
    expect(response.status).toBe(200)
  })
})
