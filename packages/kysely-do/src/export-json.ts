import { exportStream } from './export-stream.ts'
import {
  exportedObjects,
  exportedRows,
  exportedTables,
  type ExportedValue,
} from './exported-table.ts'
import { hex } from './hex.ts'
import { databaseOf, type ObjectDatabase } from './object-database.ts'
import { checkedStorage, type DurableObjectStorageLike } from './storage.ts'

/**
 * Exports the tables and rows of an object as one JSON document: `schema` is the list of the
 * statements that make the tables, `tables` has the rows of each by its name. What JSON has no
 * value for is an object with one key: `{ "$integer": "9007199254740993" }` beyond the safe
 * integers, `{ "$real": "Infinity" }`, `{ "$blob": "00ff" }` in hexadecimal, and
 * `{ "$text": "ff" }` for text that is not valid UTF-8.
 *
 * @param storage `ctx.storage` of the object
 * @returns The document, as UTF-8; the stream fails with `ERR_SQLITE_EXPORT` when the data changes
 *   between its parts, of which only an export above 4 MB has several
 * @throws {SqliteError} `ERR_SQLITE_ARGUMENT` when the storage is none
 */
export function exportJson(storage: DurableObjectStorageLike): ReadableStream<Uint8Array> {
  const database = databaseOf(checkedStorage(storage))
  return exportStream(database, json(database))
}

function* json(database: ObjectDatabase): Generator<string> {
  const tables = exportedTables(database)
  const schema = [...tables, ...exportedObjects(database)].map(({ sql }) => sql)
  yield `{"schema":${JSON.stringify(schema)},\n"tables":{`
  let separator = '\n'
  for (const { name, columns } of tables) {
    yield `${separator}${JSON.stringify(name)}:[`
    yield* rows(database, name, columns)
    yield ']'
    separator = ',\n'
  }
  yield '}}\n'
}

function* rows(
  database: ObjectDatabase,
  table: string,
  columns: readonly string[],
): Generator<string> {
  const keys = columns.map((column) => `${JSON.stringify(column)}:`)
  let separator = '\n'
  for (const values of exportedRows(database, table, columns)) {
    const members = values.map((value, index) => keys[index]! + jsonOf(value))
    yield `${separator}{${members.join(',')}}`
    separator = ',\n'
  }
}

function jsonOf(value: ExportedValue): string {
  switch (value.type) {
    case 'null':
      return 'null'
    case 'integer':
      return Number.isSafeInteger(Number(value.text)) ? value.text : `{"$integer":"${value.text}"}`
    case 'real':
      return realOf(Number(value.text))
    case 'text':
      return JSON.stringify(value.text)
    case 'bytes of text':
      return `{"$text":"${hex(value.bytes)}"}`
    case 'blob':
      return `{"$blob":"${hex(value.bytes)}"}`
  }
}

/** A real number keeps a fraction, `5.0`, which tells it from an integer. */
function realOf(value: number): string {
  if (!Number.isFinite(value)) return `{"$real":"${value}"}`
  const text = JSON.stringify(value)
  return /[.e]/.test(text) ? text : `${text}.0`
}
