import type { DurableObjectNamespace, DurableObjectState } from '@cloudflare/workers-types'
import { toDurableObject, toTenantWorker } from '@node-cf/fastify'
import { DurableObjectDialect, migrateObject } from '@node-cf/kysely-do'
import { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { app } from './app.ts'
import { type Database, migrations } from './database.ts'

const provider = { getMigrations: async () => migrations }

/** One tenant: the app, and a database of its own. */
export const Tenant = await toDurableObject(app, {
  db: ({ storage }: DurableObjectState) =>
    new Kysely<Database>({ dialect: new DurableObjectDialect({ storage }) }),
  setUp: (db, { storage }) => migrateObject(storage, new Migrator({ db, provider })),
})

interface Env {
  TENANT: DurableObjectNamespace
}

/** `/t/acme/notebooks` belongs to acme, whose app sees `/notebooks`. */
export default toTenantWorker<Env>({ namespace: 'TENANT', tenant: { path: '/t' } })
