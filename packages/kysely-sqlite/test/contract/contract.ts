import type { OnQuery } from '@node-cf/kysely-sqlite'
import type { Kysely, KyselyConfig } from 'kysely'
import { type Database, resetDatabase } from './database.ts'

/** What only some databases can do. */
export type Feature = 'streaming' | 'transactions'

/** The database under test. */
export interface ContractEnvironment {
  readonly features: readonly Feature[]
  /** A new Kysely on the same database. */
  readonly createDb: <Tables = Database>(config?: DbConfig) => Kysely<Tables>
}

/** What a case may ask of the Kysely that it works with. */
export type DbConfig = Pick<KyselyConfig, 'log' | 'plugins'> & {
  onQuery?: OnQuery
}

export interface ContractContext extends ContractEnvironment {
  readonly db: Kysely<Database>
}

/** A case of the contract, which runs where the database is: in a Worker, an object, or on Node. */
export interface ContractCase {
  /** Unique among all cases. */
  readonly name: string
  readonly needs: readonly Feature[]
  readonly run: (context: ContractContext) => Promise<void>
}

type Run = ContractCase['run']

/** Defines cases of one area; `it.needs` those that only some databases can pass. */
export interface Define {
  (name: string, run: Run): void
  needs(feature: Feature, name: string, run: Run): void
}

/** Collects the cases of one area. */
export function contract(area: string, define: (it: Define) => void): ContractCase[] {
  const cases: ContractCase[] = []
  const add = (needs: readonly Feature[], name: string, run: Run): void => {
    cases.push({ name: `${area}: ${name}`, needs, run })
  }
  define(Object.assign((name: string, run: Run) => add([], name, run), {
    needs: (feature: Feature, name: string, run: Run) => add([feature], name, run),
  }))
  return cases
}

/** Runs one case on the tables and rows that every case begins with. */
export async function runCase(
  { run }: ContractCase,
  environment: ContractEnvironment,
): Promise<void> {
  const db: Kysely<Database> = environment.createDb()
  await resetDatabase(db)
  await run({ ...environment, db })
}
