import { type BoundStatement, tokensOf } from '@node-cf/kysely-sqlite'

/** A text as it stands in SQL. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** The same statement with its texts in the SQL; unchanged where it binds anything else. */
export function withoutParameters(statement: BoundStatement): BoundStatement {
  const { sql, parameters } = statement
  let text = ''
  let end = 0
  let index = 0
  for (const token of tokensOf(sql)) {
    if (token.text !== '?') continue
    const value = parameters[index]
    // SQL ends at a NUL.
    if (typeof value !== 'string' || value.includes('\0')) return statement
    text += sql.slice(end, token.start) + sqlText(value)
    end = token.start + 1
    index += 1
  }
  return index === parameters.length ? { sql: text + sql.slice(end), parameters: [] } : statement
}
