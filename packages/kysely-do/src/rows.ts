import { decodeValue } from '@node-cf/kysely-sqlite'
import type { SqlStorageCursorLike } from './storage.ts'

/** A row as queries return it. */
export type Row = Record<string, unknown>

/** Cloudflare's types leave out what its documentation names. */
interface RawCursor {
  toArray(): unknown[][]
}

/**
 * Reads all rows. Making the objects here takes half the time of the cursor's own `toArray`, and a
 * column may have any name.
 *
 * @param cursor The cursor, none of whose rows was read
 */
export function rowsOf(cursor: SqlStorageCursorLike): Row[] {
  const lists = (cursor.raw() as Iterator<unknown[]> & RawCursor).toArray()
  if (lists.length === 0) return []
  const { columnNames } = cursor
  return lists.map((values) => rowOf(columnNames, values))
}

/** Makes an object of the values of one row, blobs being `Uint8Array`s. */
export function rowOf(columnNames: readonly string[], values: readonly unknown[]): Row {
  const row: Row = {}
  for (let index = 0; index < columnNames.length; index += 1) {
    const name = columnNames[index]!
    let value = values[index]
    if (typeof value === 'object' && value !== null) value = decodeValue(value)
    if (name === '__proto__') define(row, name, value)
    else row[name] = value
  }
  return row
}

function define(row: Row, name: string, value: unknown): void {
  Object.defineProperty(row, name, { value, writable: true, enumerable: true, configurable: true })
}
