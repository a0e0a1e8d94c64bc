import type { D1DatabaseLike, D1PreparedStatementLike } from '@node-cf/kysely-d1'

/** What was asked of a binding. */
export interface Watch {
  /** Calls, those in a session with that word before. */
  calls: string[]
  running: number
  /** The most calls that ran at the same time. */
  most: number
  /** Where sessions were told to begin. */
  sessions: string[]
  /** Is thrown in place of the next calls, one error each, before they reach the database. */
  before: string[]
  /** Is thrown after the next calls have taken effect, one error each. */
  after: string[]
}

export function newWatch(): Watch {
  return { calls: [], running: 0, most: 0, sessions: [], before: [], after: [] }
}

/** The same binding, watched, and failing when told to. */
export function watched(database: D1DatabaseLike, watch: Watch): D1DatabaseLike {
  return {
    ...watchedQueries(database, watch, ''),
    withSession(start = '') {
      watch.sessions.push(start)
      const session = database.withSession(start)
      return {
        ...watchedQueries(session, watch, 'session '),
        getBookmark: () => session.getBookmark(),
      }
    },
  }
}

type Queries = Pick<D1DatabaseLike, 'prepare' | 'batch'>

const originals = new WeakMap<D1PreparedStatementLike, D1PreparedStatementLike>()

function watchedQueries(database: Queries, watch: Watch, prefix: string): Queries {
  return {
    prepare: (sql) => watchedStatement(database.prepare(sql), watch, prefix),
    batch: (statements) =>
      call(watch, `${prefix}batch`, () =>
        database.batch(statements.map((one) => originals.get(one)!)),
      ),
  }
}

function watchedStatement(
  statement: D1PreparedStatementLike,
  watch: Watch,
  prefix: string,
): D1PreparedStatementLike {
  const wrapped: D1PreparedStatementLike = {
    bind: (...values) => watchedStatement(statement.bind(...values), watch, prefix),
    all: () => call(watch, `${prefix}all`, () => statement.all()),
    raw: (options) => call(watch, `${prefix}raw`, () => statement.raw(options)),
  }
  originals.set(wrapped, statement)
  return wrapped
}

async function call<Result>(
  watch: Watch,
  name: string,
  work: () => Promise<Result>,
): Promise<Result> {
  watch.calls.push(name)
  watch.running += 1
  watch.most = Math.max(watch.most, watch.running)
  try {
    const before = watch.before.shift()
    if (before !== undefined) throw new Error(before)
    const result = await work()
    const after = watch.after.shift()
    if (after !== undefined) throw new Error(after)
    return result
  } finally {
    watch.running -= 1
  }
}
