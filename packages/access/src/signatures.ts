import {
  base64url,
  type CompactJWSHeaderParameters,
  compactVerify,
  type CryptoKey,
  errors,
} from 'jose'
import { BoundedMap } from './bounded-map.ts'
import { AccessError } from './errors.ts'
import type { AccessFetch } from './fetch-text.ts'
import { type KeyPolicy, TeamKeys } from './team-keys.ts'
import type { Team } from './team.ts'

const RS256_ONLY = { algorithms: ['RS256'] }
/** Longer than any `kid` of Access, which has 64 characters. */
const LONGEST_KID = 256
/** How many tokens are remembered; each has about one kilobyte. */
const MOST_TOKENS = 500

/** Checks signatures by the keys of one team. */
export class Signatures {
  readonly #keys: TeamKeys
  /**
   * Tokens whose signature was good, and by which key. A browser sends the same token with each
   * request; the signature is not computed again while its key is in use. Nothing else is
   * remembered: what a token says is read and checked each time.
   */
  readonly #good = new BoundedMap<string, { kid: string; key: CryptoKey }>(MOST_TOKENS)

  constructor(keys: TeamKeys) {
    this.#keys = keys
  }

  /**
   * Checks the signature of a token.
   * @param token The token, in the shape of one
   * @param policy How keys are kept
   * @returns What the token says, otherwise unchecked
   * @throws {AccessError} `ERR_ACCESS_TOKEN_…` for a token that the team has not signed by RS256,
   *   `ERR_ACCESS_KEYS_UNAVAILABLE` where that cannot be told
   */
  async claimsOf(token: string, policy: KeyPolicy): Promise<unknown> {
    const seen = this.#good.get(token)
    if (seen !== undefined && (await this.#find(seen.kid, policy)) === seen.key) {
      return parse(base64url.decode(token.split('.')[1]!))
    }
    let kid = ''
    try {
      const { payload, key } = await compactVerify(
        token,
        (header: CompactJWSHeaderParameters) => {
          kid = kidOf(header)
          return this.#find(kid, policy)
        },
        RS256_ONLY,
      )
      const claims = parse(payload)
      this.#good.set(token, { kid, key })
      return claims
    } catch (error) {
      throw error instanceof AccessError ? error : refusal(error)
    }
  }

  #find(kid: string, policy: KeyPolicy): CryptoKey | Promise<CryptoKey> {
    return this.#keys.known(kid, policy.cacheTimeout) ?? this.#keys.find(kid, policy)
  }
}

function kidOf(header: CompactJWSHeaderParameters): string {
  const { kid, b64, crit, jku, jwk, x5c, x5u } = header
  const brings = b64 ?? crit ?? jku ?? jwk ?? x5c ?? x5u
  if (brings === undefined && typeof kid === 'string' && kid !== '' && kid.length <= LONGEST_KID) {
    return kid
  }
  throw new AccessError(
    'ERR_ACCESS_TOKEN_MALFORMED',
    'The header of the token must name a key of the team by kid, and have no b64, crit, jku, jwk, x5c or x5u.',
  )
}

const decoder = new TextDecoder('utf-8', { fatal: true })

function parse(payload: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(payload))
  } catch {
    // The parser's error quotes what it read.
    throw new AccessError('ERR_ACCESS_TOKEN_CLAIMS', 'The token holds no claims.')
  }
}

/** What jose says of a token, without its words: they may quote the token. */
function refusal(error: unknown): AccessError {
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return new AccessError('ERR_ACCESS_TOKEN_ALGORITHM', 'The token is not signed by RS256.')
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return new AccessError('ERR_ACCESS_TOKEN_SIGNATURE', 'The signature of the token is wrong.')
  }
  return new AccessError('ERR_ACCESS_TOKEN_MALFORMED', 'The token is malformed.')
}

/** By what fetches, and by the team's name. */
const teams = new WeakMap<AccessFetch, Map<string, Signatures>>()

/**
 * The signatures of a team, by one set of keys for all verifiers of this isolate that fetch alike.
 * @param team The team
 * @param fetch What fetches its keys
 */
export function signaturesOf(team: Team, fetch: AccessFetch): Signatures {
  const byName = teams.get(fetch) ?? new Map<string, Signatures>()
  teams.set(fetch, byName)
  const signatures = byName.get(team.name) ?? new Signatures(new TeamKeys(team, fetch))
  byName.set(team.name, signatures)
  return signatures
}
