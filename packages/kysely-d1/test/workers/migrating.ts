import type { D1Database } from '@cloudflare/workers-types'
import { D1Dialect } from '@node-cf/kysely-d1'
import { Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'

/** The second of them takes seconds. */
const migrations: Record<string, Migration> = {
  m1: {
    async up(db) {
      await db.schema.createTable('first').addColumn('id', 'integer').execute()
    },
  },
  m2: {
    async up(db) {
      console.log('m2 begins')
      await db.schema.createTable('second').addColumn('id', 'integer').execute()
      await sql`insert into second with recursive numbers (n) as
        (select 1 union all select n + 1 from numbers where n < 2000000)
        select n from numbers`.execute(db)
      await db.schema.createIndex('third').on('second').column('id').execute()
    },
  },
}

const provider = { getMigrations: () => Promise.resolve(migrations) }

export default {
  async fetch({ url }: Request, { DB }: { DB: D1Database }): Promise<Response> {
    const db = new Kysely<unknown>({ dialect: new D1Dialect({ database: DB }) })
    if (url.endsWith('/migrate')) {
      const { error, results } = await new Migrator({ db, provider }).migrateToLatest()
      return Response.json({ error: (error as Error | undefined)?.message, results })
    }
    if (url.endsWith('/expire')) {
      await sql`update kysely_migration_lock set is_locked = 1`.execute(db)
    }
    const { rows: objects } = await sql<{ name: string }>`select name from sqlite_schema
      where name in ('first', 'second', 'third') order by name`.execute(db)
    const { rows: recorded } = await sql<{ name: string }>`select name from kysely_migration
      order by name`.execute(db)
    const { rows: locks } = await sql<{ seconds: number }>`select (is_locked >> 30) - unixepoch()
      as seconds from kysely_migration_lock where is_locked <> 0`.execute(db)
    return Response.json({
      objects: objects.map(({ name }) => name),
      recorded: recorded.map(({ name }) => name),
      locks,
    })
  },
}
