import { type KeySet, readKeySet } from './key-set.ts'
import type { AccessKeyStore } from './key-store.ts'
import type { AccessLogger } from './logger.ts'
import type { Team } from './team.ts'
import { since, within } from './time.ts'

/** Access keeps a replaced key valid for seven days, and so are keys kept through an outage. */
export const KEY_LIFETIME: number = 7 * 24 * 60 * 60 * 1000
/** How long a store may take, in milliseconds. */
export const STORE_TIMEOUT = 1000

/** Where isolates share keys. */
export interface StorePolicy {
  readonly keyStore: (() => AccessKeyStore) | undefined
  readonly logger: AccessLogger
}

/**
 * Reads what another isolate has left. Whatever is wrong with that is logged and no more: Access
 * itself has the keys too.
 * @param policy The store
 * @param team Whose keys
 * @returns The keys, and when they left Access; undefined where there are none of use
 */
export async function readStoredKeys(
  { keyStore, logger }: StorePolicy,
  team: Team,
): Promise<{ keys: KeySet; issuedAt: number } | undefined> {
  if (keyStore === undefined) return undefined
  try {
    const entry = await within(STORE_TIMEOUT, keyStore().get(entryOf(team)))
    if (entry === null) return undefined
    const { text, issuedAt } = JSON.parse(entry) as { text: string; issuedAt: number }
    const isOfUse = Number.isFinite(issuedAt) && since(issuedAt) < KEY_LIFETIME
    return isOfUse ? { keys: await readKeySet(text), issuedAt } : undefined
  } catch (error) {
    logger.warn?.(`The keyStore could not be read: ${String(error)}`)
    return undefined
  }
}

/**
 * Leaves keys for other isolates.
 * @param policy The store
 * @param team Whose keys
 * @param keys What Access answered, and when
 */
export async function writeStoredKeys(
  { keyStore, logger }: StorePolicy,
  team: Team,
  keys: { text: string; issuedAt: number },
): Promise<void> {
  if (keyStore === undefined) return
  try {
    const options = { expirationTtl: KEY_LIFETIME / 1000 }
    await within(STORE_TIMEOUT, keyStore().put(entryOf(team), JSON.stringify(keys), options))
  } catch (error) {
    logger.warn?.(`The keyStore could not be written: ${String(error)}`)
  }
}

function entryOf(team: Team): string {
  return `access-keys:${team.name}`
}
