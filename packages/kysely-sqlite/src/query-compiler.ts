import { SqliteQueryCompiler } from 'kysely'

/**
 * Compiles queries for D1 and Durable Objects. Both bind every JavaScript number as a REAL; a
 * `bigint` says that an integer is meant, and is one in expressions too.
 */
export class WorkersSqliteQueryCompiler extends SqliteQueryCompiler {
  protected override appendValue(parameter: unknown): void {
    if (typeof parameter !== 'bigint') {
      super.appendValue(parameter)
      return
    }
    this.append('cast(')
    super.appendValue(parameter)
    this.append(' as integer)')
  }
}
