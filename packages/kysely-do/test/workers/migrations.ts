import { DurableObjectDialect, migrateInConstructor, type MigrationError } from '@node-cf/kysely-do'
import type { DurableObjectState } from '@cloudflare/workers-types'
import { DurableObject } from 'cloudflare:workers'
import { Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import type { ObjectNamespace } from './namespace.ts'

const one: Migration = {
  async up(db) {
    await db.schema
      .createTable('note')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('text', 'text', (column) => column.notNull())
      .execute()
    await sql`insert into note (text) values ('first'), ('second')`.execute(db)
  },
}

/** Changes tables and rows, and then goes on as it is told. */
function two(afterwards: (db: Kysely<unknown>) => Promise<unknown>): Migration {
  return {
    async up(db) {
      await db.schema.alterTable('note').addColumn('read', 'integer').execute()
      await sql`update note set read = 1, text = upper(text)`.execute(db)
      await sql`delete from note where id = 1`.execute(db)
      await db.schema.createTable('extra').addColumn('id', 'integer').execute()
      // The platform would commit here what is in no transaction.
      await new Promise((resolve) => setTimeout(resolve, 2))
      await afterwards(db)
    },
  }
}

const nothing: Migration = { up: () => Promise.resolve() }
const good = two(() => Promise.resolve())

/** What can be deployed; `deployed` is what is. */
const deployments: Record<string, Record<string, Migration>> = {
  first: { one },
  second: { one, two: good },
  failing: { one, three: nothing, two: two((db) => sql`select * from nowhere`.execute(db)) },
  throwing: { one, two: two(() => Promise.reject(new RangeError('out of range'))) },
  'foreign-key': {
    one,
    two: two(async (db) => {
      await sql`pragma defer_foreign_keys = on`.execute(db)
      await sql`create table link (note_id integer references note (id))`.execute(db)
      await sql`insert into link values (99)`.execute(db)
    }),
  },
  reordered: { another: nothing, one },
  aborting: { one, two: two(() => abort()) },
}
let deployed = 'first'
let abort = (): Promise<void> => Promise.resolve()

/** How often each object was constructed. */
const starts = new Map<string, number>()

abstract class Notes extends DurableObject {
  readonly #db: Kysely<never>
  readonly started = starts

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env)
    const name = ctx.id.name!
    starts.set(name, (starts.get(name) ?? 0) + 1)
    abort = async () => {
      ctx.abort('in the middle of a migration')
      await new Promise(() => {})
    }
    this.#db = new Kysely<never>({ dialect: new DurableObjectDialect({ storage: ctx.storage }) })
    migrateInConstructor(ctx, this.migrator(this.#db, deployments[deployed]!))
  }

  abstract migrator(db: Kysely<never>, migrations: Record<string, Migration>): Migrator

  async fetch(): Promise<Response> {
    return Response.json(await this.notes())
  }

  async notes(): Promise<unknown> {
    const tables = await this.#db.introspection.getTables({ withInternalKyselyTables: true })
    const { rows } = await sql`select * from note`.execute(this.#db)
    const done = await sql<{ name: string }>`select name from kysely_migration`.execute(this.#db)
    return {
      tables: tables.map(({ name }) => name),
      notes: rows,
      migrations: done.rows.map(({ name }) => name),
      starts: this.started.get(this.ctx.id.name!),
    }
  }

  /** Ends the object; the next request starts it anew. */
  end(): void {
    this.ctx.abort('the end')
  }
}

export class MigratedObject extends Notes {
  migrator(db: Kysely<never>, migrations: Record<string, Migration>): Migrator {
    return new Migrator({ db, provider: { getMigrations: async () => migrations } })
  }
}

/** Even without transactions of the migrator's own, all is done in one. */
export class UntransactedObject extends Notes {
  migrator(db: Kysely<never>, migrations: Record<string, Migration>): Migrator {
    const provider = { getMigrations: async () => migrations }
    return new Migrator({ db, provider, disableTransactions: true })
  }
}

interface Env {
  OBJECT: ObjectNamespace<Pick<Notes, 'notes'> & { end(): Promise<void> }>
  UNTRANSACTED: Env['OBJECT']
}

export default {
  /** `/<object>/<action>?deploy=<which>`, with `&untransacted`. */
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    const [, name, action] = pathname.split('/')
    deployed = searchParams.get('deploy') ?? deployed
    const namespace = searchParams.has('untransacted') ? env.UNTRANSACTED : env.OBJECT
    const stub = namespace.getByName(name!)
    try {
      if (action === 'fetch') return await stub.fetch(request)
      if (action === 'end') await stub.end()
      return Response.json(await stub.notes())
    } catch (error) {
      const { message, code, statusCode, migration, cause } = error as MigrationError
      const reason = { name: (error as Error).name, message, code, migration, cause: String(cause) }
      return Response.json(reason, { status: statusCode ?? 500 })
    }
  },
}
