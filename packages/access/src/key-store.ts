/** Keeps the keys of a team between isolates; a KV namespace is one. */
export interface AccessKeyStore {
  get(key: string): Promise<string | null>
  put(key: string, value: string, options: { expirationTtl: number }): Promise<void>
}

/** The part of the Cache API that is used. */
export interface CacheLike {
  match(url: string): Promise<Response | undefined>
  put(url: string, response: Response): Promise<void>
}

/**
 * Makes a store of a cache of the Cache API, which a data centre's isolates share.
 * @param cache The cache, or what opens it: `() => caches.open('access')`
 * @returns The store, for the option `keyStore`
 */
export function cacheKeyStore(
  cache: CacheLike | (() => CacheLike | Promise<CacheLike>),
): AccessKeyStore {
  const open = async (): Promise<CacheLike> => (typeof cache === 'function' ? cache() : cache)
  // A cache takes URLs for keys; nothing is ever fetched from this one.
  const urlOf = (key: string): string => `https://access-keys.invalid/${encodeURIComponent(key)}`
  return {
    async get(key) {
      const response = await (await open()).match(urlOf(key))
      return response === undefined ? null : response.text()
    },
    async put(key, value, { expirationTtl }) {
      const headers = { 'cache-control': `max-age=${expirationTtl}` }
      await (await open()).put(urlOf(key), new Response(value, { headers }))
    },
  }
}
