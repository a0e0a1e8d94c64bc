import { AccessError } from './errors.ts'
import { type HeaderSource, readHeader } from './header-source.ts'

/** The header in which Access hands the token to the origin. */
export const TOKEN_HEADER = 'cf-access-jwt-assertion'
/** The cookie in which the browser keeps it. */
export const TOKEN_COOKIE = 'CF_Authorization'

/** Access keeps its token in a cookie, of which browsers take 4,096 bytes. */
const LONGEST_TOKEN = 8192
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/

/**
 * Finds the token of a request: the header's, and the cookie's where there is no such header. What
 * is wrong with the one is not made good by the other.
 * @param source What carries the headers
 * @returns The token, in the shape of one and otherwise unchecked
 * @throws {AccessError} `ERR_ACCESS_TOKEN_MISSING`, or `ERR_ACCESS_TOKEN_MALFORMED` for what is
 *   none and for several
 */
export function findToken(source: HeaderSource): string {
  const header = readHeader(source, TOKEN_HEADER)
  const token = header ?? cookieOf(readHeader(source, 'cookie') ?? '')
  if (token === undefined) {
    throw new AccessError('ERR_ACCESS_TOKEN_MISSING', 'The request has no Cloudflare Access token.')
  }
  if (token.length > LONGEST_TOKEN || !TOKEN.test(token)) {
    throw new AccessError(
      'ERR_ACCESS_TOKEN_MALFORMED',
      `The ${header === undefined ? `cookie ${TOKEN_COOKIE}` : `header ${TOKEN_HEADER}`} holds no single token of at most ${LONGEST_TOKEN} characters.`,
    )
  }
  return token
}

/** The value of Access' cookie as it was sent: a token needs no decoding. */
function cookieOf(cookies: string): string | undefined {
  const values = cookies.split(';').flatMap((pair) => {
    const [name = '', ...value] = pair.split('=')
    return name.trim() === TOKEN_COOKIE ? [value.join('=').trim()] : []
  })
  if (values.length < 2) return values[0]
  throw new AccessError(
    'ERR_ACCESS_TOKEN_MALFORMED',
    `The request has several cookies ${TOKEN_COOKIE}.`,
  )
}
