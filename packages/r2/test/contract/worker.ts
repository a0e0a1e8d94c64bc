import { MemoryBucket, MemoryStore, R2Store, type Store, type StoreOptions } from '@node-cf/r2'
import { S3Store, type S3StoreOptions } from '@node-cf/r2/s3'
import type { R2Bucket } from '@cloudflare/workers-types'
import { cases } from './cases/index.ts'
import { surroundingsOf } from './contract.ts'

interface Bindings {
  readonly BUCKET: R2Bucket
  readonly S3: S3StoreOptions
}

/** Runs one case over one kind of store: `/r2?name of the case`. */
export default {
  async fetch(request: Request, env: Bindings): Promise<Response> {
    const { pathname, search } = new URL(request.url)
    const name = decodeURIComponent(search.slice(1))
    try {
      await cases[name]!(surroundingsOf(name, creatorOf(pathname, env)))
      return new Response()
    } catch (error) {
      const text = error instanceof Error ? `${error.stack}\n${String(error.cause)}` : String(error)
      return new Response(text, { status: 500 })
    }
  },
}

function creatorOf(path: string, { BUCKET, S3 }: Bindings): (options: StoreOptions) => Store {
  if (path === '/s3') return (options) => new S3Store({ ...S3, ...options })
  if (path === '/r2') return (options) => new R2Store({ bucket: BUCKET, ...options })
  const bucket = new MemoryBucket()
  return (options) => new MemoryStore({ bucket, ...options })
}
