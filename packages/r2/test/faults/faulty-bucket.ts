import type { R2BucketLike } from '@node-cf/r2'
import type { R2Bucket, R2MultipartUpload } from '@cloudflare/workers-types'

export interface FaultyBucket {
  readonly bucket: R2BucketLike
  /** The methods that were called, in their order: `put a`, `uploadPart a`. */
  readonly calls: string[]
}

/** What a call fails with: before anything is done, or after all is done, the answer being lost. */
export interface Fault {
  readonly at: 'before' | 'after'
  readonly message: string
}

/** Says of a call, and how many such there were before it, how it fails; it may wait with that. */
export type FaultOf = (
  call: string,
  before: number,
) => Fault | undefined | Promise<Fault | undefined>

/**
 * Puts faults into a real bucket. R2's own cannot be brought about: only where its messages come
 * from is made up.
 * @param real The bucket
 * @param location What to leave out of keys
 * @param faultOf What goes wrong
 */
export function faultyBucket(real: R2Bucket, location: string, faultOf: FaultOf): FaultyBucket {
  const calls: string[] = []
  async function run<Result>(call: string, work: () => Promise<Result>): Promise<Result> {
    const count = calls.filter((other) => other === call).length
    calls.push(call)
    const fault = await faultOf(call, count)
    if (fault?.at === 'before') throw new Error(fault.message)
    const result = await work()
    if (fault !== undefined) throw new Error(fault.message)
    return result
  }
  const name = (key: string): string => key.replace(`${location}/`, '')
  const faultyUpload = (upload: R2MultipartUpload, key: string) => ({
    uploadPart: (number: number, value: ArrayBufferView) =>
      run(`uploadPart ${name(key)} ${number}`, () => upload.uploadPart(number, value)),
    complete: (parts: Parameters<R2MultipartUpload['complete']>[0]) =>
      run(`complete ${name(key)}`, () => upload.complete(parts)),
    abort: () => run(`abort ${name(key)}`, () => upload.abort()),
  })
  const bucket: R2BucketLike = {
    head: (key) => run(`head ${name(key)}`, () => real.head(key)),
    get: (key, options) => run(`get ${name(key)}`, () => real.get(key, options)),
    put: (key, value, options) =>
      run(`put ${name(key)}`, () => real.put(key, value as string, options)),
    createMultipartUpload: (key, options) =>
      run(`createMultipartUpload ${name(key)}`, async () =>
        faultyUpload(await real.createMultipartUpload(key, options), key),
      ),
    delete: (keys) => run(`delete ${keys.map(name).join(' ')}`, () => real.delete(keys)),
    list: (options) => run('list', () => real.list(options)),
  }
  return { bucket, calls }
}
