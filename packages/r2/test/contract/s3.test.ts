import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { S3Store } from '@node-cf/r2/s3'
import { type S3Server, startS3Server } from '../s3/server.ts'
import { cases } from './cases/index.ts'
import { surroundingsOf } from './contract.ts'

let server: S3Server
beforeAll(async () => {
  server = await startS3Server()
})
afterAll(() => server.close())

describe('S3Store on Node', () => {
  it.each(Object.keys(cases))('%s', async (name) => {
    const { endpoint, key } = server
    const options = { endpoint, bucket: 'test-bucket', ...key }
    const surroundings = surroundingsOf(name, (more) => new S3Store({ ...options, ...more }))
    await expect(cases[name]!(surroundings)).resolves.toBeUndefined()
  })
})
