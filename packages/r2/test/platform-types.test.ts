import { describe, expect, it } from '@jest/globals'
import type { R2Bucket } from '@cloudflare/workers-types'
import { type R2BucketLike, R2Store, type R2StoreOptions } from '@node-cf/r2'

describe('the structural types of the platform', () => {
  it("take Cloudflare's own", () => {
    // The compiler checks this: our type asks for no more than Cloudflare's has.
    const optionsOf = (bucket: R2Bucket): R2StoreOptions[] => {
      const same: R2BucketLike = bucket
      return [{ bucket }, { bucket: () => bucket }, { bucket: same }]
    }
    const [, { bucket }] = optionsOf({} as R2Bucket) as [unknown, R2StoreOptions]
    // A function is not called until there is something to do: there may be no binding yet.
    expect(new R2Store({ bucket })).toBeInstanceOf(R2Store)
  })
})
