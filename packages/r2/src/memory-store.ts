import { BlobStore } from './blob-store.ts'
import { MemoryBucket } from './memory-bucket.ts'
import type { StoreOptions } from './options.ts'

export interface MemoryStoreOptions extends StoreOptions {
  /** Where the files are, for several stores over one bucket; a bucket of its own by default. */
  bucket?: MemoryBucket
}

/** Keeps files in memory, for tests and local work. */
export class MemoryStore extends BlobStore {
  /**
   * @param options How to use the store
   * @throws {StoreError} `ERR_R2_OPTION` for an option that is not as described
   */
  constructor(options: MemoryStoreOptions = {}) {
    super(options.bucket ?? new MemoryBucket(), options)
  }
}
