import type { AccessClaims } from './claims.ts'
import { AccessError } from './errors.ts'

/**
 * What an application's tokens hold in `custom`, as configured with the identity provider. Declare
 * its properties to have them typed:
 * `declare module '@node-cf/access' { interface AccessCustomClaims { department: string } }`
 */
export interface AccessCustomClaims {
  readonly [claim: string]: unknown
}

/** A person who signed in. */
export interface AccessUser<Custom = AccessCustomClaims> {
  readonly kind: 'user'
  readonly email: string
  /** The user's id, which changes when the user is removed from the team and added again. */
  readonly sub: string
  /** The name, where the identity provider's claims have one. */
  readonly name: string | undefined
  readonly custom: Custom
  readonly claims: AccessClaims<Custom>
}

/** A machine with a service token or a client certificate. */
export interface AccessService<Custom = AccessCustomClaims> {
  readonly kind: 'service'
  /** The client id of the service token, or the common name of the certificate. */
  readonly commonName: string
  readonly custom: Custom
  readonly claims: AccessClaims<Custom>
}

/** Who a request comes from. */
export type AccessIdentity<Custom = AccessCustomClaims> = AccessUser<Custom> | AccessService<Custom>

/**
 * Tells whose claims these are.
 * @param claims Claims that have been checked
 * @returns The identity
 * @throws {AccessError} `ERR_ACCESS_NO_IDENTITY` for a token that names nobody, as a policy by
 *   address or country lets people in
 */
export function identityOf<Custom>(claims: AccessClaims<Custom>): AccessIdentity<Custom> {
  const { email, sub, common_name: commonName, custom = {} as Custom } = claims
  if (isText(email) && isText(sub)) {
    return { kind: 'user', email, sub, name: nameOf(claims), custom, claims }
  }
  if (isText(commonName) && !isText(email)) {
    return { kind: 'service', commonName, custom, claims }
  }
  throw new AccessError(
    'ERR_ACCESS_NO_IDENTITY',
    'The token is good, and names neither a user nor a service.',
  )
}

/** What tells one identity from another, and stays the same with the next token. */
export function subjectOf(identity: AccessIdentity<unknown>): string {
  return identity.kind === 'user' ? `user:${identity.sub}` : `service:${identity.commonName}`
}

function nameOf({ name, custom }: AccessClaims): string | undefined {
  if (isText(name)) return name
  const { name: customName } = (custom ?? {}) as { name?: unknown }
  return isText(customName) ? customName : undefined
}

function isText(claim: unknown): claim is string {
  return typeof claim === 'string' && claim !== ''
}
