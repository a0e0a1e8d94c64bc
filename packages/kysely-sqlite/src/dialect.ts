import type {
  DatabaseIntrospector,
  Dialect,
  DialectAdapter,
  Driver,
  Kysely,
  QueryCompiler,
} from 'kysely'
import { SqliteError } from './errors.ts'
import { WorkersSqliteIntrospector } from './introspector.ts'
import { WorkersSqliteQueryCompiler } from './query-compiler.ts'

/** What the dialects of D1 and of Durable Objects share: how queries are written, and tables read. */
export abstract class WorkersSqliteDialect implements Dialect {
  abstract createAdapter(): DialectAdapter
  abstract createDriver(): Driver

  // oxlint-disable-next-line typescript/no-explicit-any
  createIntrospector(db: Kysely<any>): DatabaseIntrospector {
    return new WorkersSqliteIntrospector(db)
  }

  createQueryCompiler(): QueryCompiler {
    return new WorkersSqliteQueryCompiler()
  }
}

/**
 * Checks an option of a dialect that is called back.
 * @throws {SqliteError} `ERR_SQLITE_ARGUMENT` for what is there, and no function
 */
export function checkedFunction<Value>(name: string, value: Value): Value {
  if (value === undefined || typeof value === 'function') return value
  throw new SqliteError(
    'ERR_SQLITE_ARGUMENT',
    `${name} must be a function; got ${value === null ? 'null' : typeof value}.`,
  )
}
