import type { BoundStatement } from '@node-cf/kysely-sqlite'

/** As much of what D1 tells about a statement as is used here. */
export interface D1Meta {
  readonly rows_read?: number | undefined
  readonly rows_written?: number | undefined
  readonly served_by_region?: string | undefined
  readonly total_attempts?: number | undefined
}

/** What one statement returned. */
export interface D1StatementResult {
  /** Blobs may be arrays of numbers. */
  readonly rows: Record<string, unknown>[]
  /** Missing where the caller said that it is not needed. */
  readonly meta?: D1Meta | undefined
}

export interface D1ExecuteOptions {
  /** Whether the caller relies on all of the statements taking effect, or none. */
  readonly atomic: boolean
  /** Whether the results need their `meta`, which can cost time. */
  readonly meta: boolean
  readonly signal?: AbortSignal | undefined
}

/**
 * What runs statements on a D1 database: the binding, one of its sessions, or the HTTP API. What
 * it throws is made a `SqliteError` by its caller, unless it is one.
 */
export interface D1Session {
  /**
   * Runs statements in their order, no other between them.
   *
   * @param statements At least one; their limits are checked
   * @param options What the caller needs
   * @returns A result for each statement
   */
  execute(
    statements: readonly BoundStatement[],
    options: D1ExecuteOptions,
  ): Promise<D1StatementResult[]>
}
