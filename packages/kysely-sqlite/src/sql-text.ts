import { SqliteError } from './errors.ts'

/** A piece of SQL that means something: no white space and no comment. */
export interface SqlToken {
  readonly text: string
  /** Where it begins in the SQL. */
  readonly start: number
}

/**
 * White space and comments, then strings and names in any of SQLite's quotes, then words, then
 * single characters. What is never closed goes on to the end, as in SQLite.
 */
const PIECE = new RegExp(
  [
    String.raw`(\s+|--[^\n]*|/\*[^]*?(?:\*/|$))`,
    ...[`'`, `"`, '`'].map((q) => `${q}[^${q}]*(?:${q}${q}[^${q}]*)*${q}?`),
    String.raw`\[[^\]]*\]?`,
    String.raw`[\w$\u0080-\uffff]+`,
    '[^]',
  ].join('|'),
  'gy',
)

/** The tokens of SQL, one after the other. */
export function* tokensOf(sql: string): Generator<SqlToken> {
  for (const match of sql.matchAll(PIECE)) {
    if (match[1] === undefined) yield { text: match[0], start: match.index }
  }
}

/**
 * Splits SQL into its statements. Semicolons in strings, names and comments, and those between
 * `begin` and `end` of a trigger, end no statement.
 *
 * @param sql One statement or several, a migration file say
 * @returns The statements without their semicolons, and without what stands between them
 */
export function splitStatements(sql: string): string[] {
  const statements: string[] = []
  let tokens: SqlToken[] = []
  for (const token of tokensOf(sql)) {
    if (token.text !== ';' || isInsideTrigger(tokens)) tokens.push(token)
    else finish()
  }
  finish()
  return statements

  function finish(): void {
    const last = tokens.at(-1)
    if (last !== undefined) {
      statements.push(sql.slice(tokens[0]!.start, last.start + last.text.length))
    }
    tokens = []
  }
}

/**
 * Checks that SQL is one statement: the platforms would run several, and fail at a comment behind
 * the last one.
 *
 * @param sql The SQL of a query
 * @returns The SQL without a semicolon at its end, and what follows it
 * @throws {SqliteError} `ERR_SQLITE_SEVERAL_STATEMENTS`
 */
export function oneStatement(sql: string): string {
  if (!sql.includes(';')) return sql
  const [statement, ...others] = splitStatements(sql)
  if (others.length === 0) return statement ?? ''
  throw new SqliteError(
    'ERR_SQLITE_SEVERAL_STATEMENTS',
    `A query is one statement, and this is ${others.length + 1}. Send each by itself, several with batch(), or a whole script with runScript().`,
    { sql },
  )
}

/** A trigger ends with an `end` that follows a semicolon; that of a `case` follows something else. */
function isInsideTrigger(tokens: readonly SqlToken[]): boolean {
  const [first, second, third] = tokens.slice(0, 3).map(({ text }) => text.toLowerCase())
  const isTemporary = second === 'temp' || second === 'temporary'
  if (first !== 'create' || (isTemporary ? third : second) !== 'trigger') return false
  return !(tokens.at(-1)?.text.toLowerCase() === 'end' && tokens.at(-2)?.text === ';')
}
