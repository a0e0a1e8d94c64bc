import type { D1Database } from '@cloudflare/workers-types'
import { runBindingCase } from './binding-cases.ts'

export default {
  async fetch({ url }: Request, { DB }: { DB: D1Database }): Promise<Response> {
    try {
      await runBindingCase(decodeURIComponent(new URL(url).pathname.slice(1)), DB)
      return new Response(null, { status: 204 })
    } catch (error) {
      return new Response(error instanceof Error ? error.stack : String(error), { status: 500 })
    }
  },
}
