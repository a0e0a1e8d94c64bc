import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { join } from 'node:path'
import { type RunningWorker, startWorker } from '../../../../scripts/workerd/index.ts'
import { type S3Server, startS3Server } from '../s3/server.ts'
import { cases } from './cases/index.ts'
import { reading } from './cases/reading.ts'

let server: S3Server
let worker: RunningWorker
beforeAll(async () => {
  server = await startS3Server()
  worker = await startWorker({
    entry: join(import.meta.dirname, 'worker.ts'),
    bindings: {
      r2Buckets: { BUCKET: 'bucket' },
      bindings: { S3: { endpoint: server.endpoint, bucket: 'test-bucket', ...server.key } },
    },
  })
})
afterAll(async () => {
  await worker.dispose()
  await server.close()
})

/** Runs a case, and returns what went wrong. */
async function run(path: string, name: string): Promise<string> {
  const response = await worker.fetch(`${path}?${encodeURIComponent(name)}`)
  return response.status === 200 ? '' : await response.text()
}

describe('R2Store in workerd', () => {
  it.each(Object.keys(cases))('%s', async (name) => {
    expect(await run('/r2', name)).toBe('')
  })
})

describe('MemoryStore in workerd', () => {
  it.each(Object.keys(cases))('%s', async (name) => {
    expect(await run('/memory', name)).toBe('')
  })
})

// Its requests go another way than on Node; what it makes of them is the same.
describe('S3Store in workerd', () => {
  it.each([
    ...Object.keys(reading),
    'takes every kind of body',
    'copies and moves',
    'shows nothing of a file until all of it is there',
  ])('%s', async (name) => {
    expect(await run('/s3', name)).toBe('')
  })
})
