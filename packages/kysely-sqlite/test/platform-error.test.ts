import { describe, expect, it } from '@jest/globals'
import {
  NotNullConstraintError,
  OverloadedError,
  SqliteError,
  toSqliteError,
  TransientError,
  UniqueConstraintError,
} from '@node-cf/kysely-sqlite'

// Messages that only the hosted platform sends:
// https://developers.cloudflare.com/d1/observability/debug-d1/
describe('toSqliteError', () => {
  it.each([
    'D1_ERROR: Network connection lost.',
    'D1_ERROR: D1 DB reset because its code was updated.',
    'D1_ERROR: Internal error while starting up D1 DB storage caused object to be reset.',
    'D1_ERROR: Internal error in D1 DB storage caused object to be reset.',
    'D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node.',
    'Network connection lost.',
  ])('knows as transient: %s', (message) => {
    const error = toSqliteError(new Error(message), 'select 1')
    expect(error).toBeInstanceOf(TransientError)
    expect(error).toMatchObject({
      code: 'ERR_SQLITE_TRANSIENT',
      retryable: true,
      mayHaveRun: true,
      sql: 'select 1',
      message: message.replace('D1_ERROR: ', ''),
    })
  })

  it.each([
    'D1_ERROR: D1 DB is overloaded. Too many requests queued.',
    'D1_ERROR: D1 DB is overloaded. Requests queued for too long.',
  ])('knows as overloaded, not to be sent again: %s', (message) => {
    const error = toSqliteError(new Error(message))
    expect(error).toBeInstanceOf(OverloadedError)
    expect(error).toMatchObject({ code: 'ERR_SQLITE_OVERLOADED', retryable: false })
  })

  it.each([
    'D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.',
    'D1_ERROR: D1 DB exceeded its CPU time limit and was reset.',
    'D1_ERROR: D1 DB exceeded its memory limit and was reset.',
    "D1_ERROR: D1 DB's isolate exceeded its memory limit and was reset.",
    'D1_ERROR: Memory limit would be exceeded before EOF.',
  ])('knows as beyond a limit, which sending again would not help: %s', (message) => {
    const error = toSqliteError(new Error(message))
    expect(error).toMatchObject({ code: 'ERR_SQLITE_LIMIT', retryable: false, mayHaveRun: true })
  })

  it.each<[string, string]>([
    ['too many SQL variables at offset 7: SQLITE_ERROR', 'ERR_SQLITE_TOO_MANY_PARAMETERS'],
    ['string or blob too big: SQLITE_TOOBIG', 'ERR_SQLITE_ROW_TOO_BIG'],
    ['statement too long: SQLITE_TOOBIG', 'ERR_SQLITE_SQL_TOO_LONG'],
    ['UNIQUE constraint failed: a.b: SQLITE_CONSTRAINT', 'ERR_SQLITE_UNIQUE'],
    ['NOT NULL constraint failed: a.b: SQLITE_CONSTRAINT', 'ERR_SQLITE_NOT_NULL'],
    ['CHECK constraint failed: a > 0: SQLITE_CONSTRAINT', 'ERR_SQLITE_CHECK'],
    ['FOREIGN KEY constraint failed: SQLITE_CONSTRAINT', 'ERR_SQLITE_FOREIGN_KEY'],
    ['cannot store TEXT value in INTEGER column t.a: SQLITE_CONSTRAINT', 'ERR_SQLITE_DATATYPE'],
    ['no entry on Sundays: SQLITE_CONSTRAINT', 'ERR_SQLITE_TRIGGER'],
    ['something new: SQLITE_FULL', 'ERR_SQLITE_QUERY'],
    ['no such table: overloaded: SQLITE_ERROR', 'ERR_SQLITE_NO_SUCH_TABLE'],
    ['near "network connection lost": syntax error at offset 1: SQLITE_ERROR', 'ERR_SQLITE_SYNTAX'],
    ['no such function: overloaded at offset 7: SQLITE_ERROR', 'ERR_SQLITE_QUERY'],
    ['Wrong number of parameter bindings for SQL query.', 'ERR_SQLITE_PARAMETER_COUNT'],
  ])('knows %s', (message, code) => {
    expect(toSqliteError(new Error(`D1_ERROR: ${message}`))).toMatchObject({
      code,
      retryable: false,
      mayHaveRun: false,
    })
  })

  it('says that what it does not know may have taken effect', () => {
    const cause = new Error('D1_ERROR: Internal error.')
    expect(toSqliteError(cause)).toMatchObject({
      code: 'ERR_SQLITE_QUERY',
      message: 'Internal error.',
      mayHaveRun: true,
      cause,
    })
    expect(toSqliteError('just text')).toMatchObject({ message: 'just text', cause: 'just text' })
  })

  it('returns a SqliteError as it is', () => {
    const error = new SqliteError('ERR_SQLITE_QUERY', 'x')
    expect(toSqliteError(error)).toBe(error)
  })

  it('takes a message over several lines', () => {
    const message =
      'UNIQUE constraint failed: a\nb.c: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)'
    expect(toSqliteError(new Error(message))).toMatchObject({ table: 'a\nb', columns: ['c'] })
  })
})

describe('errors of constraints', () => {
  it('tell table and columns', () => {
    const unique = new UniqueConstraintError('UNIQUE constraint failed: a.b, a.c')
    expect(unique).toMatchObject({ table: 'a', columns: ['b', 'c'], index: undefined })
    const notNull = new NotNullConstraintError('NOT NULL constraint failed: a.b')
    expect(notNull).toMatchObject({ table: 'a', column: 'b' })
  })

  it('can be told apart by their names', () => {
    expect(new UniqueConstraintError('x: a.b').name).toBe('UniqueConstraintError')
    expect(String(new SqliteError('ERR_SQLITE_QUERY', 'message'))).toBe('SqliteError: message')
  })
})
