import { AccessError } from './errors.ts'
import { type ExemptPaths, exemptPaths } from './exempt.ts'
import type { AccessFetch } from './fetch-text.ts'
import type { AccessKeyStore } from './key-store.ts'
import { type AccessLogger, consoleLogger } from './logger.ts'
import type { KeyPolicy } from './team-keys.ts'
import { readTeam, type Team } from './team.ts'

/** What a verifier has to know. */
export interface AccessOptions {
  /** The Zero Trust team: its name, its host or its URL. */
  team: string
  /** The Application Audience (AUD) tag of the Access application, or those of several. */
  audience: string | readonly string[]
  /**
   * Paths that are served without a token: `/health` is the path itself and all below it, `/` the
   * root alone. None by default.
   */
  exempt?: readonly string[] | undefined
  /** The age in seconds from which the team's keys are fetched anew; 3600 by default. */
  cacheTimeout?: number | undefined
  /** The least time in seconds between two fetches of the keys; 30 by default. */
  coolDown?: number | undefined
  /** By how many seconds clocks may differ, from 0 to 60; 30 by default. */
  clockTolerance?: number | undefined
  /** What fetches from the team; the global `fetch` by default. Tests give a test team's. */
  fetch?: AccessFetch | undefined
  /**
   * Where isolates share the keys: a KV namespace, or what `cacheKeyStore` makes of a cache. A
   * function is called with each use, for a binding that exists in requests only. Whoever can
   * write there can sign in as anybody.
   */
  keyStore?: AccessKeyStore | (() => AccessKeyStore) | undefined
  /** Where to log; warnings and errors go to the console by default. */
  logger?: AccessLogger | undefined
}

/** The options as they are used: checked, with defaults, times in milliseconds. */
export interface Settings extends KeyPolicy {
  readonly team: Team
  readonly audience: ReadonlySet<string>
  readonly exempt: ExemptPaths
  /** In seconds, as the times in tokens are. */
  readonly clockTolerance: number
  readonly fetch: AccessFetch
}

/** Called late, so that whoever wraps the global `fetch` afterwards is not left out. */
const globalFetch: AccessFetch = (url, init) => fetch(url, init)

/** Checks the options when they are given, not when they are first used. */
export function checkedOptions(options: AccessOptions): Settings {
  const {
    cacheTimeout = 3600,
    coolDown = 30,
    clockTolerance = 30,
    fetch: fetchOption = globalFetch,
    logger = consoleLogger,
  } = options
  if (typeof fetchOption !== 'function') throw invalid('fetch', 'a function', fetchOption)
  if (typeof logger !== 'object' || logger === null) throw invalid('logger', 'an object', logger)
  return {
    team: readTeam(options.team),
    audience: checkedAudience(options.audience),
    exempt: exemptPaths(options.exempt),
    cacheTimeout: checkedSeconds('cacheTimeout', cacheTimeout, 7 * 86_400) * 1000,
    coolDown: checkedSeconds('coolDown', coolDown, 86_400) * 1000,
    clockTolerance: checkedSeconds('clockTolerance', clockTolerance, 60),
    fetch: fetchOption,
    keyStore: checkedStore(options.keyStore),
    logger,
  }
}

function checkedAudience(audience: unknown): ReadonlySet<string> {
  const audiences: unknown[] = Array.isArray(audience) ? audience : [audience]
  const isTag = (tag: unknown): tag is string => typeof tag === 'string' && /^\S+$/.test(tag)
  if (audiences.length > 0 && audiences.every(isTag)) return new Set(audiences)
  throw invalid('audience', 'the AUD tag of an Access application, or a list of such', audience)
}

function checkedSeconds(name: string, seconds: number, most: number): number {
  if (Number.isFinite(seconds) && seconds >= 0 && seconds <= most) return seconds
  throw invalid(name, `a number of seconds from 0 to ${most}`, seconds)
}

function checkedStore(store: AccessOptions['keyStore']): (() => AccessKeyStore) | undefined {
  if (store === undefined || typeof store === 'function') return store
  const isStore = typeof store?.get === 'function' && typeof store.put === 'function'
  if (isStore) return () => store
  throw invalid('keyStore', 'a KV namespace, what has its get and put, or a function', store)
}

function invalid(name: string, wanted: string, value: unknown): AccessError {
  const got = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return new AccessError('ERR_ACCESS_OPTION', `${name} must be ${wanted}; got ${got}.`)
}
