import { type CryptoKey, importJWK, type JWK } from 'jose'

/** Public keys by their `kid`. A map, as a token may name its key `__proto__`. */
export type KeySet = ReadonlyMap<string, CryptoKey>

/** Access publishes two keys at a time. */
const MOST_KEYS = 32

/**
 * Reads what the certs endpoint of a team answers. What is no RS256 key with a name is left out;
 * `public_cert` is never looked at.
 * @param text The JSON
 * @returns The keys
 * @throws {Error} When it holds none
 */
export async function readKeySet(text: string): Promise<KeySet> {
  const { keys } = JSON.parse(text) as { keys?: unknown }
  const candidates = Array.isArray(keys) ? keys.slice(0, MOST_KEYS).filter(isUsable) : []
  const imported = new Map<string, CryptoKey>()
  for (const { kid, n, e } of candidates) {
    // Of two keys with one name neither is the right one.
    if (candidates.filter((other) => other.kid === kid).length > 1) continue
    const key = await importKey({ kty: 'RSA', n, e })
    if (key !== undefined) imported.set(kid, key)
  }
  if (imported.size === 0) throw new Error('The answer holds no key for RS256.')
  return imported
}

function isUsable(candidate: unknown): candidate is { kid: string; n: string; e: string } {
  if (typeof candidate !== 'object' || candidate === null) return false
  const { kty, kid, n, e, alg, use } = candidate as JWK
  return (
    kty === 'RSA' &&
    typeof kid === 'string' &&
    kid !== '' &&
    typeof n === 'string' &&
    typeof e === 'string' &&
    (alg === undefined || alg === 'RS256') &&
    (use === undefined || use === 'sig')
  )
}

async function importKey(jwk: JWK): Promise<CryptoKey | undefined> {
  try {
    return (await importJWK(jwk, 'RS256')) as CryptoKey
  } catch {
    // One key that cannot be read does not take the others with it.
    return undefined
  }
}
