import { AccessError, type AccessErrorCode } from './errors.ts'

/** What a token says, checked as far as the types tell. */
export interface AccessClaims<Custom = unknown> {
  readonly iss: string
  readonly aud: string | readonly string[]
  readonly type: 'app'
  /** When it expires, in seconds since 1970. */
  readonly exp: number
  readonly iat?: number
  readonly nbf?: number
  readonly custom?: Custom
  readonly [claim: string]: unknown
}

/** What the claims of a token have to say. */
export interface ExpectedClaims {
  readonly issuer: string
  readonly audience: ReadonlySet<string>
  /** By how many seconds two clocks may differ. */
  readonly clockTolerance: number
}

/**
 * Checks the claims of a token whose signature is good.
 * @param claims What the token says
 * @param expected What it has to say
 * @returns The claims
 * @throws {AccessError} `ERR_ACCESS_TOKEN_…`, for the first that is not as expected
 */
export function checkClaims<Custom>(
  claims: unknown,
  { issuer, audience, clockTolerance }: ExpectedClaims,
): AccessClaims<Custom> {
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) {
    throw refused('CLAIMS', 'holds no claims')
  }
  const { iss, aud, type, exp, nbf, iat, custom } = claims as Record<string, unknown>
  if (iss !== issuer) throw refused('ISSUER', 'was issued by somebody else than the team')
  if (!isFor(aud, audience)) throw refused('AUDIENCE', 'is for another application')
  if (type !== 'app') throw refused('TYPE', "is no application's")

  const now = Date.now() / 1000
  if (!isTime(exp)) throw refused('CLAIMS', 'does not say when it expires')
  if (exp <= now - clockTolerance) throw refused('EXPIRED', 'has expired')
  for (const from of [nbf, iat]) {
    if (from === undefined) continue
    if (!isTime(from)) throw refused('CLAIMS', 'has a malformed time')
    if (from > now + clockTolerance) throw refused('EARLY', 'is not valid yet')
  }
  if (custom !== undefined && (typeof custom !== 'object' || custom === null)) {
    throw refused('CLAIMS', 'has malformed custom claims')
  }
  return claims as AccessClaims<Custom>
}

function isFor(aud: unknown, audience: ReadonlySet<string>): boolean {
  const audiences: unknown[] = Array.isArray(aud) ? aud : [aud]
  return (
    audiences.every((one) => typeof one === 'string') && audiences.some((one) => audience.has(one))
  )
}

function isTime(claim: unknown): claim is number {
  return typeof claim === 'number' && Number.isFinite(claim)
}

function refused(
  reason: 'AUDIENCE' | 'CLAIMS' | 'EARLY' | 'EXPIRED' | 'ISSUER' | 'TYPE',
  what: string,
): AccessError {
  const code: AccessErrorCode = `ERR_ACCESS_TOKEN_${reason}`
  return new AccessError(code, `The token ${what}.`)
}
