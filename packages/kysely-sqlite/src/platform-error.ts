import {
  CheckConstraintError,
  ForeignKeyConstraintError,
  NotNullConstraintError,
  OverloadedError,
  SqliteError,
  type SqliteErrorCode,
  type SqliteErrorOptions,
  TransientError,
  UniqueConstraintError,
} from './errors.ts'

/**
 * Makes an error with a code of what D1 or a Durable Object's storage threw.
 *
 * @param thrown What was thrown; a `SqliteError` is returned as it is
 * @param sql The SQL that failed
 * @returns The error, its `cause` being what was thrown
 */
export function toSqliteError(thrown: unknown, sql?: string): SqliteError {
  if (thrown instanceof SqliteError) return thrown
  const { message, result } = parse(thrown instanceof Error ? thrown.message : String(thrown))
  const options = { cause: thrown, sql }
  const make =
    (result === undefined ? undefined : byResult[result]) ??
    find(ofSqlite, message) ??
    (result === undefined ? find(ofPlatform, message) : undefined)
  if (make !== undefined) return make(message, options)
  // What violates no constraint that SQLite names was raised by a trigger.
  const code = result === 'SQLITE_CONSTRAINT' ? 'ERR_SQLITE_TRIGGER' : 'ERR_SQLITE_QUERY'
  return new SqliteError(code, message, { ...options, mayHaveRun: result === undefined })
}

type Maker = (message: string, options: SqliteErrorOptions) => SqliteError

/** `D1_ERROR: <message>: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)`, taken apart. */
function parse(text: string): { message: string; result: string | undefined } {
  const bare = text.replace(/^D1_\w*ERROR: /, '')
  const match = /^(.*): (SQLITE_\w+)(?: \(extended: (SQLITE_\w+)\))?$/s.exec(bare)
  return { message: match?.[1] ?? bare, result: match?.[3] ?? match?.[2] }
}

const ofCode =
  (code: SqliteErrorCode): Maker =>
  (message, options) =>
    new SqliteError(code, message, options)

const unique: Maker = (message, options) => new UniqueConstraintError(message, options)
const notNull: Maker = (message, options) => new NotNullConstraintError(message, options)
const check: Maker = (message, options) => new CheckConstraintError(message, options)
const foreignKey: Maker = (message, options) => new ForeignKeyConstraintError(message, options)
const transient: Maker = (message, options) => new TransientError(message, options)
const overloaded: Maker = (message, options) => new OverloadedError(message, options)

/** By SQLite's own result code, the extended one where there is one. */
const byResult: Readonly<Record<string, Maker>> = {
  SQLITE_CONSTRAINT_UNIQUE: unique,
  SQLITE_CONSTRAINT_PRIMARYKEY: unique,
  SQLITE_CONSTRAINT_ROWID: unique,
  SQLITE_CONSTRAINT_NOTNULL: notNull,
  SQLITE_CONSTRAINT_CHECK: check,
  SQLITE_CONSTRAINT_FOREIGNKEY: foreignKey,
  SQLITE_CONSTRAINT_TRIGGER: ofCode('ERR_SQLITE_TRIGGER'),
  SQLITE_CONSTRAINT_DATATYPE: ofCode('ERR_SQLITE_DATATYPE'),
  SQLITE_MISMATCH: ofCode('ERR_SQLITE_DATATYPE'),
  SQLITE_AUTH: ofCode('ERR_SQLITE_NOT_AUTHORIZED'),
}

type Messages = ReadonlyArray<readonly [pattern: RegExp, maker: Maker]>

function find(messages: Messages, message: string): Maker | undefined {
  return messages.find(([pattern]) => pattern.test(message))?.[1]
}

/** SQLite's messages, which may contain names of the database. */
const ofSqlite: Messages = [
  [/^unique constraint failed: /i, unique],
  [/^not null constraint failed: /i, notNull],
  [/^check constraint failed: /i, check],
  [/^foreign key constraint failed/i, foreignKey],
  [/^cannot store /i, ofCode('ERR_SQLITE_DATATYPE')],
  [
    /^too many sql variables|^variable number must be between/i,
    ofCode('ERR_SQLITE_TOO_MANY_PARAMETERS'),
  ],
  [/^wrong number of parameter bindings/i, ofCode('ERR_SQLITE_PARAMETER_COUNT')],
  [/^statement too long/i, ofCode('ERR_SQLITE_SQL_TOO_LONG')],
  [/^string or blob too big/i, ofCode('ERR_SQLITE_ROW_TOO_BIG')],
  [/^no such table/i, ofCode('ERR_SQLITE_NO_SUCH_TABLE')],
  [/^no such column|^table .* has no column named/is, ofCode('ERR_SQLITE_NO_SUCH_COLUMN')],
  [/^not authorized/i, ofCode('ERR_SQLITE_NOT_AUTHORIZED')],
  [
    /^near ".*": syntax error|^fts5: syntax error|^incomplete input|^unrecognized token/is,
    ofCode('ERR_SQLITE_SYNTAX'),
  ],
  [
    /^too many (?:terms|columns)|^expression tree is too large|pattern too complex$/i,
    ofCode('ERR_SQLITE_LIMIT'),
  ],
]

const exhausted: Maker = (message, options) =>
  new SqliteError('ERR_SQLITE_LIMIT', message, { ...options, mayHaveRun: true })

/** D1's own: https://developers.cloudflare.com/d1/observability/debug-d1/ */
const ofPlatform: Messages = [
  [/overloaded/i, overloaded],
  [/network connection lost/i, transient],
  [/storage caused object to be reset/i, transient],
  [/reset because its code was updated/i, transient],
  [/cannot resolve d1 db due to transient issue/i, transient],
  [/exceeded (?:timeout|its (?:cpu|memory))|memory limit/i, exhausted],
]
