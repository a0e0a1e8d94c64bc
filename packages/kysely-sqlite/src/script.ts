import { CompiledQuery, type DatabaseConnection, type Kysely } from 'kysely'
import { splitStatements } from './sql-text.ts'

/** A connection that runs statements of which nobody asks for results. */
export interface ScriptConnection extends DatabaseConnection {
  /** Runs the statements in their order; all of them take effect, or none. */
  executeScript(statements: readonly string[]): Promise<void>
}

/**
 * Runs the statements of a text, a migration file say: all of them take effect, or none. On another
 * dialect than those for D1 and Durable Objects they run one after the other.
 *
 * @param db The database
 * @param text Statements that end in semicolons; see {@link splitStatements}
 * @throws {SqliteError} With the code of the first statement that failed
 */
// oxlint-disable-next-line typescript/no-explicit-any
export async function runScript(db: Kysely<any>, text: string): Promise<void> {
  const statements = splitStatements(text)
  if (statements.length === 0) return
  await db.getExecutor().provideConnection(async (connection) => {
    if ('executeScript' in connection) {
      await (connection as ScriptConnection).executeScript(statements)
      return
    }
    for (const sql of statements) await connection.executeQuery(CompiledQuery.raw(sql))
  })
}
