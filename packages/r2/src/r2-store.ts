import { BlobStore } from './blob-store.ts'
import { StoreError } from './errors.ts'
import type { StoreOptions } from './options.ts'
import { R2Backend } from './r2-backend.ts'
import type { R2BucketLike } from './r2-bucket.ts'
import { quoted } from './text.ts'

export interface R2StoreOptions extends StoreOptions {
  /** The binding, or a function that returns it: at module scope there may be none yet. */
  bucket: R2BucketLike | (() => R2BucketLike)
}

/** Keeps files in an R2 bucket, through a Worker's binding. */
export class R2Store extends BlobStore {
  /**
   * @param options The bucket, and how to use it
   * @throws {StoreError} `ERR_R2_OPTION` for an option that is not as described
   */
  constructor(options: R2StoreOptions) {
    super(new R2Backend(bucketOf(options.bucket)), options)
  }
}

function bucketOf(bucket: R2BucketLike | (() => R2BucketLike)): () => R2BucketLike {
  if (typeof bucket === 'function') return () => checkedBucket(bucket())
  const checked = checkedBucket(bucket)
  return () => checked
}

function checkedBucket(bucket: R2BucketLike): R2BucketLike {
  if (typeof (bucket as Partial<R2BucketLike> | undefined)?.createMultipartUpload === 'function') {
    return bucket
  }
  throw new StoreError(
    'ERR_R2_OPTION',
    `bucket must be an R2 binding, or a function that returns one; got ${quoted(bucket)}. Is it in "r2_buckets" of the Worker's configuration?`,
  )
}
