import type { D1Database } from '@cloudflare/workers-types'
import { batch, D1Dialect, insertMany } from '@node-cf/kysely-d1'
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import { D1Dialect as KyselyD1Dialect } from 'kysely-d1'
import {
  kyselyWork,
  type NoteDatabase,
  PAGE,
  rowOf,
  ROWS,
  setUp,
  type SqlWork,
} from './bench-work.ts'

const rows = Array.from({ length: ROWS }, (_, index) => rowOf(index))

/** Answers `/<way>/<work>?count=<n>`, having done the work so often. */
export default {
  async fetch(request: Request, { DB }: { DB: D1Database }): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    const [, way = '', name = ''] = pathname.split('/')
    const latency = Number(searchParams.get('latency'))
    const work = ways[way]?.(latency > 0 ? farAway(DB, latency) : DB)[name]
    if (work === undefined) return new Response(null, { status: 404 })
    for (let count = Number(searchParams.get('count')); count > 0; count -= 1) await work()
    return new Response('done')
  },
}

const ways: Record<string, (database: D1Database) => SqlWork> = {
  bare: bareWork,
  ours(database) {
    const db = new Kysely<NoteDatabase>({ dialect: new D1Dialect({ database }) })
    const inserts = () => rows.slice(0, 20).map((row) => db.insertInto('log').values(row))
    return {
      ...kyselyWork(db),
      batch: () => batch(db, inserts()),
      many: () => insertMany(db, 'log', rows),
      nothing: () => Promise.resolve(),
      'set-up': () => setUp(db),
      empty: () => db.deleteFrom('log').execute(),
    }
  },
  'kysely-d1': (database) =>
    kyselyWork(new Kysely<NoteDatabase>({ dialect: new KyselyD1Dialect({ database: database }) })),
  // What Kysely takes to build and compile the query, with nothing behind it.
  kysely: () =>
    kyselyWork(
      new Kysely<NoteDatabase>({
        dialect: {
          createAdapter: () => new SqliteAdapter(),
          createDriver: () => new DummyDriver(),
          createIntrospector: (db) => new SqliteIntrospector(db),
          createQueryCompiler: () => new SqliteQueryCompiler(),
        },
      }),
    ),
}

function bareWork(database: D1Database): SqlWork {
  let count = 0
  const read = (): Promise<unknown> =>
    database
      .prepare('select * from note where id = ?')
      .bind((count += 1) % ROWS)
      .all()
  const insert = ({ title, text, stars }: ReturnType<typeof rowOf>) =>
    database
      .prepare('insert into log (title, text, stars) values (?, ?, ?)')
      .bind(title, text, stars)
  return {
    read,
    list: () => database.prepare('select * from note order by id limit ?').bind(PAGE).all(),
    parallel: () => Promise.all(Array.from({ length: 20 }, read)),
    insert: () => insert(rows[0]!).run(),
    batch: () => database.batch(rows.slice(0, 20).map(insert)),
    many: () => database.batch(rows.map(insert)),
  }
}

/** The same database, as it is from another place: each call takes so many milliseconds more. */
function farAway(database: D1Database, milliseconds: number): D1Database {
  const later = async (work: () => Promise<unknown>): Promise<unknown> => {
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
    return work()
  }
  const statement = (prepared: ReturnType<D1Database['prepare']>): object => ({
    bind: (...values: unknown[]) => statement(prepared.bind(...values)),
    all: () => later(() => prepared.all()),
    raw: (options: { columnNames: true }) => later(() => prepared.raw(options)),
  })
  return { prepare: (sql: string) => statement(database.prepare(sql)) } as D1Database
}
