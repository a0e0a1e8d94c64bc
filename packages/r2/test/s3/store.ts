import { S3Store, type S3StoreOptions } from '@node-cf/r2/s3'
import type { S3Server } from './server.ts'

/** Makes a store over a server's bucket, below a location of its own. */
export function storeOver(
  { endpoint, key }: S3Server,
  options: Partial<S3StoreOptions> = {},
): S3Store {
  const location = crypto.randomUUID()
  return new S3Store({ endpoint, bucket: 'test-bucket', ...key, location, ...options })
}
