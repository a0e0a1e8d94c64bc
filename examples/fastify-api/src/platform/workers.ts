/** Where data is kept on Workers: D1 and R2, by their bindings in wrangler.jsonc. */
import { getContext } from '@node-cf/fastify'
import { D1Dialect, type D1DatabaseLike } from '@node-cf/kysely-d1'
import { d1Session } from '@node-cf/kysely-d1/fastify'
import { type R2BucketLike, R2Store } from '@node-cf/r2'

interface Bindings {
  DB: D1DatabaseLike
  FILES: R2BucketLike
}

const bindings = () => getContext<Bindings>().env

// Each client reads what it has written, also where D1 answers from a replica.
const session = d1Session()

export const plugins = [session]

export const dialect = new D1Dialect({ database: () => bindings().DB, session: session.current })

export const files = new R2Store({
  bucket: () => bindings().FILES,
  location: 'covers',
  publicUrl: '/covers/',
})
