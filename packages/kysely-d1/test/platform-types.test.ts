import { describe, expect, it } from '@jest/globals'
import type { D1Database, D1DatabaseSession } from '@cloudflare/workers-types'
import type { D1DatabaseLike, D1DatabaseSessionLike, D1QueryableLike } from '@node-cf/kysely-d1'

describe('the structural types of the platform', () => {
  it("take Cloudflare's own", () => {
    // The compiler checks this: our types ask for no more than Cloudflare's have.
    const takesDatabase = (database: D1Database): D1DatabaseLike => database
    const takesSession = (session: D1DatabaseSession): D1DatabaseSessionLike => session
    const takesEither = (either: D1Database | D1DatabaseSession): D1QueryableLike => either
    expect([takesDatabase, takesSession, takesEither]).toHaveLength(3)
  })
})
