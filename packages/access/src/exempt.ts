import { AccessError } from './errors.ts'

/** Paths that are served without a token. */
export interface ExemptPaths {
  /**
   * Tells whether a path is exempt.
   * @param path The path as the client sent it, with or without a query
   */
  includes(path: string): boolean
  /**
   * Tells whether a route may serve an exempt path. A router that has chosen its route knows what
   * is going to run, whatever somebody did to the URL afterwards.
   * @param pattern The route's path, with `:parameters` and `*`
   */
  mayReach(pattern: string): boolean
}

/**
 * What servers, proxies and routers do not all read alike: escapes, backslashes, semicolons,
 * fragments, empty and dot segments, and all that RFC 3986 does not allow in a path.
 */
const UNCLEAR = /[^\w\-.~!$&'()*+,=:@/]|\/\/|\/\.\.?(?:\/|$)/

/**
 * Checks a list of exempt paths.
 * @param paths `/health` is the path itself and all below it, `/` the root and nothing else
 * @returns The paths
 * @throws {AccessError} `ERR_ACCESS_OPTION` for a path that no request could match, or a pattern
 */
export function exemptPaths(paths: readonly string[] = []): ExemptPaths {
  if (!Array.isArray(paths)) throw invalid(paths)
  for (const path of paths) {
    const isPlain = typeof path === 'string' && path.startsWith('/') && !UNCLEAR.test(path)
    // Routers mostly serve /a at /a/ too: an entry that means the one and not the other is a trap.
    if (!isPlain || /[*:]|.\/$/.test(path)) throw invalid(path)
  }
  const entries = [...paths]

  function includes(path: string): boolean {
    const query = path.indexOf('?')
    const pathname = query === -1 ? path : path.slice(0, query)
    return (
      pathname.startsWith('/') &&
      !UNCLEAR.test(pathname) &&
      entries.some((exempt) => pathname === exempt || isBelow(pathname, exempt))
    )
  }

  return {
    includes,
    mayReach(pattern) {
      const wildcard = pattern.search(/[*:]/)
      if (wildcard === -1) return includes(pattern)
      const start = pattern.slice(0, wildcard)
      return entries.some((exempt) => exempt.startsWith(start) || isBelow(start, exempt))
    },
  }
}

function isBelow(pathname: string, exempt: string): boolean {
  return exempt !== '/' && pathname.startsWith(`${exempt}/`)
}

function invalid(path: unknown): AccessError {
  return new AccessError(
    'ERR_ACCESS_OPTION',
    `exempt must be a list of plain paths such as "/health", which takes in all that is below it: without a slash at the end, patterns, escapes and dot segments; got ${JSON.stringify(path)}.`,
  )
}
