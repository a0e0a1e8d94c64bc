import { batch } from '@node-cf/kysely-do'
import { sql } from 'kysely'
import { add, namesIn, type Scenario, scenarioObject, toObject } from './scenario.ts'

const TIMEOUT = 300

function wait(milliseconds: number): Promise<unknown> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

/** A transaction that waits for something between two queries. */
function waitingFor(prepare: (request: Request) => () => Promise<unknown>): Scenario {
  return async ({ createDb, request }) => {
    const db = createDb({ transactionTimeout: TIMEOUT })
    const until = prepare(request)
    await db.transaction().execute(async (trx) => {
      await add(trx, 'first')
      await until()
      await add(trx, 'second')
    })
  }
}

/** What began before the transaction. */
function already(begin: (request: Request) => Promise<unknown>): Scenario {
  return waitingFor((request) => {
    const begun = begin(request)
    return () => begun
  })
}

/** What begins inside the transaction. */
function inside(begin: (request: Request) => Promise<unknown>): Scenario {
  return waitingFor((request) => () => begin(request))
}

interface Step {
  readonly do: 'add' | 'savepoint' | 'release' | 'rollback'
  readonly name: string
}

const scenarios: Record<string, Scenario> = {
  names: ({ db }) => namesIn(db),

  'timer-before': already(() => wait(10)),
  'fetch-before': already(() => fetch('http://slow/?20').then((response) => response.text())),
  'body-before': already((request) => request.text()),
  'timer-inside': inside(() => wait(10)),
  'fetch-inside': inside(() => fetch('http://slow/?20').then((response) => response.text())),
  'body-inside': inside((request) => request.text()),
  'digest-inside': inside(() => crypto.subtle.digest('SHA-256', new Uint8Array(9))),
  'key-inside': async ({ ctx, db }) => {
    await ctx.storage.put('key', 1)
    await db
      .transaction()
      .execute(async (trx) => {
        await add(trx, 'first')
        await ctx.storage.put('key', 2)
        await add(trx, 'second')
        throw new Error('stop')
      })
      .catch(() => {})
    return [await ctx.storage.get('key'), await namesIn(db)]
  },

  /** The second awaits in a savepoint, where timers of the transaction itself do not fire. */
  'timer-before-savepoint': async ({ createDb }) => {
    const begun = wait(10)
    const trx = await createDb({ transactionTimeout: TIMEOUT }).startTransaction().execute()
    await add(trx, 'first')
    const saved = await trx.savepoint('a').execute()
    await add(saved, 'second')
    await begun
    await saved.releaseSavepoint('a').execute()
  },

  /** Kysely itself would wait for ever: the connection is used by the transaction. */
  'held-connection-inside': async ({ createDb }) => {
    await createDb({ transactionTimeout: TIMEOUT })
      .connection()
      .execute((held) =>
        held.transaction().execute(async (trx) => {
          await add(trx, 'first')
          await add(held, 'second')
        }),
      )
  },

  'never-ends': async ({ createDb }) => {
    await createDb({ transactionTimeout: TIMEOUT })
      .transaction()
      .execute(async (trx) => {
        await add(trx, 'first')
        await new Promise(() => {})
      })
  },

  'left-open': async ({ createDb }) => {
    const trx = await createDb({ transactionTimeout: TIMEOUT }).startTransaction().execute()
    await add(await trx.savepoint('a').execute(), 'first')
  },

  'commit-too-late': async ({ createDb }) => {
    const trx = await createDb({ transactionTimeout: TIMEOUT }).startTransaction().execute()
    await add(trx, 'first')
    await wait(2 * TIMEOUT)
    await trx.commit().execute()
  },

  'rollback-too-late': async ({ createDb }) => {
    const trx = await createDb({ transactionTimeout: TIMEOUT }).startTransaction().execute()
    await add(trx, 'first')
    await wait(2 * TIMEOUT)
    await trx.rollback().execute()
    return 'nothing is left to do'
  },

  /** What the transaction set off goes on beside it; only what it awaits can hold it up. */
  'not-awaited': async ({ db }) => {
    let beside: Promise<void> | undefined
    await db.transaction().execute(async (trx) => {
      await add(trx, 'first')
      beside = add(db, 'beside')
      for (let turn = 0; turn < 30; turn += 1) {
        await wait(10)
        await sql`select 1`.execute(trx)
      }
      await add(trx, 'second')
    })
    await beside
    return namesIn(db)
  },

  /** The query that waits is asked for outside of the savepoint in which it is awaited. */
  'outer-db-awaited-in-a-savepoint': async ({ db }) => {
    const trx = await db.startTransaction().execute()
    const beside = add(db, 'beside')
    const saved = await trx.savepoint('a').execute()
    try {
      await beside
    } finally {
      await saved.rollback().execute()
    }
  },

  'outer-batch-inside': async ({ db }) => {
    await db.transaction().execute(async (trx) => {
      await add(trx, 'first')
      await batch(db, [db.selectFrom('entry').selectAll()])
    })
  },

  'aborted-while-waiting': async ({ db }) => {
    const controller = new AbortController()
    let waiting: Promise<unknown> | undefined
    await db.transaction().execute(async (trx) => {
      waiting = db.deleteFrom('entry').execute({ signal: controller.signal })
      waiting.catch(() => {})
      await add(trx, 'first')
      controller.abort('enough')
      await add(trx, 'second')
    })
    return waiting!.catch((error: unknown) => error)
  },

  /** Bare SQL after a stream was left: no help of the dialect then. */
  'stream-left': async ({ ctx, db }) => {
    for (let row = 0; row < 300; row += 1) await add(db, `${row}`)
    for await (const { name } of db.selectFrom('entry').select('name').stream(10)) {
      if (name === '5') break
    }
    ctx.storage.sql.exec('drop table entry')
  },

  /** While another critical section is open, a transaction has yet to begin. */
  'inside-block-concurrency-while': async ({ ctx, db }) => {
    const order: string[] = []
    const blocked = ctx.blockConcurrencyWhile(async () => {
      await wait(5)
      await add(db, 'statement')
      await db.transaction().execute((trx) => add(trx, 'blocked'))
      order.push('blocked')
    })
    const other = db.transaction().execute(async (trx) => {
      await add(trx, 'other')
      order.push('other')
    })
    await Promise.all([blocked, other])
    return [order, await namesIn(db)]
  },

  /** Runs the steps in one transaction; tells after each which names there are. */
  steps: async ({ db, request }) => {
    const { steps, end } = (await request.json()) as { steps: Step[]; end: 'commit' | 'rollback' }
    await db.deleteFrom('entry').execute()
    let trx = await db.startTransaction().execute()
    const seen: unknown[] = []
    for (const step of steps) {
      const named = trx as typeof trx & {
        releaseSavepoint(name: string): { execute(): Promise<typeof trx> }
        rollbackToSavepoint(name: string): { execute(): Promise<typeof trx> }
      }
      try {
        if (step.do === 'add') await add(trx, step.name)
        else if (step.do === 'savepoint') trx = await trx.savepoint(step.name).execute()
        else if (step.do === 'release') trx = await named.releaseSavepoint(step.name).execute()
        else trx = await named.rollbackToSavepoint(step.name).execute()
        seen.push(await namesIn(trx))
      } catch (error) {
        seen.push((error as { code?: string }).code)
      }
    }
    await trx[end]().execute()
    seen.push(await namesIn(db))
    return seen
  },
}

export const TestObject = scenarioObject(scenarios)
export default { fetch: toObject }
