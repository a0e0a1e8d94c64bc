import type { CompiledQuery, KyselyPlugin, QueryId } from 'kysely'

const marked = new WeakSet<QueryId>()

/**
 * A plugin that marks queries as idempotent: having run twice leaves the database as having run
 * once. Reads are so by themselves; a write that is marked is sent again after a transient error.
 *
 * @example await db.withPlugin(idempotent).deleteFrom('session').where('id', '=', id).execute()
 */
export const idempotent: KyselyPlugin = {
  transformQuery({ node, queryId }) {
    marked.add(queryId)
    return node
  },
  transformResult: ({ result }) => Promise.resolve(result),
}

/** Whether a query was compiled under the {@link idempotent} plugin. */
export function isIdempotent(query: CompiledQuery): boolean {
  return marked.has(query.queryId)
}
