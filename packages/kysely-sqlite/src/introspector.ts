import {
  type ColumnMetadata,
  type DatabaseIntrospector,
  type DatabaseMetadataOptions,
  type Kysely,
  type SchemaMetadata,
  sql,
  type TableMetadata,
} from 'kysely'
import { DEFAULT_MIGRATION_LOCK_TABLE, DEFAULT_MIGRATION_TABLE } from 'kysely/migration'

/** A table or view. */
export interface SqliteTableMetadata extends TableMetadata {
  readonly columns: SqliteColumnMetadata[]
  /** The columns of the primary key, in its order. */
  readonly primaryKey: readonly string[]
  readonly foreignKeys: readonly ForeignKeyMetadata[]
  readonly indexes: readonly IndexMetadata[]
  /** Whether values must be of their column's type. */
  readonly isStrict: boolean
  /** Whether rows have no rowid. */
  readonly isWithoutRowid: boolean
  /** The statement that makes the table or view. */
  readonly sql: string
}

export interface SqliteColumnMetadata extends ColumnMetadata {
  /** The default as SQL, where there is one. */
  readonly defaultValue: string | undefined
  /** How the column is computed, where it is. */
  readonly generated: 'stored' | 'virtual' | undefined
}

export interface ForeignKeyMetadata {
  readonly columns: readonly string[]
  readonly referencedTable: string
  /** Empty where the key points at the primary key without naming it. */
  readonly referencedColumns: readonly string[]
  readonly onUpdate: string
  readonly onDelete: string
}

export interface IndexMetadata {
  readonly name: string
  /** The columns in the index's order; `undefined` stands for an expression. */
  readonly columns: readonly (string | undefined)[]
  readonly isUnique: boolean
  /** Whether it covers the rows only that a condition names. */
  readonly isPartial: boolean
  /** Whether `create index` made it, rather than a constraint of the table. */
  readonly isExplicit: boolean
}

interface TableRow {
  name: string
  type: string
  sql: string
}
interface ColumnRow {
  table: string
  name: string
  type: string
  notnull: number
  dflt_value: string | null
  pk: number
  hidden: number
}
interface ForeignKeyRow {
  table: string
  id: number
  target: string
  from: string
  to: string | null
  on_update: string
  on_delete: string
}
interface IndexRow {
  table: string
  name: string
  unique: number
  partial: number
  origin: string
  column: string | null
}
interface ListRow {
  name: string
  wr: number
  strict: number
}

/**
 * Reads the schema of a database on D1 or in a Durable Object: never of the platform's own tables,
 * whose names begin with `_cf_`, about which no pragma may be asked.
 */
export class WorkersSqliteIntrospector implements DatabaseIntrospector {
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly #db: Kysely<any>

  /** @param db The database; `db.withoutPlugins()` where it has plugins */
  // oxlint-disable-next-line typescript/no-explicit-any
  constructor(db: Kysely<any>) {
    this.#db = db
  }

  /** SQLite has no schemas. */
  getSchemas(): Promise<SchemaMetadata[]> {
    return Promise.resolve([])
  }

  /**
   * Returns the tables and views, sorted by name.
   *
   * @param options Whether Kysely's own migration tables are wanted too
   */
  async getTables(
    options: DatabaseMetadataOptions = { withInternalKyselyTables: false },
  ): Promise<SqliteTableMetadata[]> {
    // The names are those of this query in each of the others: a pragma is asked about no other.
    const names = sql`select name, type, sql from sqlite_schema where type in ('table', 'view')
      and name not glob 'sqlite_*' and name not glob '_cf_*'
      and (${options.withInternalKyselyTables ? 1 : 0} or name not in
        (${DEFAULT_MIGRATION_TABLE}, ${DEFAULT_MIGRATION_LOCK_TABLE}))`
    const [tables, columns, foreignKeys, indexes, lists] = await Promise.all([
      this.#rows<TableRow>(sql`${names} order by name`),
      this.#rows<ColumnRow>(sql`select t.name as "table", p.name, p.type, p."notnull",
        p.dflt_value, p.pk, p.hidden
        from (${names}) as t, pragma_table_xinfo(t.name) as p where p.hidden <> 1
        order by t.name, p.cid`),
      this.#rows<ForeignKeyRow>(sql`select t.name as "table", p.id, p."table" as target,
        p."from", p."to", p.on_update, p.on_delete
        from (${names}) as t, pragma_foreign_key_list(t.name) as p order by t.name, p.id, p.seq`),
      this.#rows<IndexRow>(sql`select t.name as "table", i.name, i."unique", i.partial, i.origin,
        c.name as column
        from (${names}) as t, pragma_index_list(t.name) as i, pragma_index_info(i.name) as c
        order by t.name, i.name, c.seqno`),
      this.#rows<ListRow>(sql`select l.name, l.wr, l.strict
        from (${names}) as t, pragma_table_list(t.name) as l`),
    ])
    const columnsOf = grouped(columns, ({ table }) => table)
    const keysOf = grouped(foreignKeys, ({ table }) => table)
    const indexRowsOf = grouped(indexes, ({ table }) => table)
    const listOf = new Map(lists.map((list) => [list.name, list]))
    return tables.map(({ name, type, sql: definition }) => {
      const own = columnsOf.get(name) ?? []
      const list = listOf.get(name)
      const primaryKey = own
        .filter(({ pk }) => pk > 0)
        .toSorted((left, right) => left.pk - right.pk)
        .map((column) => column.name)
      const rowid = list?.wr === 0 ? rowidColumn(own, primaryKey) : undefined
      return {
        name,
        isView: type === 'view',
        isForeign: false,
        columns: own.map((row) => columnOf(row, rowid)),
        primaryKey,
        foreignKeys: foreignKeysOf(keysOf.get(name) ?? []),
        indexes: indexesOf(indexRowsOf.get(name) ?? []),
        isStrict: list?.strict === 1,
        isWithoutRowid: list?.wr === 1,
        sql: definition,
      }
    })
  }

  async #rows<Row>(query: ReturnType<typeof sql>): Promise<Row[]> {
    return (await query.execute(this.#db)).rows as Row[]
  }
}

/** A single primary key column of type INTEGER is the rowid, which SQLite fills in. */
function rowidColumn(
  columns: readonly ColumnRow[],
  primaryKey: readonly string[],
): string | undefined {
  if (primaryKey.length !== 1) return undefined
  return columns.find(({ pk, type }) => pk > 0 && type.toLowerCase() === 'integer')?.name
}

function columnOf(row: ColumnRow, rowid: string | undefined): SqliteColumnMetadata {
  return {
    name: row.name,
    dataType: row.type,
    isNullable: row.notnull === 0,
    isAutoIncrementing: row.name === rowid,
    hasDefaultValue: row.dflt_value !== null,
    defaultValue: row.dflt_value ?? undefined,
    generated: row.hidden === 2 ? 'virtual' : row.hidden === 3 ? 'stored' : undefined,
  }
}

function foreignKeysOf(rows: readonly ForeignKeyRow[]): ForeignKeyMetadata[] {
  return [...grouped(rows, ({ id }) => id).values()].map((parts) => ({
    columns: parts.map(({ from }) => from),
    referencedTable: parts[0]!.target,
    referencedColumns: parts.flatMap(({ to }) => to ?? []),
    onUpdate: parts[0]!.on_update,
    onDelete: parts[0]!.on_delete,
  }))
}

function indexesOf(rows: readonly IndexRow[]): IndexMetadata[] {
  return [...grouped(rows, ({ name }) => name).values()].map((parts) => ({
    name: parts[0]!.name,
    columns: parts.map(({ column }) => column ?? undefined),
    isUnique: parts[0]!.unique === 1,
    isPartial: parts[0]!.partial === 1,
    isExplicit: parts[0]!.origin === 'c',
  }))
}

function grouped<Row, Key>(rows: readonly Row[], keyOf: (row: Row) => Key): Map<Key, Row[]> {
  const groups = new Map<Key, Row[]>()
  for (const row of rows) {
    const key = keyOf(row)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row])
    else group.push(row)
  }
  return groups
}
