import assert from 'node:assert/strict'
import { R2Store, type R2StoreOptions, StoreError } from '@node-cf/r2'
import type { R2Bucket } from '@cloudflare/workers-types'
import { PART, pattern, sameBytes, SOURCE_FAILURE, streamOf } from '../contract/bodies.ts'
import { type Fault, type FaultOf, faultyBucket } from './faulty-bucket.ts'

interface FaultyStore {
  readonly store: R2Store
  readonly calls: string[]
  /** The same files, without faults. */
  readonly sound: R2Store
}

type Case = (
  make: (faultOf: FaultOf, options?: Omit<R2StoreOptions, 'bucket'>) => FaultyStore,
) => Promise<void>

const BUSY = 'put: Reduce your concurrent request rate for the same object. (10058)'
const INTERNAL = 'We encountered an internal error. Please try again. (10001)'

const before = (message: string): Fault => ({ at: 'before', message })
const after = (message: string): Fault => ({ at: 'after', message })

export const cases: Record<string, Case> = {
  async "says what R2's own failures mean"(make) {
    const meanings: Record<string, readonly [code: string, status: number, retryable: boolean]> = {
      'get: internal (10001)': ['ERR_R2_UNAVAILABLE', 503, true],
      'get: no entry (10003)': ['ERR_R2_ACCESS', 500, false],
      'get: no bucket (10006)': ['ERR_R2_BUCKET', 500, false],
      'put: metadata (10012)': ['ERR_R2_METADATA', 400, false],
      'put: name (10020)': ['ERR_R2_KEY', 400, false],
      'put: digest (10037)': ['ERR_R2_CHECKSUM', 400, false],
      'get: range (10039)': ['ERR_R2_RANGE', 416, false],
      'get: unavailable (10043)': ['ERR_R2_UNAVAILABLE', 503, true],
      'put: rate (10058)': ['ERR_R2_RATE', 503, true],
      'put: locked (10069)': ['ERR_R2_ACCESS', 500, false],
      'put: large (100100)': ['ERR_R2_TOO_LARGE', 413, false],
      'get: what is this? (19999)': ['ERR_R2_FAILED', 500, false],
      'get: (10058) is in the text': ['ERR_R2_FAILED', 500, false],
      'Network connection lost.': ['ERR_R2_UNAVAILABLE', 503, true],
    }
    for (const [message, [code, status, retryable]] of Object.entries(meanings)) {
      const { store } = make(() => before(message), { retries: 0 })
      for (const call of [
        () => store.open('a'),
        () => store.stat('a'),
        () => store.exists('a'),
        () => store.save('a', 'a', { allowOverwrite: true }),
        () => store.delete('a'),
        () => store.list(),
        () => store.listAll().next(),
        () => store.copy('a', 'b'),
      ]) {
        await assert.rejects(call, (error: unknown) => {
          assert.ok(error instanceof StoreError)
          assert.deepEqual([error.code, error.status, error.retryable], [code, status, retryable])
          assert.ok(error.message.includes(message))
          assert.equal((error.cause as Error).message, message)
          return true
        })
      }
    }
  },

  async 'repeats what R2 could not do for the moment'(make) {
    const { store, calls } = make((_, count) => (count < 2 ? before(INTERNAL) : undefined))
    assert.equal(await store.save('a', 'content'), 'a')
    assert.equal(await (await store.open('a')).text(), 'content')
    assert.equal((await store.stat('a')).size, 7)
    assert.equal((await store.list()).files.length, 1)
    await store.delete('a')
    assert.ok(calls.filter((call) => call === 'put a').length === 3)
    await store.save('large', streamOf(2 * PART).stream)
    const file = await store.open('large')
    assert.ok(sameBytes(await file.bytes(), pattern(0, 2 * PART)))
    const { store: copying } = make((call, count) =>
      call === 'put copy' && count < 2 ? before(INTERNAL) : undefined,
    )
    assert.equal(await copying.copy('large', 'copy'), 'copy')
    assert.equal((await store.stat('copy')).size, 2 * PART)
  },

  async 'repeats no more often than it is told to'(make) {
    for (const retries of [0, 2]) {
      const { store, calls } = make(() => before(INTERNAL), { retries })
      await assert.rejects(store.stat('a'), { code: 'ERR_R2_UNAVAILABLE', retryable: true })
      assert.equal(calls.length, retries + 1)
    }
    const { store, calls } = make(() => before('head: no entry (10003)'))
    await assert.rejects(store.stat('a'), { code: 'ERR_R2_ACCESS' })
    assert.equal(calls.length, 1)
  },

  async 'stops repeating on a signal'(make) {
    const { store, calls } = make(() => before(BUSY), { retries: 10 })
    const controller = new AbortController()
    const saving = store.save('a', 'a', { signal: controller.signal })
    setTimeout(() => controller.abort(new Error('enough')), 50)
    await assert.rejects(saving, { message: 'enough' })
    assert.ok(calls.length < 4)
  },

  async 'waits when a key is written too often'(make) {
    const { store } = make((call, count) =>
      call === 'put a' && count === 0 ? before(BUSY) : undefined,
    )
    const start = Date.now()
    assert.equal(await store.save('a', 'content'), 'a')
    // R2 takes one write a second; nothing here is measured that a slow machine would change.
    assert.ok(Date.now() - start >= 900)
  },

  async 'takes the next name when others write this one, without waiting'(make) {
    const { store, sound, calls } = make((call) => (call === 'put a' ? before(BUSY) : undefined))
    await sound.save('a', 'first')
    assert.equal(await store.save('a', 'second'), 'a_1')
    assert.equal(await store.save('a', streamOf(PART + 1).stream), 'a_2')
    assert.deepEqual(calls.slice(0, 3), ['put a', 'head a', 'put a_1'])
  },

  async 'knows a large file that is complete, though the answer was lost'(make) {
    for (const allowOverwrite of [false, true]) {
      const { store, sound, calls } = make(
        (call, count) => (call.startsWith('complete') && count === 0 ? after(INTERNAL) : undefined),
        { allowOverwrite, location: String(allowOverwrite) },
      )
      assert.equal(await store.save('a', streamOf(2 * PART).stream), 'a')
      assert.ok(sameBytes(await (await sound.open('a')).bytes(), pattern(0, 2 * PART)))
      assert.ok(!calls.includes('abort a'))
    }
  },

  async 'knows a name that it reserved, though the answer was lost'(make) {
    const { store, sound } = make((call, count) =>
      call === 'put a' && count === 0 ? after(INTERNAL) : undefined,
    )
    assert.equal(await store.save('a', streamOf(PART + 1).stream), 'a')
    assert.equal((await sound.list()).files.length, 1)
  },

  async 'keeps nothing of a large file that R2 did not take'(make) {
    for (const failing of [
      'uploadPart a 1',
      'uploadPart a 2',
      'complete a',
      'createMultipartUpload a',
    ]) {
      for (const allowOverwrite of [false, true]) {
        const { store, sound, calls } = make(
          (call) => (call === failing ? before(INTERNAL) : undefined),
          { retries: 1, allowOverwrite },
        )
        const { stream, cancelled } = streamOf(4 * PART)
        await assert.rejects(store.save('a', stream), { code: 'ERR_R2_UNAVAILABLE' }, failing)
        if (failing !== 'complete a') await cancelled
        if (failing !== 'createMultipartUpload a') assert.ok(calls.includes('abort a'))
        assert.deepEqual(await sound.list(), { directories: [], files: [] })
        assert.equal(await sound.save('a', ''), 'a', 'the name is free again')
        await sound.delete('a')
      }
    }
  },

  async 'says what went wrong first, even if nothing could be put right'(make) {
    const { store, sound } = make(
      (call) => (/^(abort|delete|uploadPart)/.test(call) ? before(INTERNAL) : undefined),
      { retries: 0 },
    )
    await assert.rejects(store.save('a', streamOf(2 * PART).stream), /uploadPart|internal error/)
    // What is left keeps the name, and is shown nowhere.
    assert.equal(await sound.exists('a'), false)
    assert.equal(await sound.save('a', ''), 'a_1')
    await sound.delete('a')
    assert.equal(await sound.save('a', ''), 'a')
  },

  async 'fails when R2 does not take a stream of known length'(make) {
    const { store, sound } = make((call) => (call === 'put a' ? before(INTERNAL) : undefined), {
      allowOverwrite: true,
    })
    const { stream, cancelled } = streamOf(4 * PART)
    await assert.rejects(store.save('a', stream, { size: 4 * PART }), {
      code: 'ERR_R2_UNAVAILABLE',
    })
    await cancelled
    assert.equal(await sound.exists('a'), false)
  },

  async 'reads no more ahead than one part'(make) {
    const { promise: sent, resolve: send } = Promise.withResolvers<void>()
    const { store } = make(async (call) => {
      if (call === 'uploadPart a 1') await sent
      return undefined
    })
    let taken = 0
    const onProgress = (bytes: number): void => void (taken = bytes)
    const saving = store.save('a', streamOf(10 * PART).stream, { onProgress })
    for (let still = 0, last = -1; still < 20; still = taken === last ? still + 1 : 0) {
      last = taken
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    assert.ok(taken >= 2 * PART && taken < 2 * PART + 1024 ** 2, `${taken} bytes`)
    send()
    assert.equal(await saving, 'a')
  },

  async 'drops no upload while a part is on the way'(make) {
    const { promise: sent, resolve: send } = Promise.withResolvers<void>()
    const { store, calls } = make(async (call) => {
      if (call === 'uploadPart a 1') await sent
      return undefined
    })
    const { stream } = streamOf(4 * PART, { failAt: PART + 100_000 })
    const saving = store.save('a', stream)
    saving.catch(() => {})
    while (!calls.includes('uploadPart a 1'))
      await new Promise((resolve) => setTimeout(resolve, 10))
    await new Promise((resolve) => setTimeout(resolve, 100))
    assert.ok(!calls.includes('abort a'))
    send()
    await assert.rejects(saving, { message: SOURCE_FAILURE })
    assert.ok(calls.includes('abort a'))
  },

  async 'never takes a failure for a file that is missing'(make) {
    const { store } = make((call) => (call === 'head a' ? before('head: (10003)') : undefined))
    await assert.rejects(store.exists('a'), { code: 'ERR_R2_ACCESS' })
  },
}

export function makerFor(real: R2Bucket): Parameters<Case>[0] {
  const location = crypto.randomUUID()
  return (faultOf, options = {}) => {
    const all = options.location === undefined ? location : `${location}-${options.location}`
    const { bucket, calls } = faultyBucket(real, all, faultOf)
    return {
      store: new R2Store({ ...options, bucket, location: all }),
      sound: new R2Store({ bucket: real, location: all }),
      calls,
    }
  }
}
