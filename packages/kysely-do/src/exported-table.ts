import { SqliteError } from '@node-cf/kysely-sqlite'
import type { ObjectDatabase } from './object-database.ts'

/** A table whose rows are exported. */
export interface ExportedTable {
  readonly name: string
  /** The statement that makes it. */
  readonly sql: string
  /** The columns that hold values, none that is computed; first the rowid of a virtual table. */
  readonly columns: readonly string[]
}

/** An index, a trigger or a view. */
export interface ExportedObject {
  readonly name: string
  readonly sql: string
}

/**
 * A value with all that SQLite knows of it. Text that is not valid UTF-8, which SQLite allows, is
 * kept as its bytes.
 */
export type ExportedValue =
  | { readonly type: 'null' }
  | { readonly type: 'integer' | 'real' | 'text'; readonly text: string }
  | { readonly type: 'blob' | 'bytes of text'; readonly bytes: Uint8Array }

// Tables that belong to the platform, to SQLite, or to a virtual table are made by their owners.
const OWN_TABLES = `select s.name, s.sql, l.type = 'virtual' as is_virtual
  from (select rowid, name, sql from sqlite_schema where type = 'table'
    and name not glob 'sqlite_*' and name not glob '_cf_*') as s, pragma_table_list(s.name) as l
  where l.type <> 'shadow' order by s.rowid`

const OWN_OBJECTS = `select name, sql from sqlite_schema
  where type <> 'table' and sql is not null and name not glob '_cf_*'
  order by type = 'trigger', rowid`

export function exportedTables(database: ObjectDatabase): ExportedTable[] {
  return database.query(OWN_TABLES).map((row) => {
    const [name, sql] = [String(row['name']), String(row['sql'])]
    const columns = database
      .query('select name from pragma_table_xinfo(?) where hidden = 0', [name])
      .map((column) => String(column['name']))
    return {
      name,
      sql,
      columns: row['is_virtual'] === 1 ? virtualColumns(sql, columns) : columns,
    }
  })
}

/** What a virtual table returns is found by its rowid, so that is exported too. */
function virtualColumns(sql: string, columns: readonly string[]): readonly string[] {
  if (/\busing\s+fts5vocab\b/i.test(sql)) return []
  if (!/\bcontent\s*=\s*(?:''|"")/i.test(sql)) return ['rowid', ...columns]
  throw new SqliteError(
    'ERR_SQLITE_EXPORT',
    'A full-text index that keeps no content cannot be exported: drop it before, and fill it anew after the import.',
    { sql },
  )
}

/** The triggers come last, as some belong to views. */
export function exportedObjects(database: ObjectDatabase): ExportedObject[] {
  return database
    .query(OWN_OBJECTS)
    .map((row) => ({ name: String(row['name']), sql: String(row['sql']) }))
}

/** Reads the rows of a table, as one list of values each. */
export function* exportedRows(
  database: ObjectDatabase,
  table: string,
  columns: readonly string[],
): Generator<ExportedValue[]> {
  if (columns.length === 0) return
  const selection = columns.map((column, index) => `${exactly(quoted(column))} as "${index}"`)
  const stream = database.stream(`select ${selection.join(', ')} from ${quoted(table)}`, [])
  try {
    // One at a time, as each may be as large as 2 MB.
    for (let [row] = stream.read(1); row !== undefined; [row] = stream.read(1)) {
      const values = row
      yield columns.map((_, index) => exportedValue(values[index]))
    }
  } finally {
    stream.close()
  }
}

/** A name as SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/**
 * The storage returns integers and reals as the same kind of number, large integers rounded, and
 * replaces what is wrong in text. So every value comes with its type: i and r before numbers, which
 * SQLite prints so that it reads the same again, and t or b before the bytes of text or blobs.
 */
function exactly(column: string): string {
  return `case typeof(${column})
    when 'integer' then 'i' || ${column} when 'real' then 'r' || quote(${column})
    when 'text' then cast('t' || ${column} as blob) when 'blob' then cast('b' || ${column} as blob)
    end`
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function exportedValue(value: unknown): ExportedValue {
  if (typeof value === 'string') {
    return { type: value.startsWith('i') ? 'integer' : 'real', text: value.slice(1) }
  }
  if (!(value instanceof Uint8Array)) return { type: 'null' }
  const bytes = value.subarray(1)
  if (value[0] === 0x62) return { type: 'blob', bytes }
  try {
    return { type: 'text', text: utf8.decode(bytes) }
  } catch {
    return { type: 'bytes of text', bytes }
  }
}
