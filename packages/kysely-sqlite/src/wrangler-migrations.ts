import {
  AliasNode,
  ColumnDefinitionNode,
  ColumnNode,
  CreateTableNode,
  IdentifierNode,
  InsertQueryNode,
  type Kysely,
  type KyselyPlugin,
  type OperationNode,
  PrimitiveValueListNode,
  RawNode,
  type RootOperationNode,
  SelectionNode,
  SelectQueryNode,
  TableNode,
  ValuesNode,
} from 'kysely'
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration'
import { SqliteError } from './errors.ts'
import { runScript } from './script.ts'

/** Makes migrations of SQL texts. */
export class SqlMigrationProvider implements MigrationProvider {
  readonly #texts: Readonly<Record<string, string>>

  /**
   * @param texts The migrations: `{ '0001_init.sql': 'create table …' }`, as a bundler gives them
   * @throws {SqliteError} `ERR_SQLITE_MIGRATION` for a text that is none, or names that wrangler
   *   sorts otherwise than Kysely
   */
  constructor(texts: Readonly<Record<string, string>>) {
    for (const [name, text] of Object.entries(texts)) {
      if (typeof text === 'string') continue
      throw new SqliteError(
        'ERR_SQLITE_MIGRATION',
        `Migration ${name} is no text but ${typeof text}. Does the bundler load .sql files as text?`,
      )
    }
    checkOrder(Object.keys(texts))
    this.#texts = texts
  }

  getMigrations(): Promise<Record<string, Migration>> {
    const migrations = Object.entries(this.#texts).map(([name, text]): [string, Migration] => [
      name,
      { up: (db) => runScript(db, text) },
    ])
    return Promise.resolve(Object.fromEntries(migrations))
  }
}

/** wrangler sorts migrations by the number that they begin with, Kysely by their name. */
function checkOrder(names: readonly string[]): void {
  const sorted = names.toSorted()
  for (const [index, name] of sorted.slice(1).entries()) {
    const previous = sorted[index]!
    if (!(Number.parseInt(name, 10) < Number.parseInt(previous, 10))) continue
    throw new SqliteError(
      'ERR_SQLITE_MIGRATION',
      `wrangler applies ${name} before ${previous}, Kysely after it. Fill their numbers up with zeros, also in the table of applied migrations.`,
    )
  }
}

export interface WranglerMigratorOptions {
  // oxlint-disable-next-line typescript/no-explicit-any
  db: Kysely<any>
  /** The migrations by the names of their files, or what provides them. */
  migrations: Readonly<Record<string, string>> | MigrationProvider
  /** `migrations_table` of wrangler's configuration, `d1_migrations` by default. */
  table?: string
}

/**
 * A `Migrator` that keeps its record where `wrangler d1 migrations` keeps it: each of the two knows
 * what the other has applied.
 *
 * @param options The database and the migrations
 * @returns Kysely's `Migrator`
 */
export function wranglerMigrator(options: WranglerMigratorOptions): Migrator {
  const { db, migrations, table = 'd1_migrations' } = options
  return new Migrator({
    db: db.withPlugin(wranglerTable(table)),
    provider: isProvider(migrations) ? migrations : new SqlMigrationProvider(migrations),
    migrationTableName: table,
    // wrangler applies whatever it has not applied.
    allowUnorderedMigrations: true,
  })
}

function isProvider(migrations: object): migrations is MigrationProvider {
  return 'getMigrations' in migrations && typeof migrations.getMigrations === 'function'
}

/** A plugin that gives Kysely's table of migrations the form of wrangler's. */
function wranglerTable(table: string): KyselyPlugin {
  return {
    transformQuery: ({ node }) => transform(node, table),
    transformResult: ({ result }) => Promise.resolve(result),
  }
}

function transform(node: RootOperationNode, table: string): RootOperationNode {
  if (CreateTableNode.is(node) && nameOf(node.table) === table) {
    return { ...node, columns: COLUMNS }
  }
  if (SelectQueryNode.is(node) && nameOf(node.from?.froms[0]) === table) {
    return { ...node, selections: SELECTIONS }
  }
  if (InsertQueryNode.is(node) && nameOf(node.into) === table) {
    return { ...node, columns: INSERTED, values: appliedValues(node.values) }
  }
  return node
}

function nameOf(node: OperationNode | undefined): string | undefined {
  return node !== undefined && TableNode.is(node) ? node.table.identifier.name : undefined
}

const COLUMNS: readonly ColumnDefinitionNode[] = Object.entries({
  id: 'integer primary key autoincrement',
  name: 'text unique',
  applied_at: 'timestamp default current_timestamp not null',
}).map(([name, type]) => ColumnDefinitionNode.create(name, RawNode.createWithSql(type)))

/** `applied_at` has seconds, in UTC without saying so. */
const SELECTIONS: readonly SelectionNode[] = [
  SelectionNode.create(ColumnNode.create('name')),
  SelectionNode.create(
    AliasNode.create(
      RawNode.createWithSql(`strftime('%Y-%m-%dT%H:%M:%fZ', "applied_at")`),
      IdentifierNode.create('timestamp'),
    ),
  ),
]

const INSERTED: readonly ColumnNode[] = ['name', 'applied_at'].map((name) =>
  ColumnNode.create(name),
)

/** The values of Kysely's insert: the migration's name, and the time as ISO 8601. */
function appliedValues(values: OperationNode | undefined): ValuesNode {
  const [row] = (values as ValuesNode).values
  const [name, timestamp] = (row as PrimitiveValueListNode).values
  const appliedAt = String(timestamp).slice(0, 19).replace('T', ' ')
  return ValuesNode.create([PrimitiveValueListNode.create([name, appliedAt])])
}
