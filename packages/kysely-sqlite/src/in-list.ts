import { type RawBuilder, sql } from 'kysely'
import { isBlob, jsonOf } from './json-values.ts'

/**
 * A list for `in` and `not in` of any length: it takes one parameter of the 100 that there are.
 *
 * @example db.selectFrom('book').selectAll().where('id', 'in', inList(ids))
 * @param values The values; none is allowed too, and nothing is in that list
 * @returns The list as an expression
 * @throws {ParameterError} `ERR_SQLITE_PARAMETER` for what SQLite has no type for
 */
export function inList<Value>(values: Iterable<Value>): RawBuilder<Value> {
  let hasBlobs = false
  const parts = Array.from(values, (value, index) => {
    hasBlobs ||= isBlob(value)
    return jsonOf(value, index + 1, `Value ${index + 1} of the list`)
  })
  const json = `[${parts.join()}]`
  return hasBlobs
    ? sql`(select iif(type = 'array', unhex(value ->> 0), value) from json_each(${json}))`
    : sql`(select value from json_each(${json}))`
}
