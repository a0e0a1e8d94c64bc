import type { D1Database } from '@cloudflare/workers-types'
import { D1Dialect, type OnQuery } from '@node-cf/kysely-d1'
import { type Dialect, Kysely } from 'kysely'
import { D1Dialect as KyselyD1Dialect } from 'kysely-d1'
import type { DbConfig } from '../../../kysely-sqlite/test/contract/contract.ts'
import { runContract } from '../../../kysely-sqlite/test/contract/handler.ts'
import { newWatch, watched } from '../workers/binding.ts'

/** Answers `POST /<name of a case>` with the dialect that `x-dialect` names. */
export default {
  async fetch(request: Request, { DB }: { DB: D1Database }): Promise<Response> {
    const isOurs = request.headers.get('x-dialect') === 'node-cf'
    const dialect = (database: unknown, onQuery: OnQuery = () => {}): Dialect =>
      isOurs
        ? new D1Dialect({ database: database as D1Database, onQuery })
        : new KyselyD1Dialect({ database: database as never })
    // As on the platform, there are tables of its own then.
    await DB.withSession().prepare('select 1').run()
    if (new URL(request.url).pathname === '/most') return Response.json(await mostAtOnce())
    return runContract(request, {
      features: [],
      createDb: ({ onQuery, ...config }: DbConfig = {}) =>
        new Kysely({ dialect: dialect(DB, onQuery), ...config }),
    })

    /** How many of six queries that are begun together are in the database at the same time. */
    async function mostAtOnce(): Promise<number> {
      const watch = newWatch()
      const db = new Kysely<{ sqlite_schema: { name: string } }>({
        dialect: dialect(watched(DB, watch)),
      })
      const query = db.selectFrom('sqlite_schema').select('name')
      await Promise.all(Array.from({ length: 6 }, () => query.execute()))
      return watch.most
    }
  },
}
