export { NotFound, StoreError, type StoreErrorCode } from './errors.ts'
export { MemoryBucket } from './memory-bucket.ts'
export { MemoryStore, type MemoryStoreOptions } from './memory-store.ts'
export type { StoreOptions } from './options.ts'
export type { R2BucketLike } from './r2-bucket.ts'
export { R2Store, type R2StoreOptions } from './r2-store.ts'
export type {
  ByteRange,
  CallOptions,
  Checksums,
  CopyOptions,
  FileBody,
  FileStat,
  ListedFile,
  Listing,
  OpenOptions,
  SaveOptions,
  Store,
  StoredFile,
} from './store.ts'

export { type ServeHandler, serveR2 } from './serve.ts'
export type { ServeOptions } from './serve-options.ts'
