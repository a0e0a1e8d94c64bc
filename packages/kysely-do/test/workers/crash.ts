import { add, namesIn, type Scenario, scenarioObject, toObject } from './scenario.ts'

/** Never answers: the object ends before. */
const never = new Promise<never>(() => {})

const scenarios: Record<string, Scenario> = {
  names: ({ db }) => namesIn(db),

  before: ({ db }) => add(db, 'before'),

  transaction: async ({ ctx, db }) => {
    await db.transaction().execute(async (trx) => {
      await add(trx, 'first')
      await trx.deleteFrom('entry').where('name', '=', 'before').execute()
      ctx.abort('in the middle of a transaction')
      return never
    })
  },

  savepoint: async ({ ctx, db }) => {
    const trx = await db.startTransaction().execute()
    await add(trx, 'first')
    const saved = await trx.savepoint('a').execute()
    await add(saved, 'second')
    await saved.releaseSavepoint('a').execute()
    await saved.savepoint('b').execute()
    await add(saved, 'third')
    ctx.abort('in the middle of a transaction')
    return never
  },

  schema: async ({ ctx, db }) => {
    await db.transaction().execute(async (trx) => {
      await trx.schema.alterTable('entry').renameTo('other').execute()
      await trx.schema.createTable('extra').addColumn('id', 'integer').execute()
      await new Promise((resolve) => setTimeout(resolve, 5))
      ctx.abort('in the middle of a transaction')
      return never
    })
  },

  /** What was committed before the abort, and waited for, is there. */
  committed: async ({ ctx, db }) => {
    await db.transaction().execute(async (trx) => {
      await add(trx, 'first')
      await add(trx, 'second')
    })
    await ctx.storage.sync()
    ctx.abort('after the commit')
    return never
  },

  /** Stays open for longer than the process lives. */
  open: async ({ db }) => {
    await db.transaction().execute(async (trx) => {
      await add(trx, 'first')
      await trx.deleteFrom('entry').where('name', '=', 'before').execute()
      console.log('the transaction is open')
      await new Promise((resolve) => setTimeout(resolve, 8000))
    })
  },

  two: ({ db }) =>
    db.transaction().execute(async (trx) => {
      await add(trx, 'first')
      await add(trx, 'second')
    }),

  tables: async ({ db }) => {
    const tables = await db.introspection.getTables()
    return tables.map(({ name }) => name)
  },
}

export const TestObject = scenarioObject(scenarios)
export default {
  async fetch(request: Request, env: Parameters<typeof toObject>[1]): Promise<Response> {
    try {
      return await toObject(request, env)
    } catch (error) {
      return Response.json(String(error), { status: 500 })
    }
  },
}
