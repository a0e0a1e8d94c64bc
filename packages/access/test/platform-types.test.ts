import { describe, expect, it } from '@jest/globals'
import type {
  CloudflareAccessContext,
  ExecutionContext,
  Headers as WorkersHeaders,
  KVNamespace,
} from '@cloudflare/workers-types'
import type {
  AccessContextLike,
  AccessFetch,
  AccessKeyStore,
  AccessLogger,
  HeaderSource,
} from '@node-cf/access'

/** The compiler checks this: what Cloudflare has is enough for what we ask for. */
type Takes<Ours, Theirs extends Ours> = Theirs

describe('the structural types of the platform', () => {
  it("take Cloudflare's own, Node's and pino's", () => {
    type Checks = [
      Takes<AccessKeyStore, KVNamespace>,
      Takes<AccessContextLike, CloudflareAccessContext>,
      Takes<AccessContextLike | undefined, ExecutionContext['access']>,
      Takes<HeaderSource, WorkersHeaders>,
      Takes<AccessFetch, typeof fetch>,
      Takes<AccessLogger, Console>,
    ]
    const checked: Checks['length'] = 6
    expect(checked).toBe(6)
  })
})
