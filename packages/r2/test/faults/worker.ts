import type { R2Bucket } from '@cloudflare/workers-types'
import { cases, makerFor } from './cases.ts'

/** Runs one case: `/?name of the case`. */
export default {
  async fetch(request: Request, { BUCKET }: { BUCKET: R2Bucket }): Promise<Response> {
    const name = decodeURIComponent(new URL(request.url).search.slice(1))
    try {
      await cases[name]!(makerFor(BUCKET))
      return new Response()
    } catch (error) {
      return new Response(error instanceof Error ? error.stack : String(error), { status: 500 })
    }
  },
}
