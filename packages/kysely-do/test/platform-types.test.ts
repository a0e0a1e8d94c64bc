import { describe, expect, it } from '@jest/globals'
import type { DurableObjectState, DurableObjectStorage } from '@cloudflare/workers-types'
import type {
  DeletableStorageLike,
  DurableObjectStateLike,
  DurableObjectStorageLike,
} from '@node-cf/kysely-do'

describe('the structural types of the platform', () => {
  it("take Cloudflare's own", () => {
    // The compiler checks this: our types ask for no more than Cloudflare's have.
    const storageOf = (storage: DurableObjectStorage): DurableObjectStorageLike => storage
    const deletable = (storage: DurableObjectStorage): DeletableStorageLike => storage
    const stateOf = (state: DurableObjectState): DurableObjectStateLike => state
    expect([storageOf, deletable, stateOf]).toHaveLength(3)
  })
})
