import { describe, expect, it } from '@jest/globals'
import { MemoryBucket, MemoryStore } from '@node-cf/r2'
import { cases } from './cases/index.ts'
import { surroundingsOf } from './contract.ts'

describe('MemoryStore on Node', () => {
  it.each(Object.keys(cases))('%s', async (name) => {
    const bucket = new MemoryBucket()
    const surroundings = surroundingsOf(name, (options) => new MemoryStore({ bucket, ...options }))
    await expect(cases[name]!(surroundings)).resolves.toBeUndefined()
  })
})
