import { SqliteError } from '@node-cf/kysely-sqlite'
import { Kysely } from 'kysely'
import { D1Adapter, d1Connection } from './adapter.ts'
import type { D1SessionConstraint } from './bookmark.ts'
import { SessionScope } from './session-scope.ts'

/** A session, and the Kysely whose queries run in it. */
export interface D1KyselySession<DB> {
  readonly db: Kysely<DB>
  /** The bookmark of the latest query, with which another session continues this one. */
  readonly bookmark: string | null
}

/**
 * Opens a session of D1: what is read through it is never older than what was written or read
 * through it before, from whichever replica it comes.
 *
 * @param db A Kysely with a `D1Dialect`
 * @param start Where the session begins: `first-unconstrained`, the default, `first-primary`, or the
 *   bookmark of a session to continue
 * @returns A Kysely like `db` whose queries run in the session, and the session's bookmark
 * @throws {SqliteError} `ERR_SQLITE_ARGUMENT` for another dialect, or for what is no bookmark
 */
export function withSession<DB>(
  db: Kysely<DB>,
  start: D1SessionConstraint | (string & {}) = 'first-unconstrained',
): D1KyselySession<DB> {
  const executor = db.getExecutor()
  const { adapter } = executor
  if (!(adapter instanceof D1Adapter)) {
    throw new SqliteError(
      'ERR_SQLITE_ARGUMENT',
      'withSession() needs a Kysely whose dialect is D1Dialect.',
    )
  }
  const scope = new SessionScope(start)
  const { dialect } = adapter
  return {
    db: new Kysely<DB>({
      config: { dialect },
      dialect,
      driver: dialect.createDriver(),
      executor: executor.withConnectionProvider({
        provideConnection: (consumer, options) =>
          executor.provideConnection((connection) => {
            d1Connection(connection).enter(scope)
            return consumer(connection)
          }, options),
      }),
    }),
    get bookmark() {
      return scope.bookmark
    },
  }
}
