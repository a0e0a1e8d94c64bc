import { type InsertObject, type InsertQueryBuilder, InsertResult, type Kysely, sql } from 'kysely'
import { batch } from './batch.ts'
import { SqliteError } from './errors.ts'
import { isBlob, jsonOf } from './json-values.ts'

/** What `insertMany` did. */
export interface InsertManyResult<Row> {
  /** How many rows were inserted, or updated by an upsert. */
  readonly numInsertedOrUpdatedRows: bigint
  /** What `returning` of the query returned; empty without one. */
  readonly rows: Row[]
}

/** Characters of JSON that go into one parameter, which may have 2,000,000 bytes. */
const DOCUMENT_LENGTH = 400_000

/** Rows that one statement inserts. */
interface Chunk {
  readonly columns: readonly string[]
  readonly rows: Record<string, unknown>[]
  /** The rows as JSON arrays of their values. */
  readonly json: string[]
  length: number
}

/**
 * Inserts any number of rows at once: all of them or, where one fails, none. Each statement carries
 * its rows in one parameter, so their number is not bound by that of parameters. The values are
 * stored as single inserts store them; columns that a row leaves out get their default.
 *
 * @param db The database
 * @param table The table
 * @param rows The rows; their values may not be expressions
 * @param refine Adds to the query, `onConflict` or `returning` say
 * @returns How many rows were inserted, and what `returning` returned
 * @throws {ParameterError} `ERR_SQLITE_PARAMETER` for what SQLite has no type for
 * @throws {SqliteError} With the code of what failed
 */
export async function insertMany<DB, Table extends keyof DB & string, Output = InsertResult>(
  db: Kysely<DB>,
  table: Table,
  rows: Iterable<InsertObject<DB, Table>>,
  refine?: (
    insert: InsertQueryBuilder<DB, Table, InsertResult>,
  ) => InsertQueryBuilder<DB, Table, Output>,
): Promise<InsertManyResult<Exclude<Output, InsertResult>>> {
  const queries = chunksOf(rows as Iterable<Record<string, unknown>>).map((chunk) => {
    const query = db.insertInto(table)
    const filled = isOrdinary(chunk)
      ? query.values(chunk.rows as InsertObject<DB, Table>[])
      : query.columns(chunk.columns as never).expression(selectionOf(chunk))
    return refine === undefined ? filled : refine(filled)
  })
  const returned: unknown[] = (await batch(db, queries)).flat()
  const results = returned.filter((row) => row instanceof InsertResult)
  const inserted = results.reduce((sum, row) => sum + (row.numInsertedOrUpdatedRows ?? 0n), 0n)
  return results.length > 0
    ? { numInsertedOrUpdatedRows: inserted, rows: [] }
    : { numInsertedOrUpdatedRows: BigInt(returned.length), rows: returned as never[] }
}

/** Splits rows where their columns change, and where they get too many for one parameter. */
function chunksOf(rows: Iterable<Record<string, unknown>>): Chunk[] {
  const chunks: Chunk[] = []
  let last: Chunk | undefined
  let position = 0
  for (const row of rows) {
    position += 1
    const columns = Object.keys(row).filter((column) => row[column] !== undefined)
    if (columns.length === 0) {
      throw new SqliteError('ERR_SQLITE_ARGUMENT', `Row ${position} has no values.`)
    }
    const values = columns.map((column) =>
      jsonOf(row[column], position, `Column "${column}" of row ${position}`),
    )
    const json = `[${values.join()}]`
    if (
      last === undefined ||
      last.length + json.length > DOCUMENT_LENGTH ||
      !isSame(last.columns, columns)
    ) {
      last = { columns, rows: [], json: [], length: 0 }
      chunks.push(last)
    }
    last.rows.push(row)
    last.json.push(json)
    last.length += json.length
  }
  return chunks
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((column, index) => column === others[index])
}

/** Whether a single row is so big that its values go into parameters of their own. */
function isOrdinary({ rows, length }: Chunk): boolean {
  return rows.length === 1 && length > DOCUMENT_LENGTH
}

function selectionOf({ columns, rows, json }: Chunk) {
  const values = columns.map((column, index) =>
    rows.some((row) => isBlob(row[column]))
      ? sql`iif(json_type(value, ${sql.lit(`$[${index}]`)}) = 'array', unhex(value ->> ${sql.lit(`$[${index}][0]`)}), value ->> ${sql.lit(index)})`
      : sql`value ->> ${sql.lit(index)}`,
  )
  // Without a condition, SQLite takes "on conflict" for a join's.
  return sql`select ${sql.join(values)} from json_each(${`[${json.join()}]`}) where true`
}
