import { batch, DurableObjectDialect } from '@node-cf/kysely-do'
import type { DurableObjectState } from '@cloudflare/workers-types'
import { DurableObject } from 'cloudflare:workers'
import {
  DummyDriver,
  type Generated,
  Kysely,
  SqliteAdapter,
  type SqliteDialect,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { ObjectNamespace } from './namespace.ts'

interface Tables {
  item: { id: Generated<number>; text: string; amount: number }
}

const ROWS = 1000
const INSERTS = 20

/** Does what it is asked for a number of times, which `scripts/bench/sql-object.ts` measures. */
export class BenchObject extends DurableObject {
  readonly #db = new Kysely<Tables>({
    dialect: new DurableObjectDialect({ storage: this.ctx.storage }),
  })
  /** Kysely's own part: it builds, compiles and executes queries that no database answers. */
  readonly #dummy = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    } satisfies Pick<SqliteDialect, keyof SqliteDialect>,
  })

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env)
    const { sql } = ctx.storage
    sql.exec('create table if not exists item (id integer primary key, text text, amount integer)')
    for (let id = 1; id <= ROWS; id += 1) {
      sql.exec('insert or replace into item values (?, ?, ?)', id, `text ${id}`, id)
    }
  }

  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    const work = this.#works[pathname.slice(1)]
    if (work === undefined) return new Response(null, { status: 404 })
    const count = Number(searchParams.get('count'))
    for (let index = 0; index < count; index += 1) await work(1 + (index % ROWS))
    return new Response()
  }

  readonly #works: Readonly<Record<string, (id: number) => unknown>> = {
    nothing: () => {},
    'read-bare': (id) =>
      this.ctx.storage.sql
        .exec('select "id", "text", "amount" from "item" where "id" = ?', id)
        .toArray(),
    'read-kysely': (id) => this.#read(this.#dummy, id),
    'read-dialect': (id) => this.#read(this.#db, id),
    'list-bare': () => this.ctx.storage.sql.exec('select * from "item" limit 100').toArray(),
    'list-dialect': () => this.#db.selectFrom('item').selectAll().limit(100).execute(),
    'insert-bare': (amount) =>
      this.ctx.storage.sql
        .exec('insert into "item" ("text", "amount") values (?, ?)', 'new', amount)
        .toArray(),
    'insert-dialect': (amount) => this.#insert(this.#db, amount),
    'inserts-durable': async () => {
      for (let index = 0; index < INSERTS; index += 1) {
        await this.#insert(this.#db, index)
        await this.ctx.storage.sync()
      }
    },
    'inserts-coalesced': async () => {
      for (let index = 0; index < INSERTS; index += 1) await this.#insert(this.#db, index)
      await this.ctx.storage.sync()
    },
    'inserts-transaction': async () => {
      await this.#db.transaction().execute(async (trx) => {
        for (let index = 0; index < INSERTS; index += 1) await this.#insert(trx, index)
      })
      await this.ctx.storage.sync()
    },
    'inserts-batch': async () => {
      const values = (index: number) => ({ text: 'new', amount: index })
      const queries = Array.from({ length: INSERTS }, (_, index) =>
        this.#db.insertInto('item').values(values(index)),
      )
      await batch(this.#db, queries)
      await this.ctx.storage.sync()
    },
  }

  #read(db: Kysely<Tables>, id: number): Promise<unknown> {
    return db.selectFrom('item').select(['id', 'text', 'amount']).where('id', '=', id).execute()
  }

  #insert(db: Kysely<Tables>, amount: number): Promise<unknown> {
    return db.insertInto('item').values({ text: 'new', amount }).execute()
  }
}

export default {
  fetch: (request: Request, { OBJECT }: { OBJECT: ObjectNamespace }): Promise<Response> =>
    OBJECT.getByName('bench').fetch(request),
}
