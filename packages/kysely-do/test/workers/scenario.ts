import { DurableObjectDialect, type DurableObjectDialectOptions } from '@node-cf/kysely-do'
import type { DurableObjectState } from '@cloudflare/workers-types'
import { DurableObject } from 'cloudflare:workers'
import { type Generated, Kysely } from 'kysely'
import type { ObjectNamespace } from './namespace.ts'

/** The table of every object: amounts with a name. */
export interface Tables {
  entry: { id: Generated<number>; name: string; amount: number }
}

/** What a scenario works with: an object that has the table. */
export interface ScenarioContext {
  readonly ctx: DurableObjectState
  readonly request: Request
  readonly db: Kysely<Tables>
  readonly createDb: (options?: Partial<DurableObjectDialectOptions>) => Kysely<Tables>
}

/** What runs inside an object; the JSON of its result is the answer. */
export type Scenario = (context: ScenarioContext) => Promise<unknown>

/** Makes the class of an object that runs a scenario by the last part of the path. */
export function scenarioObject(
  scenarios: Readonly<Record<string, Scenario>>,
): typeof DurableObject<unknown> {
  return class extends DurableObject {
    async fetch(request: Request): Promise<Response> {
      const { storage } = this.ctx
      storage.sql.exec(
        'create table if not exists entry (id integer primary key, name text not null, amount real not null)',
      )
      const createDb: ScenarioContext['createDb'] = (options) =>
        new Kysely<Tables>({ dialect: new DurableObjectDialect({ storage, ...options }) })
      const name = new URL(request.url).pathname.split('/').at(-1) ?? ''
      try {
        const scenario = scenarios[name]
        if (scenario === undefined) throw new Error(`There is no scenario "${name}"`)
        const result = await scenario({ ctx: this.ctx, request, db: createDb(), createDb })
        return Response.json(result ?? null)
      } catch (error) {
        return Response.json(describe(error), { status: 500 })
      }
    }
  }
}

/** Passes `/<object>/<scenario>` on to the object of that name. */
export function toObject(
  request: Request,
  { OBJECT }: { OBJECT: ObjectNamespace },
): Promise<Response> {
  return OBJECT.getByName(new URL(request.url).pathname.split('/')[1]!).fetch(request)
}

/** The names of what the object has stored. */
export async function namesIn(db: Kysely<Tables>): Promise<string[]> {
  const rows = await db.selectFrom('entry').select('name').orderBy('id').execute()
  return rows.map(({ name }) => name)
}

export async function add(db: Kysely<Tables>, name: string, amount = 0): Promise<void> {
  await db.insertInto('entry').values({ name, amount }).execute()
}

function describe(error: unknown): object {
  const { name, message, code, sql } = error as Error & { code?: string; sql?: string }
  return { name, message, code, sql }
}
