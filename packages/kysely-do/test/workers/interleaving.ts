import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { DurableObjectDialect } from '@node-cf/kysely-do'
import type { DurableObjectState, DurableObjectStorage } from '@cloudflare/workers-types'
import { DurableObject } from 'cloudflare:workers'
import { Kysely, sql } from 'kysely'
import type { ObjectNamespace } from './namespace.ts'

interface Tables {
  account: { id: number; owner: string; amount: number }
  transfer: { id: number; owner: string }
}

const ACCOUNTS = 10
const OPENING = 1000

const current = new AsyncLocalStorage<DurableObjectStorage>()

/** One Kysely for every object of the isolate. */
const db = new Kysely<Tables>({
  dialect: new DurableObjectDialect({
    storage: () => {
      const storage = current.getStore()
      if (storage === undefined) throw new Error('No object is being served.')
      return storage
    },
  }),
})

class Refusal extends Error {}

/** A bank, of which each request moves money between two accounts. */
export class Bank extends DurableObject {
  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env)
    const owner = ctx.id.name!
    ctx.storage.transactionSync(() => {
      ctx.storage.sql.exec('create table account (id integer primary key, owner text, amount real)')
      ctx.storage.sql.exec('create table transfer (id integer primary key, owner text)')
      for (let id = 0; id < ACCOUNTS; id += 1) {
        ctx.storage.sql.exec('insert into account values (?, ?, ?)', id, owner, OPENING)
      }
    })
  }

  fetch(request: Request): Promise<Response> {
    return current.run(this.ctx.storage, () => this.#serve(new URL(request.url)))
  }

  async #serve({ pathname, searchParams }: URL): Promise<Response> {
    const turn = Number(searchParams.get('turn'))
    if (pathname === '/sums') return Response.json(await sums())
    // Requests wait before they begin and overtake each other.
    await wait((turn * 7) % 13)
    try {
      await (pathname === '/carelessly' ? carelessly(turn) : this.#transfer(turn))
      return Response.json('moved')
    } catch (error) {
      if (error instanceof Refusal) return Response.json('refused')
      throw error
    }
  }

  async #transfer(turn: number): Promise<void> {
    const [from, to, amount] = [turn % ACCOUNTS, (turn * 3 + 1) % ACCOUNTS, (turn % 17) + 1]
    if (turn % 4 === 0) {
      // Without a transaction, while others have theirs open.
      await db
        .updateTable('account')
        .set(({ eb }) => ({ amount: eb('amount', '+', 1) }))
        .where('id', '=', from)
        .execute()
      await db.insertInto('transfer').values({ id: turn, owner: this.ctx.id.name! }).execute()
      return
    }
    await db.transaction().execute(async (trx) => {
      const before = await balance(trx, from)
      await trx
        .updateTable('account')
        .set({ amount: before - amount })
        .where('id', '=', from)
        .execute()
      // A wait for what begins inside of the transaction, in every ninth.
      if (turn % 9 === 0) await wait(1)
      const other = await balance(trx, to)
      if (turn % 5 === 0) throw new Refusal()
      await trx
        .updateTable('account')
        .set({ amount: other + amount })
        .where('id', '=', to)
        .execute()
      await trx.insertInto('transfer').values({ id: turn, owner: this.ctx.id.name! }).execute()
    })
  }
}

/** What goes wrong without a transaction: another request writes between the read and the write. */
async function carelessly(turn: number): Promise<void> {
  const before = await balance(db, 0)
  await wait(1)
  await db
    .updateTable('account')
    .set({ amount: before + turn })
    .where('id', '=', 0)
    .execute()
}

async function balance(from: Kysely<Tables>, id: number): Promise<number> {
  const row = await from
    .selectFrom('account')
    .select('amount')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return row.amount
}

function sums(): Promise<unknown> {
  return db
    .selectNoFrom([
      sql<number>`(select sum(amount) from account)`.as('amount'),
      sql<number>`(select count(*) from transfer)`.as('transfers'),
      sql<string>`(select group_concat(distinct owner) from
        (select owner from account union all select owner from transfer))`.as('owners'),
    ])
    .executeTakeFirstOrThrow()
}

export default {
  /** Sends requests `/transfer` to objects all at once, and returns their sums. */
  async fetch(request: Request, { BANK }: { BANK: ObjectNamespace }): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    const banks = Number(searchParams.get('banks'))
    const turns = Number(searchParams.get('turns'))
    const names = Array.from({ length: banks }, (_, index) => `${pathname.slice(1)}-${index}`)
    const requests = names.flatMap((name) =>
      Array.from({ length: turns }, async (_, turn) => {
        const response = await BANK.getByName(name).fetch(`http://bank${pathname}?turn=${turn}`)
        return { name, answer: await response.json() }
      }),
    )
    const answers = await Promise.all(requests)
    const results = await Promise.all(
      names.map(async (name) => ({
        name,
        refused: answers.filter((each) => each.name === name && each.answer === 'refused').length,
        ...((await (await BANK.getByName(name).fetch('http://bank/sums')).json()) as object),
      })),
    )
    return Response.json(results)
  },
}
