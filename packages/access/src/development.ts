import { AccessError } from './errors.ts'
import { type HeaderSource, readHeader } from './header-source.ts'
import type { AccessIdentity } from './identity.ts'

/** Who every request comes from while an app is developed without Access in front of it. */
export interface DevelopmentOptions {
  email: string
  name?: string | undefined
  custom?: object | undefined
}

/** Every request that came through Cloudflare has some of these, and no other has. */
const CLOUDFLARE_HEADERS = [
  'cdn-loop',
  'cf-access-authenticated-user-email',
  'cf-access-client-id',
  'cf-access-jwt-assertion',
  'cf-connecting-ip',
  'cf-ipcountry',
  'cf-ray',
  'cf-visitor',
  'cf-worker',
]
/** `wrangler dev` tells the Worker the address of a local client. No client of Cloudflare has one. */
const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/

/**
 * Checks the option `development`.
 * @param options Who the developer is
 * @throws {AccessError} `ERR_ACCESS_DEVELOPMENT` where `NODE_ENV` is `production`,
 *   `ERR_ACCESS_OPTION` without an address
 */
export function checkDevelopment({ email }: DevelopmentOptions): void {
  if (isProduction()) {
    throw new AccessError(
      'ERR_ACCESS_DEVELOPMENT',
      'development must not be given where NODE_ENV is "production": every request would be let in.',
    )
  }
  if (typeof email !== 'string' || email === '') {
    throw new AccessError('ERR_ACCESS_OPTION', 'development must have an email.')
  }
}

/**
 * Makes the identity for development.
 * @param options Who the developer is
 * @param source The headers of the request
 * @returns The developer
 * @throws {AccessError} `ERR_ACCESS_DEVELOPMENT` for a request that came through Cloudflare
 */
export function developer<Custom>(
  { email, name, custom = {} }: DevelopmentOptions,
  source: HeaderSource,
): AccessIdentity<Custom> {
  const header = CLOUDFLARE_HEADERS.find((candidate) => isCloudflares(source, candidate))
  if (header !== undefined || isProduction()) {
    throw new AccessError(
      'ERR_ACCESS_DEVELOPMENT',
      `The option development is set, and ${header === undefined ? 'NODE_ENV is "production"' : `the request has the header ${header}, so it came through Cloudflare`}: it is refused.`,
    )
  }
  const now = Math.floor(Date.now() / 1000)
  const sub = `development:${email}`
  return {
    kind: 'user',
    email,
    sub,
    name,
    custom: custom as Custom,
    claims: {
      iss: 'development',
      aud: [],
      type: 'app',
      iat: now,
      exp: now + 60,
      email,
      sub,
      custom: custom as Custom,
    },
  }
}

function isCloudflares(source: HeaderSource, name: string): boolean {
  const value = readHeader(source, name)
  return value !== undefined && !(name === 'cf-connecting-ip' && LOOPBACK.test(value))
}

/** Bundlers put the value in the place of the expression, which therefore stands here in full. */
function isProduction(): boolean {
  return typeof process !== 'undefined' && process.env.NODE_ENV === 'production'
}
