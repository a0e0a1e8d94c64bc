import { checkClaims } from './claims.ts'
import { type AccessContextLike, type AccessDetails, IdentityDetails } from './details.ts'
import type { HeaderSource } from './header-source.ts'
import { type AccessCustomClaims, type AccessIdentity, identityOf } from './identity.ts'
import { type AccessOptions, checkedOptions } from './options.ts'
import { signaturesOf } from './signatures.ts'
import { findToken } from './token.ts'

/** Verifies the tokens of one team for one or several applications. */
export interface AccessVerifier<Custom = AccessCustomClaims> {
  /** The team's address, `https://acme.cloudflareaccess.com`: what issues its tokens. */
  readonly issuer: string
  /**
   * Where a user signs out of all applications of the team. `/cdn-cgi/access/logout` of the
   * application's own host signs out too.
   */
  readonly logoutUrl: string
  /**
   * Verifies the token of a request: of its header `Cf-Access-Jwt-Assertion`, else of its cookie
   * `CF_Authorization`.
   * @param source A `Request`, Node's request, or the headers of one
   * @returns Who the request comes from
   * @throws {AccessError} With status 401 for a token that is missing or bad, 403 for a good one
   *   that names nobody, 503 where the team's keys cannot be had
   */
  verify(source: HeaderSource): Promise<AccessIdentity<Custom>>
  /**
   * Tells whether a path is served without a token, by the option `exempt`.
   * @param path The path as the client sent it, with or without a query
   */
  isExempt(path: string): boolean
  /**
   * Asks Access what it knows of a user beyond the token: groups, device posture, the identity
   * provider. The answer is kept for a minute.
   * @param source A `Request`, Node's request, or the headers of one; its token is verified
   * @param access `ctx.access` of a Worker, which is asked instead where it is given
   * @returns What Access answers
   * @throws {AccessError} As `verify` does; `ERR_ACCESS_IDENTITY_UNAVAILABLE` where Access does not
   *   answer in time
   */
  getIdentity(source: HeaderSource, access?: AccessContextLike): Promise<AccessDetails>
}

/**
 * Makes a verifier. All verifiers of a team in an isolate share its keys.
 * @param options The team, the audience, and how keys are kept
 * @returns The verifier
 * @throws {AccessError} `ERR_ACCESS_OPTION` for an option that is missing or not as described
 */
export function createAccessVerifier<Custom = AccessCustomClaims>(
  options: AccessOptions,
): AccessVerifier<Custom> {
  const settings = checkedOptions(options)
  const { team, audience, clockTolerance, exempt, fetch } = settings
  const expected = { issuer: team.issuer, audience, clockTolerance }
  const signatures = signaturesOf(team, fetch)
  const details = new IdentityDetails(team, audience, fetch)

  async function verify(source: HeaderSource): Promise<AccessIdentity<Custom>> {
    const claims = await signatures.claimsOf(findToken(source), settings)
    return identityOf(checkClaims<Custom>(claims, expected))
  }

  return {
    issuer: team.issuer,
    logoutUrl: `${team.issuer}/cdn-cgi/access/logout`,
    verify,
    isExempt: (path) => exempt.includes(path),
    async getIdentity(source, access) {
      await verify(source)
      return details.of(findToken(source), access)
    },
  }
}
