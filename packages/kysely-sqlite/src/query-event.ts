/** What `onQuery` is told about one query, once it has ended; never its parameters. */
export interface QueryEvent {
  readonly sql: string
  /** How long the query took as seen from the caller, in milliseconds, retries included. */
  readonly durationMs: number
  /** Rows that the database read, as it is billed. */
  readonly rowsRead: number | undefined
  /** Rows that the database wrote, index entries included, as it is billed. */
  readonly rowsWritten: number | undefined
  /** Where the database that answered runs, where the platform says so. */
  readonly region: string | undefined
  /** How often the query was sent, 1 where it was not sent again. */
  readonly attempts: number
  /** How many queries were sent together with this one, itself included; 1 where it was alone. */
  readonly batchSize: number
  /** What the query ended in, where it failed. */
  readonly error: unknown
}

/** A function that is told about queries; what it throws is logged and harms no query. */
export type OnQuery = (event: QueryEvent) => void

/**
 * Tells of a query that has ended.
 *
 * @param onQuery Who is told; what it throws is logged
 * @param event What happened
 */
export function notify(onQuery: OnQuery, event: QueryEvent): void {
  try {
    onQuery(event)
  } catch (error) {
    console.error(error)
  }
}
