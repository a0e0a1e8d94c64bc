import { describe, expect, it } from '@jest/globals'
import type { ExecutionContext } from '@cloudflare/workers-types'
import type { ExecutionContextLike } from '@node-cf/bridge'

describe('the structural types of the platform', () => {
  it("take Cloudflare's own", () => {
    // The compiler checks this: our type asks for no more than Cloudflare's has.
    const waitUntil: ExecutionContext['waitUntil'] = () => {}
    const context: ExecutionContextLike = { waitUntil }
    expect(context).toEqual({ waitUntil })
  })
})
