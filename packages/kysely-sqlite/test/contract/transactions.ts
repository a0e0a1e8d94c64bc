import assert from 'node:assert/strict'
import { batch, SqliteError } from '@node-cf/kysely-sqlite'
import { CamelCasePlugin, type Kysely, sql } from 'kysely'
import { contract, type ContractCase } from './contract.ts'
import type { Database } from './database.ts'

/** What tests look at: the years of birth of the authors, in the order of their ids. */
async function yearsOf(db: Kysely<Database>): Promise<(number | null)[]> {
  const rows = await db.selectFrom('author').select('born').orderBy('id').execute()
  return rows.map(({ born }) => born)
}

/** Writes a row that tells when it was written. */
async function add(db: Kysely<Database>, born: number): Promise<void> {
  await db.insertInto('author').values({ first_name: 'New', born, kind: 'person' }).execute()
}

const BEFORE = [1929, 1923, null]

export const transactionCases: ContractCase[] = contract('transactions', (define) => {
  const it = (name: string, run: ContractCase['run']): void =>
    define.needs('transactions', name, run)

  it('a transaction commits, and returns what its function returns', async ({ db }) => {
    const id = await db.transaction().execute(async (trx) => {
      const { id: inserted } = await trx
        .insertInto('author')
        .values({ first_name: 'Ann', born: 1, kind: 'person' })
        .returning('id')
        .executeTakeFirstOrThrow()
      await add(trx, 2)
      return inserted
    })
    assert.equal(id, 4)
    assert.deepEqual(await yearsOf(db), [...BEFORE, 1, 2])
  })

  it('a transaction sees what it wrote', async ({ db }) => {
    await db.transaction().execute(async (trx) => {
      await add(trx, 1)
      assert.deepEqual(await yearsOf(trx), [...BEFORE, 1])
    })
  })

  it('a transaction whose function throws leaves nothing, and throws the same', async ({ db }) => {
    const reason = new Error('on second thoughts')
    const outcome = db.transaction().execute(async (trx) => {
      await add(trx, 1)
      await trx.deleteFrom('review').execute()
      throw reason
    })
    await assert.rejects(outcome, (error) => error === reason)
    assert.deepEqual(await yearsOf(db), BEFORE)
    assert.equal((await db.selectFrom('review').selectAll().execute()).length, 3)
  })

  it('a statement that fails takes back itself only, where the error is caught', async ({ db }) => {
    await db.transaction().execute(async (trx) => {
      await add(trx, 1)
      await assert.rejects(
        trx
          .insertInto('book')
          .values([
            { title: 'A new one', author_id: 1 },
            { title: 'Elements', author_id: 1 },
          ])
          .execute(),
        { code: 'ERR_SQLITE_UNIQUE' },
      )
      await add(trx, 2)
    })
    assert.deepEqual(await yearsOf(db), [...BEFORE, 1, 2])
    assert.equal((await db.selectFrom('book').selectAll().execute()).length, 4)
  })

  it('what changes the schema is taken back too', async ({ db }) => {
    const outcome = db.transaction().execute(async (trx) => {
      await trx.schema.createTable('extra').addColumn('id', 'integer').execute()
      await trx.schema.alterTable('author').addColumn('died', 'integer').execute()
      await trx.schema.createIndex('review_stars').on('review').column('stars').execute()
      await trx.schema.dropTable('review').execute()
      await sql`insert into extra values (1)`.execute(trx)
      throw new Error('stop')
    })
    await assert.rejects(outcome, { message: 'stop' })
    const tables = await db.introspection.getTables()
    assert.deepEqual(
      tables.map(({ name }) => name),
      ['author', 'book', 'review'],
    )
    assert.equal(tables[0]!.columns.length, 5)
    assert.equal((await db.selectFrom('review').selectAll().execute()).length, 3)
  })

  it('transactions that are begun together run one after the other', async ({ db }) => {
    const order: string[] = []
    await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        db.transaction().execute(async (trx) => {
          order.push(`${name} begins`)
          const { born } = await trx
            .selectFrom('author')
            .select('born')
            .where('id', '=', 1)
            .executeTakeFirstOrThrow()
          await trx
            .updateTable('author')
            .set({ born: born! + 1 })
            .where('id', '=', 1)
            .execute()
          order.push(`${name} ends`)
        }),
      ),
    )
    assert.deepEqual(order, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
    assert.deepEqual(await yearsOf(db), [1932, 1923, null])
  })

  it('a statement from outside waits for the transaction, then runs', async ({ db }) => {
    let waiting: Promise<void> | undefined
    await db.transaction().execute(async (trx) => {
      await add(trx, 1)
      waiting = add(db, 2)
      await add(trx, 3)
      assert.deepEqual(await yearsOf(trx), [...BEFORE, 1, 3])
    })
    await waiting
    assert.deepEqual(await yearsOf(db), [...BEFORE, 1, 3, 2])
  })

  it('a statement from outside survives the rollback of the transaction', async ({ db }) => {
    let waiting: Promise<void> | undefined
    const outcome = db.transaction().execute(async (trx) => {
      await add(trx, 1)
      waiting = add(db, 2)
      throw new Error('stop')
    })
    await assert.rejects(outcome, { message: 'stop' })
    await waiting
    assert.deepEqual(await yearsOf(db), [...BEFORE, 2])
  })

  it('a statement that is aborted while it waits never runs', async ({ db }) => {
    const controller = new AbortController()
    let waiting: Promise<unknown> | undefined
    await db.transaction().execute(async (trx) => {
      waiting = db.deleteFrom('review').execute({ signal: controller.signal })
      waiting.catch(() => {})
      await add(trx, 1)
      controller.abort(new Error('not any more'))
      await add(trx, 2)
    })
    await assert.rejects(waiting!, { message: 'not any more' })
    assert.equal((await db.selectFrom('review').selectAll().execute()).length, 3)
  })

  it('a batch that is aborted before its turn never runs', async ({ db }) => {
    const controller = new AbortController()
    const { signal } = controller
    const outcome = batch(db, [db.deleteFrom('review'), db.deleteFrom('book')], { signal })
    controller.abort(new Error('not any more'))
    await assert.rejects(outcome, { message: 'not any more' })
    assert.equal((await db.selectFrom('review').selectAll().execute()).length, 3)
  })

  it('the outer db inside a transaction is explained, and the transaction rolled back', async ({
    db,
  }) => {
    const outcome = db.transaction().execute(async (trx) => {
      await add(trx, 1)
      await add(db, 2)
    })
    await assert.rejects(outcome, (error) => {
      assert.ok(error instanceof SqliteError)
      assert.equal(error.code, 'ERR_SQLITE_DEADLOCK')
      assert.match(error.message, /use trx/)
      assert.match(error.sql!, /insert into "author"/)
      return true
    })
    assert.deepEqual(await yearsOf(db), BEFORE)
  })

  it('a second transaction awaited inside a transaction is explained', async ({ db }) => {
    const outcome = db
      .transaction()
      .execute(() => db.transaction().execute((inner) => add(inner, 1)))
    await assert.rejects(outcome, { code: 'ERR_SQLITE_DEADLOCK' })
    assert.deepEqual(await yearsOf(db), BEFORE)
  })

  it('the options of transactions are refused', async ({ db }) => {
    await assert.rejects(
      db
        .transaction()
        .setIsolationLevel('read committed')
        .execute(() => Promise.resolve()),
      { code: 'ERR_SQLITE_TRANSACTION', message: /read committed/ },
    )
    await assert.rejects(db.startTransaction().setAccessMode('read only').execute(), {
      code: 'ERR_SQLITE_TRANSACTION',
    })
    await add(db, 1)
  })

  it('a batch inside a transaction takes back itself only', async ({ db }) => {
    await db.transaction().execute(async (trx) => {
      const [authors, updated] = await batch(trx, [
        trx.selectFrom('author').select('born').where('id', '=', 2),
        trx.updateTable('author').set({ born: 7 }).where('id', '=', 2),
      ])
      assert.deepEqual(authors, [{ born: 1923 }])
      assert.equal(updated[0]!.numUpdatedRows, 1n)
      const outcome = batch(trx, [
        trx.updateTable('author').set({ born: 8 }).where('id', '=', 2),
        trx.insertInto('book').values({ title: 'Elements', author_id: 1 }),
      ])
      await assert.rejects(outcome, { code: 'ERR_SQLITE_UNIQUE' })
    })
    assert.deepEqual(await yearsOf(db), [1929, 7, null])
  })

  it('plugins apply inside a transaction', async ({ createDb }) => {
    const db = createDb<{ author: { id: number; firstName: string; kind: string } }>({
      plugins: [new CamelCasePlugin()],
    })
    await db.transaction().execute(async (trx) => {
      const row = await trx
        .updateTable('author')
        .set({ firstName: 'Ida' })
        .where('id', '=', 2)
        .returning('firstName')
        .executeTakeFirstOrThrow()
      assert.deepEqual(row, { firstName: 'Ida' })
    })
  })

  it('foreign keys can be deferred to the end of a transaction', async ({ db }) => {
    await db.transaction().execute(async (trx) => {
      await sql`pragma defer_foreign_keys = on`.execute(trx)
      await trx.insertInto('book').values({ id: 9, title: 'Ninth', author_id: 40 }).execute()
      await trx
        .insertInto('author')
        .values({ id: 40, first_name: 'Later', kind: 'person' })
        .execute()
    })
    assert.equal((await db.selectFrom('book').selectAll().execute()).length, 5)
  })

  it('a commit that leaves a foreign key pointing nowhere is refused whole', async ({ db }) => {
    const outcome = db.transaction().execute(async (trx) => {
      await sql`pragma defer_foreign_keys = on`.execute(trx)
      await trx.insertInto('book').values({ title: 'Ninth', author_id: 40 }).execute()
      await add(trx, 1)
    })
    await assert.rejects(outcome, { code: 'ERR_SQLITE_FOREIGN_KEY', message: /book.*author/ })
    assert.deepEqual(await yearsOf(db), BEFORE)
    assert.equal((await db.selectFrom('book').selectAll().execute()).length, 4)
  })

  it('a batch that leaves a foreign key pointing nowhere is refused whole', async ({ db }) => {
    const outcome = batch(db, [
      sql`pragma defer_foreign_keys = on`,
      db.insertInto('book').values({ title: 'Ninth', author_id: 40 }),
    ])
    await assert.rejects(outcome, { code: 'ERR_SQLITE_FOREIGN_KEY' })
    assert.equal((await db.selectFrom('book').selectAll().execute()).length, 4)
  })

  it('foreign keys are deferred no longer than a batch', async ({ db }) => {
    await batch(db, [sql`pragma defer_foreign_keys = on`, db.deleteFrom('review')])
    await assert.rejects(
      db.insertInto('book').values({ title: 'Ninth', author_id: 40 }).execute(),
      { code: 'ERR_SQLITE_FOREIGN_KEY' },
    )
    await sql`pragma defer_foreign_keys = on`.execute(db)
    await assert.rejects(
      db.insertInto('book').values({ title: 'Ninth', author_id: 40 }).execute(),
      { code: 'ERR_SQLITE_FOREIGN_KEY' },
    )
  })

  it('a controlled transaction commits', async ({ db }) => {
    const trx = await db.startTransaction().execute()
    await add(trx, 1)
    await trx.commit().execute()
    assert.equal(trx.isCommitted, true)
    assert.deepEqual(await yearsOf(db), [...BEFORE, 1])
    await assert.rejects(add(trx, 2), { message: /already committed/ })
  })

  it('a controlled transaction rolls back', async ({ db }) => {
    const trx = await db.startTransaction().execute()
    await add(trx, 1)
    await trx.rollback().execute()
    assert.equal(trx.isRolledBack, true)
    assert.deepEqual(await yearsOf(db), BEFORE)
    await assert.rejects(add(trx, 2), { message: /already rolled back/ })
  })

  it('rolling back to a savepoint keeps what was done before it', async ({ db }) => {
    const trx = await db.startTransaction().execute()
    await add(trx, 1)
    const saved = await trx.savepoint('a').execute()
    await add(saved, 2)
    await saved.schema.createTable('extra').addColumn('id', 'integer').execute()
    await saved.rollbackToSavepoint('a').execute()
    await add(trx, 3)
    await trx.commit().execute()
    assert.deepEqual(await yearsOf(db), [...BEFORE, 1, 3])
    assert.equal((await db.introspection.getTables()).length, 3)
  })

  it('a savepoint stays after it was rolled back to', async ({ db }) => {
    const trx = await db.startTransaction().execute()
    const saved = await trx.savepoint('a').execute()
    for (const year of [1, 2, 3]) {
      await add(saved, year)
      await saved.rollbackToSavepoint('a').execute()
      assert.deepEqual(await yearsOf(trx), BEFORE)
    }
    await add(saved, 4)
    await saved.releaseSavepoint('a').execute()
    await trx.commit().execute()
    assert.deepEqual(await yearsOf(db), [...BEFORE, 4])
  })

  it('rolling back to an outer savepoint takes the inner ones with it', async ({ db }) => {
    const trx = await db.startTransaction().execute()
    const outer = await trx.savepoint('outer').execute()
    await add(outer, 1)
    const inner = await outer.savepoint('inner').execute()
    await add(inner, 2)
    const innermost = await inner.savepoint('innermost').execute()
    await add(innermost, 3)
    await innermost.rollbackToSavepoint('outer').execute()
    assert.deepEqual(await yearsOf(trx), BEFORE)
    await assert.rejects(inner.rollbackToSavepoint('inner').execute(), {
      code: 'ERR_SQLITE_SAVEPOINT',
      message: /no savepoint inner; it has outer\./,
    })
    await add(trx, 4)
    await trx.commit().execute()
    assert.deepEqual(await yearsOf(db), [...BEFORE, 4])
  })

  it('releasing an outer savepoint keeps what was done in the inner ones', async ({ db }) => {
    const trx = await db.startTransaction().execute()
    const outer = await trx.savepoint('outer').execute()
    const inner = await outer.savepoint('inner').execute()
    await add(inner, 1)
    await inner.releaseSavepoint('outer').execute()
    await assert.rejects(inner.releaseSavepoint('inner').execute(), {
      code: 'ERR_SQLITE_SAVEPOINT',
    })
    await trx.commit().execute()
    assert.deepEqual(await yearsOf(db), [...BEFORE, 1])
  })

  it('what was released is taken back by the savepoint around it', async ({ db }) => {
    const trx = await db.startTransaction().execute()
    const outer = await trx.savepoint('outer').execute()
    const inner = await outer.savepoint('inner').execute()
    await add(inner, 1)
    await inner.releaseSavepoint('inner').execute()
    await outer.rollbackToSavepoint('outer').execute()
    await trx.commit().execute()
    assert.deepEqual(await yearsOf(db), BEFORE)
  })

  it('of two savepoints of one name the inner one counts', async ({ db }) => {
    const trx = await db.startTransaction().execute()
    const first = await trx.savepoint('same').execute()
    await add(first, 1)
    const second = await first.savepoint('Same').execute()
    await add(second, 2)
    await second.rollbackToSavepoint('same').execute()
    assert.deepEqual(await yearsOf(trx), [...BEFORE, 1])
    await second.releaseSavepoint('Same').execute()
    await first.rollbackToSavepoint('same').execute()
    assert.deepEqual(await yearsOf(trx), BEFORE)
    await trx.commit().execute()
  })

  it('a commit keeps what was done in savepoints that are open', async ({ db }) => {
    const trx = await db.startTransaction().execute()
    const saved = await (await trx.savepoint('a').execute()).savepoint('b').execute()
    await add(saved, 1)
    await saved.commit().execute()
    assert.deepEqual(await yearsOf(db), [...BEFORE, 1])
  })

  it('a rollback takes savepoints that are open with it', async ({ db }) => {
    const trx = await db.startTransaction().execute()
    const saved = await (await trx.savepoint('a').execute()).savepoint('b').execute()
    await add(saved, 1)
    await saved.rollback().execute()
    assert.deepEqual(await yearsOf(db), BEFORE)
    await db.transaction().execute((next) => add(next, 2))
    assert.deepEqual(await yearsOf(db), [...BEFORE, 2])
  })

  it('a transaction of a connection that is held', async ({ db }) => {
    await db.connection().execute(async (held) => {
      await add(held, 1)
      await held.transaction().execute((trx) => add(trx, 2))
      await add(held, 3)
    })
    assert.deepEqual(await yearsOf(db), [...BEFORE, 1, 2, 3])
  })

  it('rows that stream inside a transaction are those that it sees', async ({ db }) => {
    await db.transaction().execute(async (trx) => {
      await add(trx, 1)
      const years: unknown[] = []
      for await (const { born } of trx
        .selectFrom('author')
        .select('born')
        .orderBy('id')
        .stream(2)) {
        years.push(born)
      }
      assert.deepEqual(years, [...BEFORE, 1])
    })
  })
})
