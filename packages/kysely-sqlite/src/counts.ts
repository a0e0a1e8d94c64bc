import type { QueryResult } from 'kysely'
import type { BoundValue } from './codec.ts'
import type { Statement } from './statement.ts'

/** How many rows a statement changed, and the rowid of the last one that it inserted. */
export type Counts = Pick<QueryResult<unknown>, 'insertId' | 'numAffectedRows'>

/** SQL and what it binds. */
export interface BoundStatement {
  readonly sql: string
  readonly parameters: readonly BoundValue[]
}

const CHANGES: BoundStatement = { sql: 'select changes() as changes', parameters: [] }

// A rowid may need all 64 bits. A table without rowids leaves that of an earlier insert in place.
const CHANGES_AND_ROWID: BoundStatement = {
  sql: 'select changes() as changes, cast(last_insert_rowid() as text) as rowid, 0 as wr',
  parameters: [],
}

const CHANGES_AND_WHETHER_ROWID =
  'select changes() as changes, cast(last_insert_rowid() as text) as rowid, (select wr from pragma_table_list(?)) as wr'

/**
 * The query that tells what a statement did, to be run right after it on the same connection: what
 * the platforms report themselves counts cascades, triggers and index entries too.
 *
 * @param statement The kind of the statement
 * @param hasRowid Whether the table of an insert has rowids, where the caller knows: the query then
 *   need not ask
 * @returns The query, or `undefined` for a statement that changes no rows
 */
export function countingQuery(
  statement: Statement,
  hasRowid?: boolean,
): BoundStatement | undefined {
  switch (statement.kind) {
    case 'insert':
      if (statement.isUpsert === true || statement.table === undefined) return CHANGES
      if (hasRowid !== undefined) return hasRowid ? CHANGES_AND_ROWID : CHANGES
      return { sql: CHANGES_AND_WHETHER_ROWID, parameters: [statement.table] }
    case 'update':
    case 'delete':
      return CHANGES
    case 'read':
    case 'other':
      return undefined
  }
}

/**
 * Reads the row of a {@link countingQuery}.
 *
 * @param row The one row that it returned
 * @returns The counts; no `insertId` where nothing was inserted or the table has no rowids, nor
 *   after an upsert, of which SQLite does not tell whether it inserted
 */
export function countsOf(row: Readonly<Record<string, unknown>> | undefined): Counts {
  const { changes, rowid, wr } = row ?? {}
  const numAffectedRows = BigInt(changes as number)
  return numAffectedRows > 0n && typeof rowid === 'string' && wr === 0
    ? { numAffectedRows, insertId: BigInt(rowid) }
    : { numAffectedRows }
}
