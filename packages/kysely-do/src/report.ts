import { notify, type OnQuery } from '@node-cf/kysely-sqlite'
import type { CompiledQuery } from 'kysely'

/** What a query cost, as it is billed. */
export interface Usage {
  readonly rowsRead: number
  readonly rowsWritten: number
}

/** Queries that ended together. */
export interface Outcome {
  readonly queries: readonly CompiledQuery[]
  /** Of each query that ran, in the same order. */
  readonly usages: readonly Usage[]
  /** When they began, as `performance.now()` tells it. */
  readonly start: number
  readonly error: unknown
}

/** Tells `onQuery` of each query. */
export function report(onQuery: OnQuery, { queries, usages, start, error }: Outcome): void {
  const durationMs = performance.now() - start
  for (const [index, { sql }] of queries.entries()) {
    notify(onQuery, {
      sql,
      durationMs,
      rowsRead: usages[index]?.rowsRead,
      rowsWritten: usages[index]?.rowsWritten,
      region: undefined,
      attempts: 1,
      batchSize: queries.length,
      error,
    })
  }
}
