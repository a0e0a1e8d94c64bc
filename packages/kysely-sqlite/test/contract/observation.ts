import assert from 'node:assert/strict'
import { batch, type QueryEvent } from '@node-cf/kysely-sqlite'
import { type LogEvent, sql } from 'kysely'
import { contract, type ContractCase } from './contract.ts'

export const eventCases: ContractCase[] = contract('onQuery', (it) => {
  it('is told of a read', async ({ createDb }) => {
    const events: QueryEvent[] = []
    const db = createDb({ onQuery: (event) => events.push(event) })
    await db.selectFrom('author').selectAll().where('first_name', '=', 'Italo').execute()
    const [event] = events
    assert.equal(events.length, 1)
    assert.equal(event!.sql, 'select * from "author" where "first_name" = ?')
    assert.equal(event!.error, undefined)
    assert.equal(event!.attempts, 1)
    assert.equal(event!.batchSize, 1)
    assert.ok(event!.durationMs >= 0)
    assert.equal(event!.rowsRead, 3)
    assert.equal(event!.rowsWritten, 0)
  })

  it('is told of a write', async ({ createDb }) => {
    const events: QueryEvent[] = []
    const db = createDb({ onQuery: (event) => events.push(event) })
    const result = await db.insertInto('review').values({ book_id: 1, stars: 1 }).executeTakeFirst()
    assert.equal(result.insertId, 4n)
    assert.equal(events.length, 1)
    assert.match(events[0]!.sql, /^insert into "review"/)
    assert.equal(events[0]!.rowsWritten, 1)
  })

  it('is told of a failure, without values', async ({ createDb }) => {
    const events: QueryEvent[] = []
    const db = createDb({ onQuery: (event) => events.push(event) })
    const insert = db.insertInto('book').values({ title: 'Elements', author_id: 1 }).execute()
    await assert.rejects(insert)
    assert.equal(events.length, 1)
    assert.equal((events[0]!.error as { code?: string }).code, 'ERR_SQLITE_UNIQUE')
    assert.doesNotMatch(JSON.stringify(events), /Elements/)
  })

  it('is told of each query of a batch', async ({ createDb }) => {
    const events: QueryEvent[] = []
    const db = createDb({ onQuery: (event) => events.push(event) })
    await batch(db, [
      db.deleteFrom('review').where('id', '=', 1),
      db.selectFrom('author').select('id'),
    ])
    assert.deepEqual(
      events.map(({ sql: text, batchSize }) => [text, batchSize]),
      [
        ['delete from "review" where "id" = ?', 2],
        ['select "id" from "author"', 2],
      ],
    )
  })

  it('harms no query by throwing', async ({ createDb }) => {
    const { error } = console
    const logged: unknown[] = []
    console.error = (...values: unknown[]) => logged.push(...values)
    try {
      const db = createDb({
        onQuery: () => {
          throw new RangeError('observer')
        },
      })
      assert.equal((await db.selectFrom('author').select('id').execute()).length, 3)
      assert.ok(logged.some((value) => value instanceof RangeError))
    } finally {
      console.error = error
    }
  })
})

export const logCases: ContractCase[] = contract('log', (it) => {
  it('is told of queries and errors', async ({ createDb }) => {
    const events: LogEvent[] = []
    const db = createDb({ log: (event) => void events.push(event) })
    await db.selectFrom('author').select('id').execute()
    await assert.rejects(sql`selct`.execute(db))
    assert.deepEqual(
      events.map(({ level, query }) => [level, query.sql]),
      [
        ['query', 'select "id" from "author"'],
        ['error', 'selct'],
      ],
    )
  })
})

export const abortCases: ContractCase[] = contract('signal', (it) => {
  it('that is aborted already, sends nothing', async ({ db }) => {
    const signal = AbortSignal.abort(new RangeError('enough'))
    const query = db.deleteFrom('review').compile()
    await assert.rejects(db.executeQuery(query, { signal }), RangeError)
    await assert.rejects(db.deleteFrom('review').execute({ signal }), RangeError)
    assert.equal((await db.selectFrom('review').select('id').execute()).length, 3)
  })

  it('that is aborted meanwhile, ends the waiting', async ({ db }) => {
    const controller = new AbortController()
    const query = db.selectFrom('author').select('id').execute({ signal: controller.signal })
    controller.abort(new RangeError('enough'))
    await assert.rejects(query, RangeError)
    assert.equal((await db.selectFrom('author').select('id').execute()).length, 3)
  })

  it('that is never aborted, changes nothing', async ({ db }) => {
    const { signal } = new AbortController()
    const result = await db
      .insertInto('review')
      .values({ book_id: 1, stars: 1 })
      .executeTakeFirst({ signal })
    assert.equal(result.insertId, 4n)
  })
})
