import type { CryptoKey } from 'jose'
import { AccessError } from './errors.ts'
import { type AccessFetch, FETCH_TIMEOUT, fetchText } from './fetch-text.ts'
import { type KeySet, readKeySet } from './key-set.ts'
import {
  KEY_LIFETIME,
  readStoredKeys,
  STORE_TIMEOUT,
  type StorePolicy,
  writeStoredKeys,
} from './stored-keys.ts'
import type { Team } from './team.ts'
import { since, within } from './time.ts'

/** How a verifier wants keys to be kept; several may share the same keys. Times in milliseconds. */
export interface KeyPolicy extends StorePolicy {
  /** The age from which keys are fetched anew. */
  readonly cacheTimeout: number
  /** The time between two fetches, while there are keys. */
  readonly coolDown: number
}

/** The pause after a first failure, while there are no keys; it doubles with each further one. */
const FIRST_PAUSE = 1000
/** How long a request waits for another's fetch, of whose end it may never hear. */
const LONGEST_WAIT = FETCH_TIMEOUT + 2 * STORE_TIMEOUT
/** How often one request looks for another one's fetch, or begins one. */
const MOST_TURNS = 5

const NONE: KeySet = new Map()

/** The public keys of one team in this isolate. */
export class TeamKeys {
  readonly #team: Team
  readonly #fetch: AccessFetch
  #keys = NONE
  /** When the keys left Access. */
  #issuedAt = -Infinity
  /** When they were last asked for. */
  #attemptedAt = -Infinity
  /** How many times in a row that failed. */
  #failures = 0
  /** How many fetches were begun, and which of them the keys come from. */
  #fetches = 0
  #lastFetch = 0
  /** The fetch that is under way, of this request or of another. */
  #inFlight: Promise<void> | undefined

  constructor(team: Team, fetch: AccessFetch) {
    this.#team = team
    this.#fetch = fetch
  }

  /**
   * Finds a key where it can be had without waiting.
   * @param kid The key's id
   * @param cacheTimeout The age from which a key has to be asked for
   * @returns The key; undefined where `find` has to look for it
   */
  known(kid: string, cacheTimeout: number): CryptoKey | undefined {
    return since(this.#issuedAt) < cacheTimeout ? this.#keys.get(kid) : undefined
  }

  /**
   * Finds a key, and fetches the team's keys where it is unknown or old.
   * @param kid The key's id
   * @param policy How old keys may be, and how often they are fetched
   * @returns The key
   * @throws {AccessError} `ERR_ACCESS_TOKEN_KEY` for a key that the team does not have,
   *   `ERR_ACCESS_KEYS_UNAVAILABLE` where that cannot be told
   */
  async find(kid: string, policy: KeyPolicy): Promise<CryptoKey> {
    if (since(this.#attemptedAt) >= LONGEST_WAIT && this.#inFlight !== undefined) this.#giveUp()
    let key = this.#usable().get(kid)
    // While one request asks for newer keys, the others go on with what there is.
    if (key === undefined || this.#inFlight === undefined) {
      await this.#refresh(kid, policy)
      key = this.#usable().get(kid)
    }
    if (key !== undefined) return key
    if (this.#failures > 0 || this.#keys.size === 0) {
      throw new AccessError(
        'ERR_ACCESS_KEYS_UNAVAILABLE',
        `The token cannot be checked: the keys of ${this.#team.issuer} cannot be fetched at the moment.`,
      )
    }
    throw new AccessError(
      'ERR_ACCESS_TOKEN_KEY',
      `The token is signed by none of the keys of ${this.#team.issuer}.`,
    )
  }

  #usable(): KeySet {
    if (since(this.#issuedAt) >= KEY_LIFETIME) this.#keys = NONE
    return this.#keys
  }

  async #refresh(kid: string, policy: KeyPolicy): Promise<void> {
    for (let turn = 0; turn < MOST_TURNS; turn += 1) {
      const current = this.#inFlight
      if (current === undefined) {
        if (!this.#isPaused(policy)) await this.#begin(kid, policy)
        return
      }
      if (await isOver(current)) return
      // On Workers a fetch ends with the request that began it: its client may have gone.
      if (this.#inFlight === current) this.#giveUp()
    }
  }

  #isPaused({ coolDown }: KeyPolicy): boolean {
    const pause =
      this.#keys.size > 0 ? coolDown : Math.min(coolDown, FIRST_PAUSE * 2 ** (this.#failures - 1))
    return since(this.#attemptedAt) < pause
  }

  #begin(kid: string, policy: KeyPolicy): Promise<void> {
    this.#attemptedAt = Date.now()
    const loading = this.#load(kid, policy).finally(() => {
      if (this.#inFlight === loading) this.#inFlight = undefined
    })
    this.#inFlight = loading
    return loading
  }

  /** Forgets a fetch that will not end. Without keys it is made up for at once. */
  #giveUp(): void {
    this.#inFlight = undefined
    if (this.#keys.size === 0) this.#attemptedAt = -Infinity
  }

  /** Never rejects: what fails is logged, and counted. */
  async #load(kid: string, policy: KeyPolicy): Promise<void> {
    const stored = await readStoredKeys(policy, this.#team)
    if (stored !== undefined && stored.issuedAt > this.#issuedAt) {
      this.#keys = stored.keys
      this.#issuedAt = stored.issuedAt
      if (this.known(kid, policy.cacheTimeout) !== undefined) return
    }
    const issuedAt = Date.now()
    const number = (this.#fetches += 1)
    try {
      const text = await fetchText(this.#fetch, `${this.#team.issuer}/cdn-cgi/access/certs`)
      const keys = await readKeySet(text)
      this.#failures = 0
      // One that was given up may come back after a later one.
      if (number < this.#lastFetch) return
      this.#lastFetch = number
      this.#keys = keys
      this.#issuedAt = issuedAt
      await writeStoredKeys(policy, this.#team, { text, issuedAt })
    } catch (error) {
      this.#failures += 1
      policy.logger.warn?.(
        `The keys of ${this.#team.issuer} could not be fetched: ${String(error)}`,
      )
    }
  }
}

/**
 * Waits for what another request began, and tells whether it came to an end. On Workers it never
 * does once that request is gone: some versions of the runtime then reject, others are silent.
 */
async function isOver(work: Promise<void>): Promise<boolean> {
  try {
    await within(LONGEST_WAIT, work)
    return true
  } catch {
    return false
  }
}
