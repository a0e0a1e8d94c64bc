/** Codes of the errors that a query can end in; the way over HTTP adds some of its own. */
export type SqliteErrorCode =
  | `ERR_D1_HTTP_${string}`
  | 'ERR_SQLITE_ARGUMENT'
  | 'ERR_SQLITE_CHECK'
  | 'ERR_SQLITE_DATATYPE'
  | 'ERR_SQLITE_DEADLOCK'
  | 'ERR_SQLITE_EXPORT'
  | 'ERR_SQLITE_FOREIGN_KEY'
  | 'ERR_SQLITE_LIMIT'
  | 'ERR_SQLITE_MIGRATION'
  | 'ERR_SQLITE_MIGRATION_LOCK'
  | 'ERR_SQLITE_NOT_AUTHORIZED'
  | 'ERR_SQLITE_NOT_NULL'
  | 'ERR_SQLITE_NO_SUCH_COLUMN'
  | 'ERR_SQLITE_NO_SUCH_TABLE'
  | 'ERR_SQLITE_OVERLOADED'
  | 'ERR_SQLITE_PARAMETER'
  | 'ERR_SQLITE_PARAMETER_COUNT'
  | 'ERR_SQLITE_QUERY'
  | 'ERR_SQLITE_ROW_TOO_BIG'
  | 'ERR_SQLITE_SAVEPOINT'
  | 'ERR_SQLITE_SEVERAL_STATEMENTS'
  | 'ERR_SQLITE_SQL_TOO_LONG'
  | 'ERR_SQLITE_STREAM'
  | 'ERR_SQLITE_SYNTAX'
  | 'ERR_SQLITE_TOO_MANY_PARAMETERS'
  | 'ERR_SQLITE_TRANSACTION'
  | 'ERR_SQLITE_TRANSACTION_TIMEOUT'
  | 'ERR_SQLITE_TRANSIENT'
  | 'ERR_SQLITE_TRIGGER'
  | 'ERR_SQLITE_UNIQUE'

export interface SqliteErrorOptions extends ErrorOptions {
  /** The SQL that failed; its parameters are never kept. */
  sql?: string | undefined
  retryable?: boolean | undefined
  retryAfter?: number | undefined
  mayHaveRun?: boolean | undefined
}

/** An error of a query, whatever the reason; `cause` is what the platform threw. */
export class SqliteError extends Error {
  override readonly name: string = 'SqliteError'
  readonly code: SqliteErrorCode
  /** The SQL that failed, without its parameters. */
  readonly sql: string | undefined
  /** Whether the same query may succeed when it is sent again. */
  readonly retryable: boolean
  /** How long the other side asks to wait before that, in milliseconds. */
  readonly retryAfter: number | undefined
  /** Whether the query may have taken effect all the same, as no answer says that it has not. */
  readonly mayHaveRun: boolean

  constructor(code: SqliteErrorCode, message: string, options: SqliteErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.sql = options.sql
    this.retryable = options.retryable ?? false
    this.retryAfter = options.retryAfter
    this.mayHaveRun = options.mayHaveRun ?? false
  }
}

/** A unique or primary key constraint was violated. */
export class UniqueConstraintError extends SqliteError {
  override readonly name = 'UniqueConstraintError'
  /** The table, unless the constraint is an index over an expression. */
  readonly table: string | undefined
  /** The columns of the constraint, none where it is an index over an expression. */
  readonly columns: readonly string[]
  /** The index, where it is one over an expression: SQLite names no columns then. */
  readonly index: string | undefined

  constructor(message: string, options?: SqliteErrorOptions) {
    super('ERR_SQLITE_UNIQUE', message, options)
    const subject = message.slice(message.indexOf(': ') + 2)
    this.index = /^index '(.*)'$/.exec(subject)?.[1]
    const places = this.index === undefined ? subject.split(', ').map(placeOf) : []
    this.table = places[0]?.table
    this.columns = places.map(({ column }) => column)
  }
}

/** A column that is `not null` was given no value. */
export class NotNullConstraintError extends SqliteError {
  override readonly name = 'NotNullConstraintError'
  readonly table: string | undefined
  readonly column: string

  constructor(message: string, options?: SqliteErrorOptions) {
    super('ERR_SQLITE_NOT_NULL', message, options)
    const { table, column } = placeOf(message.slice(message.indexOf(': ') + 2))
    this.table = table
    this.column = column
  }
}

/** A check constraint was violated. */
export class CheckConstraintError extends SqliteError {
  override readonly name = 'CheckConstraintError'
  /** The name of the constraint, or its expression where it has no name. */
  readonly constraint: string

  constructor(message: string, options?: SqliteErrorOptions) {
    super('ERR_SQLITE_CHECK', message, options)
    this.constraint = message.slice(message.indexOf(': ') + 2)
  }
}

/** A foreign key points nowhere, or a row that others point to was to be deleted. */
export class ForeignKeyConstraintError extends SqliteError {
  override readonly name = 'ForeignKeyConstraintError'

  constructor(message: string, options?: SqliteErrorOptions) {
    super('ERR_SQLITE_FOREIGN_KEY', message, options)
  }
}

/** A parameter is of a kind that SQLite does not have. */
export class ParameterError extends SqliteError {
  override readonly name = 'ParameterError'
  /** Which parameter, value of a list or row of `insertMany` it is, the first being 1. */
  readonly position: number
  /** What it is: `undefined`, `an array`, `NaN`. */
  readonly kind: string

  constructor(
    position: number,
    kind: string,
    advice: string,
    {
      subject = `Parameter ${position}`,
      ...options
    }: SqliteErrorOptions & { subject?: string } = {},
  ) {
    super('ERR_SQLITE_PARAMETER', `${subject} is ${kind}: ${advice}`, options)
    this.position = position
    this.kind = kind
  }
}

/** The database, or the way to it, failed; the same query may succeed when it is sent again. */
export class TransientError extends SqliteError {
  override readonly name = 'TransientError'

  constructor(message: string, options?: SqliteErrorOptions) {
    super('ERR_SQLITE_TRANSIENT', message, { retryable: true, mayHaveRun: true, ...options })
  }
}

/** The database has more to do than it can; sending the query again makes it worse. */
export class OverloadedError extends SqliteError {
  override readonly name = 'OverloadedError'

  constructor(message: string, options?: SqliteErrorOptions) {
    super('ERR_SQLITE_OVERLOADED', message, options)
  }
}

/** `table.column` as SQLite writes it in messages. */
function placeOf(text: string): { table: string | undefined; column: string } {
  const dot = text.indexOf('.')
  return dot === -1
    ? { table: undefined, column: text }
    : { table: text.slice(0, dot), column: text.slice(dot + 1) }
}
