import { AccessError, type AccessFetch, createAccessGuard } from '@node-cf/access'
import { type Kysely, sql } from 'kysely'
import { type Database, type User, userOf } from './users.ts'

/** The users of requests, where a framework would have a property for it. */
const users = new WeakMap<Request, User>()

/**
 * An app that knows its users, without a framework.
 * @param db Where they are
 * @param fetch Leads to the key server, on Node
 */
export function handlerOf(
  db: Kysely<Database>,
  fetch?: AccessFetch,
): (request: Request) => Promise<Response> {
  const guard = createAccessGuard<Request>({
    team: 'test',
    audience: 'test-audience',
    fetch,
    logger: {},
    exempt: ['/database'],
    async provision(identity, request) {
      const user = await userOf(db, identity)
      if (user !== undefined) users.set(request, user)
      return user
    },
  })
  return async (request) => {
    try {
      const { pathname } = new URL(request.url)
      const identity = await guard.admit(request, pathname)
      if (identity !== null) return Response.json(users.get(request))
      return Response.json(await administer(db, request))
    } catch (error) {
      const status = error instanceof AccessError ? error.status : 500
      return new Response(String(error), { status })
    }
  }
}

/** What the tests do to the database itself. */
async function administer(db: Kysely<Database>, request: Request): Promise<unknown> {
  const { rows } = await sql.raw(await request.text()).execute(db)
  return rows
}
