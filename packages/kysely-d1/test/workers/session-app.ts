import type { D1Database } from '@cloudflare/workers-types'
import { D1Dialect, type SessionScope } from '@node-cf/kysely-d1'
import { Kysely } from 'kysely'
import { getContext } from '../../../bridge/src/index.ts'

interface Tables {
  note: { id: number; text: string }
}

/** Options of a session whose cookie has every attribute. */
export const strictSession = {
  constraint: 'first-primary',
  cookie: {
    name: 'b',
    path: '/strict',
    domain: 'example.com',
    maxAge: 60,
    secure: false,
    sameSite: 'strict',
  },
} as const

/** What the apps of both frameworks do. */
export class Notes {
  readonly #db: Kysely<Tables>
  readonly #dialect: D1Dialect
  readonly #current: () => SessionScope | undefined

  constructor(current: () => SessionScope | undefined) {
    this.#current = current
    this.#dialect = new D1Dialect({
      database: () => getContext<{ DB: D1Database }>().env.DB,
      session: current,
    })
    this.#db = new Kysely({ dialect: this.#dialect })
  }

  async setUp(): Promise<void> {
    await this.#db.schema.createTable('note').ifNotExists().addColumn('text', 'text').execute()
  }

  async add(text: string): Promise<void> {
    await this.#db
      .insertInto('note')
      .values({ text } as never)
      .execute()
  }

  async count(): Promise<{ notes: number; bookmark: string | null }> {
    const rows = await this.#db.selectFrom('note').select('text').execute()
    return { notes: rows.length, bookmark: this.#dialect.bookmark }
  }

  /** Lets other requests come in between its queries; tells whose session it had before and after. */
  async slow(): Promise<{ isSame: boolean; bookmark: string | null }> {
    const scope = this.#current()
    await this.count()
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
    const { bookmark } = await this.count()
    return { isSame: scope !== undefined && this.#current() === scope, bookmark }
  }
}
