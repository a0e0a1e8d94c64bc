import assert from 'node:assert/strict'
import {
  batch,
  D1Dialect,
  type D1DatabaseLike,
  type D1DialectOptions,
  idempotent,
  OverloadedError,
  type QueryEvent,
  runScript,
  SessionScope,
  SqliteError,
  TransientError,
  withSession,
} from '@node-cf/kysely-d1'
import { Kysely, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { newWatch, type Watch, watched } from './binding.ts'

interface Tables {
  note: { id: number; text: string }
}

export interface Context {
  readonly binding: D1DatabaseLike
  readonly watch: Watch
  readonly open: (options?: Partial<D1DialectOptions>) => Kysely<Tables>
}

const LOST = 'D1_ERROR: Network connection lost.'
const QUICK = { minDelay: 1, maxDelay: 2 }

/** What only the binding shows, by name. */
export const bindingCases: Record<string, (context: Context) => Promise<void>> = {
  async 'queries run side by side'({ open, watch }) {
    const db = open()
    await Promise.all(Array.from({ length: 6 }, () => db.selectFrom('note').selectAll().execute()))
    assert.equal(watch.most, 6)
  },

  async 'queries of one Kysely on one connection run one after the other'({ open, watch }) {
    await open()
      .connection()
      .execute((db) => Promise.all([1, 2, 3].map((id) => sql`select ${id}`.execute(db))))
    assert.equal(watch.most, 1)
  },

  async 'a read is one call'({ open, watch }) {
    await open().selectFrom('note').selectAll().execute()
    assert.deepEqual(watch.calls, ['raw'])
  },

  async 'a read that is observed is one call'({ open, watch }) {
    await open({ onQuery: () => {} })
      .selectFrom('note')
      .selectAll()
      .execute()
    assert.deepEqual(watch.calls, ['all'])
  },

  async 'a write is one call'({ open, watch }) {
    await open().insertInto('note').values({ id: 1, text: 'a' }).execute()
    assert.deepEqual(watch.calls, ['batch'])
  },

  async 'database may be a function, called for each query'({ binding }) {
    let calls = 0
    const database = (): D1DatabaseLike => {
      calls += 1
      return binding
    }
    const db = new Kysely<Tables>({ dialect: new D1Dialect({ database }) })
    assert.equal(calls, 0)
    await db.selectFrom('note').selectAll().execute()
    await db.selectFrom('note').selectAll().execute()
    assert.equal(calls, 2)
  },

  async 'a function that returns no binding is told so'() {
    const dialect = new D1Dialect({ database: () => undefined as never })
    await assert.rejects(new Kysely<Tables>({ dialect }).selectFrom('note').selectAll().execute(), {
      code: 'ERR_SQLITE_ARGUMENT',
      message: /database must be a D1 binding.*wrangler\.jsonc/,
    })
  },

  async 'transactions throw, and name batch'({ open, watch }) {
    const db = open()
    let isCalled = false
    const transaction = db.transaction().execute(async () => {
      isCalled = true
      await Promise.resolve()
    })
    await assert.rejects(transaction, { code: 'ERR_SQLITE_TRANSACTION', message: /batch\(db/ })
    await assert.rejects(db.startTransaction().execute(), { code: 'ERR_SQLITE_TRANSACTION' })
    assert.equal(isCalled, false)
    assert.deepEqual(watch.calls, [])
  },

  async 'streams throw, and name paging'({ open }) {
    const read = async (): Promise<void> => {
      for await (const row of open().selectFrom('note').selectAll().stream()) assert.fail(row.text)
    }
    await assert.rejects(read, { code: 'ERR_SQLITE_STREAM', message: /page by page/ })
  },

  async 'destroy calls onDestroy and waits for it'({ open }) {
    let isDone = false
    const db = open({
      async onDestroy() {
        await Promise.resolve()
        isDone = true
      },
    })
    await db.selectFrom('note').selectAll().execute()
    await db.destroy()
    assert.equal(isDone, true)
  },

  async 'a read is sent again after a transient error'({ open, watch }) {
    const events: QueryEvent[] = []
    watch.before.push(LOST, 'D1_ERROR: D1 DB reset because its code was updated.')
    const db = open({ retry: QUICK, onQuery: (event) => events.push(event) })
    assert.deepEqual(await db.selectFrom('note').selectAll().execute(), [])
    assert.equal(watch.calls.length, 3)
    assert.equal(events.length, 1)
    assert.equal(events[0]!.attempts, 3)
    assert.equal(events[0]!.error, undefined)
  },

  async 'a read is sent three times at most'({ open, watch }) {
    watch.before.push(LOST, LOST, LOST, LOST)
    const query = open({ retry: QUICK }).selectFrom('note').selectAll().execute()
    await assert.rejects(query, (error: unknown) => {
      assert.ok(error instanceof TransientError)
      assert.equal(error.retryable, true)
      assert.equal(error.message, 'Network connection lost.')
      assert.equal(error.sql, 'select * from "note"')
      return true
    })
    assert.equal(watch.calls.length, 3)
  },

  async 'nothing is sent again where retry is false'({ open, watch }) {
    watch.before.push(LOST)
    await assert.rejects(open({ retry: false }).selectFrom('note').selectAll().execute())
    assert.equal(watch.calls.length, 1)
  },

  async 'a write is not sent again, as it may have taken effect'({ open, watch }) {
    watch.after.push(LOST)
    const db = open({ retry: QUICK })
    const insert = db.insertInto('note').values({ id: 1, text: 'a' }).execute()
    await assert.rejects(insert, { code: 'ERR_SQLITE_TRANSIENT', mayHaveRun: true })
    assert.equal(watch.calls.length, 1)
    assert.equal((await db.selectFrom('note').selectAll().execute()).length, 1)
  },

  async 'a write that is marked as idempotent is sent again'({ open, watch }) {
    const db = open({ retry: QUICK })
    await db.insertInto('note').values({ id: 1, text: 'a' }).execute()
    watch.after.push(LOST)
    const result = await db
      .withPlugin(idempotent)
      .updateTable('note')
      .set({ text: 'b' })
      .where('id', '=', 1)
      .executeTakeFirst()
    assert.equal(result.numUpdatedRows, 1n)
    assert.equal(watch.calls.length, 3)
  },

  async 'a batch is sent again only where it says so, or only reads'({ open, watch }) {
    const db = open({ retry: QUICK })
    watch.before.push(LOST)
    await assert.rejects(batch(db, [db.deleteFrom('note')]))
    watch.before.push(LOST)
    await batch(db, [db.deleteFrom('note')], { idempotent: true })
    watch.before.push(LOST)
    await batch(db, [db.selectFrom('note').selectAll(), db.selectFrom('note').selectAll()])
    watch.before.push(LOST)
    await batch(db, [
      db.withPlugin(idempotent).deleteFrom('note'),
      db.selectFrom('note').selectAll(),
    ])
    assert.equal(watch.calls.length, 7)
  },

  async 'an overloaded database is left alone'({ open, watch }) {
    watch.before.push('D1_ERROR: D1 DB is overloaded. Too many requests queued.')
    const query = open({ retry: QUICK }).selectFrom('note').selectAll().execute()
    await assert.rejects(query, (error: unknown) => {
      assert.ok(error instanceof OverloadedError)
      assert.equal(error.retryable, false)
      return true
    })
    assert.equal(watch.calls.length, 1)
  },

  async 'an aborted signal ends the waiting for another attempt'({ open, watch }) {
    watch.before.push(LOST, LOST)
    const controller = new AbortController()
    const db = open({ retry: { minDelay: 60_000, maxDelay: 60_000 } })
    const reason = new RangeError('enough')
    const reading = batch(db, [db.selectFrom('note').selectAll()], { signal: controller.signal })
    setTimeout(() => controller.abort(reason), 5)
    await assert.rejects(reading, RangeError)
    assert.equal(watch.calls.length, 1)
  },

  async 'a session reads its own writes, and tells its bookmark'({ binding, watch }) {
    const database = watched(binding, watch)
    const dialect = new D1Dialect({ database, session: 'first-primary' })
    const db = new Kysely<Tables>({ dialect })
    assert.equal(dialect.bookmark, null)
    await db.insertInto('note').values({ id: 1, text: 'a' }).execute()
    const written = dialect.bookmark!
    assert.match(written, /^[\da-f]{8}-/)
    assert.equal((await db.selectFrom('note').selectAll().execute()).length, 1)
    await db.insertInto('note').values({ id: 2, text: 'b' }).execute()
    assert.ok(dialect.bookmark! > written)
    assert.deepEqual(watch.sessions, ['first-primary'])
  },

  async 'a session that a function returns is that of the moment'({ binding, watch }) {
    let scope: SessionScope | undefined
    const dialect = new D1Dialect({ database: watched(binding, watch), session: () => scope })
    const db = new Kysely<Tables>({ dialect })
    await db.selectFrom('note').selectAll().execute()
    assert.deepEqual(watch.sessions, [])
    scope = new SessionScope()
    await db.selectFrom('note').selectAll().execute()
    await db.selectFrom('note').selectAll().execute()
    const { bookmark } = scope
    assert.equal(dialect.bookmark, bookmark)
    scope = new SessionScope(bookmark!)
    assert.equal(dialect.bookmark, bookmark)
    await db.selectFrom('note').selectAll().execute()
    assert.deepEqual(watch.sessions, ['first-unconstrained', bookmark])
  },

  async 'withSession opens one for a Kysely of its own'({ open, watch }) {
    const events: QueryEvent[] = []
    const logged: string[] = []
    const db = open({ onQuery: (event) => events.push(event) })
    const session = withSession(db, 'first-primary')
    assert.equal(session.bookmark, null)
    await session.db.insertInto('note').values({ id: 1, text: 'a' }).execute()
    assert.equal((await session.db.selectFrom('note').selectAll().execute()).length, 1)
    assert.deepEqual(watch.sessions, ['first-primary'])
    assert.notEqual(session.bookmark, null)
    await db.selectFrom('note').selectAll().execute()
    assert.equal(events.length, 3)
    const next = withSession(db, session.bookmark!)
    await batch(next.db, [next.db.selectFrom('note').selectAll()])
    assert.equal(watch.sessions.length, 2)
    assert.equal((await session.db.introspection.getTables()).length, 1)
    await assert.rejects(
      session.db.transaction().execute(() => Promise.resolve()),
      /batch/,
    )
    assert.deepEqual(logged, [])
  },

  async 'withSession keeps plugins and the log'({ binding }) {
    const logged: string[] = []
    const db = new Kysely<Tables>({
      dialect: new D1Dialect({ database: binding }),
      log: ({ query }) => void logged.push(query.sql),
    })
    const { db: reader } = withSession(db)
    await reader.selectFrom('note').select('id').execute()
    assert.deepEqual(logged, ['select "id" from "note"'])
  },

  async 'migrations run on the primary, whatever the session'({ binding, watch }) {
    const dialect = new D1Dialect({
      database: watched(binding, watch),
      session: 'first-unconstrained',
    })
    const db = new Kysely<Tables>({ dialect })
    let first = 0
    const up = async (migrated: Kysely<Tables>): Promise<void> => {
      first = watch.calls.length
      await migrated.selectFrom('note').selectAll().execute()
      await migrated.deleteFrom('note').execute()
    }
    const provider = { getMigrations: () => Promise.resolve({ m1: { up } }) }
    const { error } = await new Migrator({ db, provider }).migrateToLatest()
    assert.equal(error, undefined)
    // The read, the batch, and the release of the lock.
    assert.deepEqual(watch.calls.slice(first), ['raw', 'batch', 'raw'])
  },

  async 'a migration cannot read after it has written'({ open }) {
    const attempts: ((db: Kysely<Tables>) => Promise<unknown>)[] = [
      (db) => db.selectFrom('note').selectAll().execute(),
      (db) => db.insertInto('note').values({ id: 1, text: 'a' }).returning('id').execute(),
      (db) => sql`delete from note returning id`.execute(db),
      (db) => sql`pragma table_info(note)`.execute(db),
      (db) => batch(db, [db.selectFrom('note').selectAll()]),
      (db) => db.introspection.getTables(),
    ]
    for (const attempt of attempts) {
      const up = async (db: Kysely<Tables>): Promise<void> => {
        await db.schema.createTable('half').addColumn('id', 'integer').execute()
        await attempt(db)
      }
      const db = open()
      const provider = { getMigrations: () => Promise.resolve({ m1: { up } }) }
      const { error } = await new Migrator({ db, provider }).migrateToLatest()
      assert.ok(error instanceof SqliteError)
      assert.equal(error.code, 'ERR_SQLITE_MIGRATION')
      assert.match(error.message, /one batch/)
      assert.ok((await db.introspection.getTables()).every(({ name }) => name !== 'half'))
    }
  },

  async 'a transaction in a migration throws'({ open }) {
    const db = open()
    const up = (migrated: Kysely<Tables>): Promise<void> =>
      migrated.transaction().execute(() => Promise.resolve())
    const provider = { getMigrations: () => Promise.resolve({ m1: { up } }) }
    const { error } = await new Migrator({ db, provider }).migrateToLatest()
    assert.equal((error as SqliteError).code, 'ERR_SQLITE_TRANSACTION')
  },

  async 'a migrator whose lock was taken meanwhile applies nothing'({ open }) {
    const db = open()
    const up = async (migrated: Kysely<Tables>): Promise<void> => {
      await migrated.schema.createTable('half').addColumn('id', 'integer').execute()
      // Another migrator found the lock expired, and has it now.
      await sql`update kysely_migration_lock
        set is_locked = ((unixepoch() + 60) << 30) | 12345`.execute(db)
    }
    const provider = { getMigrations: () => Promise.resolve({ m1: { up } }) }
    const { error } = await new Migrator({ db, provider }).migrateToLatest()
    assert.equal((error as SqliteError).code, 'ERR_SQLITE_MIGRATION_LOCK')
    const { rows } = await sql`select is_locked & 1073741823 as owner
      from kysely_migration_lock`.execute(db)
    assert.deepEqual(rows, [{ owner: 12345 }])
    assert.ok((await db.introspection.getTables()).every(({ name }) => name !== 'half'))
  },

  async 'a lock that has expired is taken'({ open }) {
    const db = open()
    const provider = {
      getMigrations: () => Promise.resolve({ m1: { up: () => Promise.resolve() } }),
    }
    const migrator = new Migrator({ db, provider })
    await migrator.migrateToLatest()
    await sql`update kysely_migration_lock
      set is_locked = ((unixepoch() - 1) << 30) | 12345`.execute(db)
    await sql`delete from kysely_migration`.execute(db)
    const { error, results } = await migrator.migrateToLatest()
    assert.equal(error, undefined)
    assert.equal(results!.length, 1)
    const { rows } = await sql`select is_locked from kysely_migration_lock`.execute(db)
    assert.deepEqual(rows, [{ is_locked: 0 }])
  },
}

/** Runs a case on an empty database with one table. */
export async function runBindingCase(name: string, binding: D1DatabaseLike): Promise<void> {
  const watch = newWatch()
  const plain = new Kysely<Tables>({ dialect: new D1Dialect({ database: binding }) })
  await runScript(
    plain,
    `drop table if exists note; drop table if exists kysely_migration;
    drop table if exists kysely_migration_lock;
    create table note (id integer primary key, text text not null);`,
  )
  await bindingCases[name]!({
    binding,
    watch,
    open: (options = {}) =>
      new Kysely({ dialect: new D1Dialect({ database: watched(binding, watch), ...options }) }),
  })
}
