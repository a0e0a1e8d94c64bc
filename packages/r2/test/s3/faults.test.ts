import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { IncomingMessage } from 'node:http'
import type { S3Store, S3StoreOptions } from '@node-cf/r2/s3'
import { PART, pattern, sameBytes, streamOf } from '../contract/bodies.ts'
import { type Fault, type S3Server, startS3Server } from './server.ts'
import { storeOver } from './store.ts'

let server: S3Server
beforeAll(async () => {
  server = await startS3Server()
})
afterAll(() => server.close())
afterEach(() => {
  server.faultOf = () => undefined
})

function storeWith(options: Partial<S3StoreOptions> = {}): S3Store {
  return storeOver(server, options)
}

/** Lets the first requests of a kind fail, each kind on its own. */
function failFirst(fault: Fault, times = 1, kinds = /./): void {
  const seen = new Map<string, number>()
  server.faultOf = ({ method, url }: IncomingMessage) => {
    const kind = `${method} ${url}`
    const count = seen.get(kind) ?? 0
    seen.set(kind, count + 1)
    return kinds.test(kind) && count < times ? fault : undefined
  }
}

describe('S3Store over a server that fails', () => {
  it.each<Fault>(['InternalError', 'SlowDown', 'cut before'])(
    'repeats after: %s',
    async (fault) => {
      const store = storeWith({ publicUrl: '/' })
      failFirst(fault)
      expect(await store.save('a', 'content')).toBe('a')
      expect(await (await store.open('a')).text()).toBe('content')
      expect((await store.stat('a')).size).toBe(7)
      expect((await store.list()).files).toHaveLength(1)
      expect(await store.copy('a', 'b')).toBe('b')
      expect(await store.save('large', streamOf(2 * PART).stream)).toBe('large')
      expect(sameBytes(await (await store.open('large')).bytes(), pattern(0, 2 * PART))).toBe(true)
      await store.delete(['a', 'b', 'large'])
      expect((await store.list()).files).toEqual([])
    },
  )

  it.each<[Fault, string]>([
    ['InternalError', 'ERR_R2_UNAVAILABLE'],
    ['SlowDown', 'ERR_R2_UNAVAILABLE'],
    ['TooManyRequests', 'ERR_R2_RATE'],
    ['cut before', 'ERR_R2_UNAVAILABLE'],
    ['cut after', 'ERR_R2_UNAVAILABLE'],
  ])('gives up in the end after: %s', async (fault, code) => {
    const store = storeWith({ retries: 0 })
    failFirst(fault, Infinity)
    const failure = { code, retryable: true, status: 503 }
    for (const call of [
      () => store.save('a', 'a', { allowOverwrite: true }),
      () => store.save('b', streamOf(PART + 1).stream, { allowOverwrite: true }),
      () => store.open('a'),
      () => store.stat('a'),
      () => store.exists('a'),
      () => store.delete('a'),
      () => store.list(),
      () => store.copy('a', 'b'),
    ]) {
      await expect(call()).rejects.toMatchObject(failure)
    }
  })

  it('repeats a list whose answer was cut', async () => {
    const store = storeWith()
    await store.save('a', 'a')
    failFirst('cut in the answer', 1, /list-type/)
    expect((await store.list()).files).toHaveLength(1)
  })

  it('takes no cut answer for a whole file', async () => {
    const store = storeWith()
    await store.save('a', pattern(0, 1_000_000))
    failFirst('cut in the answer')
    const file = await store.open('a')
    await expect(file.bytes()).rejects.toMatchObject({ code: 'ERR_R2_UNAVAILABLE' })
  })

  it('knows what is complete though the answer was lost', async () => {
    const store = storeWith()
    failFirst('cut after')
    expect(await store.save('large', streamOf(2 * PART).stream)).toBe('large')
    expect(sameBytes(await (await store.open('large')).bytes(), pattern(0, 2 * PART))).toBe(true)
    expect((await store.list()).files).toHaveLength(1)
    expect(await store.save('a', 'a', { allowOverwrite: true })).toBe('a')
    await store.delete('a')
    expect(await store.exists('a')).toBe(false)
  })

  it('never shares a file with another save, though the answer was lost', async () => {
    const store = storeWith()
    failFirst('cut after', 1, /^PUT .*\/a$/)
    const keys = await Promise.all([store.save('a', 'same'), store.save('a', 'same')])
    expect(new Set(keys).size).toBe(2)
    for (const key of keys) expect(await (await store.open(key)).text()).toBe('same')
  })

  it('keeps nothing of a large file whose parts fail', async () => {
    const store = storeWith({ retries: 1 })
    failFirst('InternalError', Infinity, /partNumber=2/)
    const { stream, cancelled } = streamOf(20 * PART)
    await expect(store.save('a', stream)).rejects.toMatchObject({ code: 'ERR_R2_UNAVAILABLE' })
    await cancelled
    expect(server.requests.at(-1)).toMatch(/^POST .*\?delete=/)
    expect(server.requests.some((request) => /^DELETE .*uploadId/.test(request))).toBe(true)
    expect(await store.save('a', '')).toBe('a')
  })

  it('tells who may not, which bucket is none, and that nobody listens', async () => {
    const calls = (store: S3Store): (() => Promise<unknown>)[] => [
      () => store.exists('a'),
      () => store.stat('a'),
      () => store.open('a'),
      () => store.list(),
      () => store.save('a', 'a'),
      () => store.save('a', streamOf(PART + 1).stream),
      () => store.delete('a'),
      () => store.copy('a', 'b'),
    ]
    for (const call of calls(storeWith({ secretAccessKey: 'a wrong one' }))) {
      await expect(call()).rejects.toMatchObject({ code: 'ERR_R2_ACCESS', retryable: false })
    }
    for (const call of calls(storeWith({ sessionToken: 'of nobody' }))) {
      await expect(call()).rejects.toMatchObject({ code: 'ERR_R2_ACCESS' })
    }
    for (const call of calls(storeWith({ bucket: 'no-such-bucket' }))) {
      await expect(call()).rejects.toMatchObject({ code: 'ERR_R2_BUCKET', retryable: false })
    }
    for (const call of calls(storeWith({ endpoint: 'http://127.0.0.1:1', retries: 0 }))) {
      await expect(call()).rejects.toMatchObject({ code: 'ERR_R2_UNAVAILABLE', retryable: true })
    }
  })

  it('says which of many files could not be deleted', async () => {
    const store = storeWith()
    await store.save('a', 'a')
    await store.save('b.locked', 'b')
    await expect(store.delete(['a', 'b.locked'])).rejects.toMatchObject({
      code: 'ERR_R2_ACCESS',
      message: expect.stringContaining('b.locked') as unknown,
    })
    expect(await store.exists('a')).toBe(false)
    expect(await store.exists('b.locked')).toBe(true)
  })

  it('breaks off a request on a signal', async () => {
    const store = storeWith()
    await store.save('a', pattern(0, 5_000_000))
    const controller = new AbortController()
    const file = await store.open('a', { signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(file.bytes()).rejects.toThrow('enough')
  })

  it('tells a storage class', async () => {
    const store = storeWith()
    let sent: unknown
    server.faultOf = ({ headers }) => {
      sent = headers['x-amz-storage-class']
      return undefined
    }
    await store.save('a', 'a', { storageClass: 'InfrequentAccess' })
    expect(sent).toBe('STANDARD_IA')
  })
})
