import { exportStream } from './export-stream.ts'
import {
  exportedObjects,
  exportedRows,
  exportedTables,
  type ExportedValue,
  quoted,
} from './exported-table.ts'
import { hex } from './hex.ts'
import { databaseOf, type ObjectDatabase } from './object-database.ts'
import { checkedStorage, type DurableObjectStorageLike } from './storage.ts'

/**
 * Exports the tables and rows of an object as SQL that makes the same again, each value exactly as
 * it is. Run it in one transaction: `runScript` does, and so does `wrangler d1 execute --file`.
 *
 * @param storage `ctx.storage` of the object
 * @returns The statements, as UTF-8; the stream fails with `ERR_SQLITE_EXPORT` when the data
 *   changes between its parts, of which only an export above 4 MB has several
 * @throws {SqliteError} `ERR_SQLITE_ARGUMENT` when the storage is none
 */
export function exportSql(storage: DurableObjectStorageLike): ReadableStream<Uint8Array> {
  const database = databaseOf(checkedStorage(storage))
  return exportStream(database, statements(database))
}

function* statements(database: ObjectDatabase): Generator<string> {
  const tables = exportedTables(database)
  const objects = exportedObjects(database)
  yield 'pragma defer_foreign_keys = on;\n'
  // A row can be inserted only when the tables exist that it refers to.
  for (const { sql } of tables) yield `${sql};\n`
  for (const { name, columns } of tables) {
    const head = `insert into ${quoted(name)} (${columns.map(quoted).join(', ')}) values (`
    for (const values of exportedRows(database, name, columns)) {
      yield `${head}${values.map(literal).join(', ')});\n`
    }
  }
  yield* sequences(database)
  for (const { sql } of objects) yield `${sql};\n`
}

/** The largest id that each autoincrementing table has ever had. */
function* sequences(database: ObjectDatabase): Generator<string> {
  const schema = "select 1 from sqlite_schema where name = 'sqlite_sequence'"
  if (database.query(schema).length === 0) return
  for (const values of exportedRows(database, 'sqlite_sequence', ['name', 'seq'])) {
    const [name, sequence] = values.map(literal)
    yield `delete from sqlite_sequence where name = ${name};\n`
    yield `insert into sqlite_sequence (name, seq) values (${name}, ${sequence});\n`
  }
}

function literal(value: ExportedValue): string {
  switch (value.type) {
    case 'null':
      return 'null'
    case 'integer':
    case 'real':
      return value.text
    case 'blob':
      return `x'${hex(value.bytes)}'`
    case 'bytes of text':
      return `cast(x'${hex(value.bytes)}' as text)`
    case 'text':
      // SQL ends at a zero character.
      return value.text.includes('\0')
        ? `cast(x'${hex(new TextEncoder().encode(value.text))}' as text)`
        : `'${value.text.replaceAll("'", "''")}'`
  }
}
