import assert from 'node:assert/strict'
import type { QueryEvent } from '@node-cf/kysely-sqlite'
import { CamelCasePlugin, type Kysely, sql } from 'kysely'
import { contract, type ContractCase } from './contract.ts'
import type { Database } from './database.ts'

const ROWS = 1000

/** Makes reviews with the ids from 1 to 1000. */
async function fill(db: Kysely<Database>): Promise<void> {
  await db.deleteFrom('review').execute()
  await sql`with recursive ids (id) as (select 1 union all select id + 1 from ids where id < ${ROWS})
    insert into review (id, book_id, stars) select id, 1, 1 + id % 5 from ids`.execute(db)
}

function reviews(db: Kysely<Database>, chunkSize?: number): AsyncIterableIterator<{ id: number }> {
  return db.selectFrom('review').select('id').orderBy('id').stream(chunkSize)
}

/** Fails as long as a cursor is open anywhere in the database. */
async function dropReviews(db: Kysely<Database>): Promise<void> {
  await db.schema.dropTable('review').execute()
}

export const streamingCases: ContractCase[] = contract('streaming', (define) => {
  const it = (name: string, run: ContractCase['run']): void => define.needs('streaming', name, run)

  it('every row in its order, whatever the size of a chunk', async ({ db }) => {
    await fill(db)
    for (const chunkSize of [1, 7, 100, ROWS - 1, ROWS, ROWS + 1, 1e9]) {
      const ids: number[] = []
      for await (const { id } of reviews(db, chunkSize)) ids.push(id)
      assert.equal(ids.length, ROWS, `chunks of ${chunkSize}`)
      assert.ok(ids.every((id, index) => id === index + 1))
    }
  })

  it('no rows', async ({ db }) => {
    const rows = []
    for await (const row of db.selectFrom('author').selectAll().where('id', '<', 0).stream()) {
      rows.push(row)
    }
    assert.deepEqual(rows, [])
  })

  it('values and plugins as in other queries', async ({ createDb }) => {
    const db = createDb<{ author: { id: number; firstName: string; born: number } }>({
      plugins: [new CamelCasePlugin()],
    })
    const rows = []
    const query = db
      .selectFrom('author')
      .select(['firstName', sql<Uint8Array>`x'00ff'`.as('someBytes')])
      .where('born', '=', 1923)
    for await (const row of query.stream()) rows.push(row)
    assert.deepEqual(rows, [{ firstName: 'Italo', someBytes: new Uint8Array([0, 255]) }])
  })

  it('a size of chunks that is none is refused', async ({ db }) => {
    for (const chunkSize of [0, -1, 1.5, Number.NaN, Infinity]) {
      await assert.rejects(reviews(db, chunkSize).next(), {
        code: 'ERR_SQLITE_ARGUMENT',
        message: new RegExp(`whole number from 1; got ${chunkSize}`),
      })
    }
  })

  it('the error of a query that is wrong', async ({ db }) => {
    const query = db
      .selectFrom('nowhere' as 'review')
      .select('id')
      .stream()
    await assert.rejects(query.next(), {
      code: 'ERR_SQLITE_NO_SUCH_TABLE',
      sql: 'select "id" from "nowhere"',
    })
  })

  it('other queries run while it is open', async ({ db }) => {
    await fill(db)
    let seen = 0
    for await (const { id } of reviews(db, 10)) {
      seen += 1
      if (id % 100 !== 0) continue
      await db.updateTable('review').set({ text: 'seen' }).where('id', '=', id).execute()
      await db.transaction().execute(async (trx) => {
        await trx.updateTable('review').set({ stars: 5 }).where('id', '=', id).execute()
      })
    }
    assert.equal(seen, ROWS)
    const { count } = await db
      .selectFrom('review')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('text', '=', 'seen')
      .executeTakeFirstOrThrow()
    assert.equal(count, 10)
  })

  it('what a transaction wrote is not seen before it is committed', async ({ db }) => {
    await fill(db)
    const stream = db.selectFrom('review').select(['id', 'stars']).orderBy('id').stream(1)
    await stream.next()
    let next: ReturnType<typeof stream.next> | undefined
    const outcome = db.transaction().execute(async (trx) => {
      await trx.updateTable('review').set({ stars: 5 }).execute()
      next = stream.next()
      await trx.selectFrom('review').select('id').where('id', '=', 1).execute()
      throw new Error('stop')
    })
    await assert.rejects(outcome, { message: 'stop' })
    assert.deepEqual(await next, { done: false, value: { id: 2, stars: 3 } })
    await stream.return?.()
  })

  for (const [how, leave] of [
    ['a break', leaveByBreak],
    ['a return', leaveByReturn],
    ['an error', leaveByThrowing],
    ['nothing, the stream being forgotten,', leaveAbandoned],
  ] satisfies [string, (db: Kysely<Database>) => Promise<unknown>][]) {
    it(`no lock is left by ${how} in the middle`, async ({ db }) => {
      await fill(db)
      await leave(db)
      await db.insertInto('review').values({ book_id: 1, stars: 1 }).execute()
      await db.transaction().execute(async (trx) => {
        await trx.deleteFrom('review').where('id', '>', 10).execute()
      })
      await dropReviews(db)
    })
  }

  it('no lock is left by a stream of which a transaction read a part', async ({ db }) => {
    await fill(db)
    await db.transaction().execute(async (trx) => {
      for await (const { id } of reviews(trx)) if (id === 3) break
      await dropReviews(trx)
    })
  })

  it('a stream whose table is dropped says so', async ({ db }) => {
    await fill(db)
    const stream = reviews(db, 1)
    await stream.next()
    await dropReviews(db)
    await assert.rejects(stream.next(), { code: 'ERR_SQLITE_STREAM', message: /tables changed/ })
  })

  it('a stream goes on after a transaction that changed rows was taken back', async ({ db }) => {
    await fill(db)
    const stream = reviews(db, 1)
    await stream.next()
    const outcome = db.transaction().execute(async (trx) => {
      await trx.updateTable('author').set({ born: 1 }).execute()
      await trx.deleteFrom('review').execute()
      throw new Error('stop')
    })
    await assert.rejects(outcome, { message: 'stop' })
    assert.deepEqual(await stream.next(), { done: false, value: { id: 2 } })
    await stream.return?.()
  })

  it('a stream that cannot go on after changed tables were taken back says so', async ({ db }) => {
    await fill(db)
    const stream = reviews(db, 1)
    await stream.next()
    const outcome = db.transaction().execute(async (trx) => {
      await trx.schema.createTable('extra').addColumn('id', 'integer').execute()
      throw new Error('stop')
    })
    await assert.rejects(outcome, { message: 'stop' })
    await assert.rejects(stream.next(), { code: 'ERR_SQLITE_STREAM' })
    await dropReviews(db)
  })

  it('what writes is carried out whole, and returns its rows', async ({ db }) => {
    await fill(db)
    const stream = db
      .updateTable('review')
      .set({ stars: 5 })
      .where('id', '<=', 10)
      .returning('id')
      .stream(1)
    const first = await stream.next()
    assert.deepEqual(first, { done: false, value: { id: 1 } })
    await stream.return?.()
    const { count } = await db
      .selectFrom('review')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('stars', '=', 5)
      .where('id', '<=', 10)
      .executeTakeFirstOrThrow()
    assert.equal(count, 10)
  })

  it('an aborted signal ends it', async ({ db }) => {
    await fill(db)
    const controller = new AbortController()
    const ids: number[] = []
    const query = db.selectFrom('review').select('id').orderBy('id')
    const reading = (async () => {
      for await (const { id } of query.stream({ chunkSize: 1, signal: controller.signal })) {
        ids.push(id)
        if (id === 3) controller.abort(new Error('enough'))
      }
    })()
    await assert.rejects(reading, { message: 'enough' })
    assert.deepEqual(ids, [1, 2, 3])
    await dropReviews(db)
  })

  it('onQuery is told when it ends, of the rows that were read', async ({ db, createDb }) => {
    await fill(db)
    const events: QueryEvent[] = []
    const watched = createDb({ onQuery: (event) => events.push(event) })
    for await (const { id } of reviews(watched, 10)) {
      assert.equal(events.length, 0)
      if (id === 25) break
    }
    assert.equal(events.length, 1)
    const [{ sql: text, rowsRead, rowsWritten, error }] = events as [QueryEvent]
    assert.equal(text, 'select "id" from "review" order by "id"')
    assert.ok(rowsRead! >= 25 && rowsRead! <= 40, String(rowsRead))
    assert.equal(rowsWritten, 0)
    assert.equal(error, undefined)
  })
})

async function leaveByBreak(db: Kysely<Database>): Promise<void> {
  for await (const { id } of reviews(db, 10)) if (id === 15) break
}

async function leaveByReturn(db: Kysely<Database>): Promise<number | undefined> {
  for await (const { id } of reviews(db, 10)) if (id === 15) return id
  return undefined
}

async function leaveByThrowing(db: Kysely<Database>): Promise<void> {
  const reading = (async () => {
    for await (const { id } of reviews(db, 10)) if (id === 15) throw new Error('no more')
  })()
  await assert.rejects(reading, { message: 'no more' })
}

async function leaveAbandoned(db: Kysely<Database>): Promise<void> {
  await reviews(db, 10).next()
}
