import {
  type BoundStatement,
  checkLimits,
  encodeParameters,
  oneStatement,
} from '@node-cf/kysely-sqlite'
import type { CompiledQuery } from 'kysely'

/** What a query sends, once it is known to be within D1's limits. */
export function bind({
  sql,
  parameters,
}: Pick<CompiledQuery, 'sql' | 'parameters'>): BoundStatement {
  const statement = { sql: oneStatement(sql), parameters: encodeParameters(parameters, sql) }
  checkLimits(statement.sql, statement.parameters)
  return statement
}
