import type { BoundStatement } from '@node-cf/kysely-sqlite'
import type { D1ExecuteOptions, D1Meta, D1Session, D1StatementResult } from './session.ts'

/** The part of a D1 binding that is called here. */
export interface D1DatabaseLike extends D1QueryableLike {
  withSession(constraintOrBookmark?: string): D1DatabaseSessionLike
}

/** The part of what `withSession` of a D1 binding returns that is called here. */
export interface D1DatabaseSessionLike extends D1QueryableLike {
  getBookmark(): string | null
}

/** What a D1 binding and its sessions have in common. */
export interface D1QueryableLike {
  prepare(sql: string): D1PreparedStatementLike
  batch(statements: D1PreparedStatementLike[]): Promise<D1ResultLike[]>
}

export interface D1PreparedStatementLike {
  bind(...values: unknown[]): D1PreparedStatementLike
  all(): Promise<D1ResultLike>
  raw(options: { columnNames: true }): Promise<[string[], ...unknown[][]]>
}

export interface D1ResultLike {
  results: unknown[]
  meta: D1Meta
}

/** Runs statements through a binding, or through a session of one. */
export class BindingSession implements D1Session {
  readonly #database: D1QueryableLike

  constructor(database: D1QueryableLike) {
    this.#database = database
  }

  async execute(
    statements: readonly BoundStatement[],
    { meta }: D1ExecuteOptions,
  ): Promise<D1StatementResult[]> {
    const prepared = statements.map(({ sql, parameters }) => {
      const statement = this.#database.prepare(sql)
      return parameters.length === 0 ? statement : statement.bind(...parameters)
    })
    if (prepared.length > 1) return (await this.#database.batch(prepared)).map(resultOf)
    const [statement] = prepared
    if (meta) return [resultOf(await statement!.all())]
    // Without its meta, a result comes as arrays, of which objects are made faster here.
    const [columns, ...values] = await statement!.raw({ columnNames: true })
    return [{ rows: rowsOf(columns, values) }]
  }
}

function resultOf({ results, meta }: D1ResultLike): D1StatementResult {
  return { rows: results as Record<string, unknown>[], meta }
}

/** Of columns that have the same name the last one counts, as in every driver for SQLite. */
export function rowsOf(columns: readonly string[], rows: unknown[][]): Record<string, unknown>[] {
  if (columns.includes('__proto__')) {
    return rows.map((values) =>
      Object.fromEntries(values.map((value, index) => [columns[index]!, value])),
    )
  }
  return rows.map((values) => {
    const row: Record<string, unknown> = {}
    for (let index = 0; index < columns.length; index += 1) row[columns[index]!] = values[index]
    return row
  })
}
