/** Where data is kept on Workers: D1 and R2, by their bindings in wrangler.jsonc. */
import { getContext } from '@node-cf/express'
import { D1Dialect } from '@node-cf/kysely-d1'
import { d1Session } from '@node-cf/kysely-d1/express'
import { R2Store } from '@node-cf/r2'

// Each visitor reads what they have written, also where D1 answers from a replica.
const session = d1Session()

export const middleware = [session]

export const dialect = new D1Dialect({
  database: () => getContext().env.DB,
  session: session.current,
})

export const files = new R2Store({
  bucket: () => getContext().env.FILES,
  location: 'attachments',
  publicUrl: '/files/',
})
