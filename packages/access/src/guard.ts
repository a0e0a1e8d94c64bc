import { checkDevelopment, developer, type DevelopmentOptions } from './development.ts'
import { AccessError } from './errors.ts'
import { exemptPaths } from './exempt.ts'
import { type HeaderSource, readHeader } from './header-source.ts'
import { type AccessCustomClaims, type AccessIdentity, subjectOf } from './identity.ts'
import { consoleLogger } from './logger.ts'
import type { AccessOptions } from './options.ts'
import { type Provision, provisionOnce } from './provision.ts'
import type { SessionBridge } from './session.ts'
import { type AccessVerifier, createAccessVerifier } from './verifier.ts'

/** The part of a framework's request that is read. */
export interface GuardedRequest {
  readonly method: string
  readonly headers: HeaderSource
}

/** What a guard has to know besides what a verifier does. */
export interface GuardOptions<
  Request extends GuardedRequest,
  Custom = AccessCustomClaims,
> extends AccessOptions {
  /** Finds or creates the app's own user; called once per identity and request. */
  provision?: Provision<Request, Custom> | undefined
  /**
   * Lets every request in as this user, for development without Access. Not with `NODE_ENV`
   * `production`, and no request that came through Cloudflare.
   */
  development?: DevelopmentOptions | undefined
  /**
   * Serves CORS preflights without a token: `OPTIONS` with `Origin` and
   * `Access-Control-Request-Method`. Not by default.
   */
  exemptPreflight?: boolean | undefined
}

/** Decides what is let in, for a plugin of a framework. */
export interface AccessGuard<Request, Custom = AccessCustomClaims> {
  readonly verifier: AccessVerifier<Custom>
  /**
   * Lets a request in, or throws.
   * @param request The framework's request
   * @param path Its path as the router reads it, query and all
   * @param route The pattern of its route, where that is already known
   * @returns Who it comes from; null where nobody was asked, as the path is exempt
   * @throws {AccessError} With the status to answer; and what `provision` throws
   */
  admit(request: Request, path: string, route?: string): Promise<AccessIdentity<Custom> | null>
}

/**
 * Makes a guard.
 * @param options What is let in
 * @param session How the app's own session is reached, which is to end with that of Access
 * @returns The guard
 * @throws {AccessError} `ERR_ACCESS_OPTION`, `ERR_ACCESS_DEVELOPMENT`
 */
export function createAccessGuard<Request extends GuardedRequest, Custom = AccessCustomClaims>(
  options: GuardOptions<Request, Custom>,
  session?: SessionBridge<Request>,
): AccessGuard<Request, Custom> {
  const verifier = createAccessVerifier<Custom>(options)
  const exempt = exemptPaths(options.exempt)
  const { development, exemptPreflight = false, provision, logger = consoleLogger } = options
  if (provision !== undefined && typeof provision !== 'function') {
    throw new AccessError('ERR_ACCESS_OPTION', 'provision must be a function.')
  }
  if (development !== undefined) {
    checkDevelopment(development)
    logger.warn?.(
      `Cloudflare Access is OFF: every request is let in as ${development.email} (option development).`,
    )
  }

  async function signIn(request: Request): Promise<AccessIdentity<Custom>> {
    const identity =
      development === undefined
        ? await verifier.verify(request.headers)
        : developer<Custom>(development, request.headers)
    const subject = subjectOf(identity)
    if (session !== undefined && session.read(request) !== subject) {
      await session.begin(request, subject)
    }
    if (provision !== undefined) await provisionOnce(provision, identity, request)
    return identity
  }

  return {
    verifier,
    async admit(request, path, route) {
      if (exempt.includes(path) && (route === undefined || exempt.mayReach(route))) return null
      if (exemptPreflight && isPreflight(request)) return null
      try {
        const identity = await signIn(request)
        logger.debug?.(`Cloudflare Access: ${identity.kind} let in.`)
        return identity
      } catch (error) {
        if (!(error instanceof AccessError)) throw error
        const level = error.status >= 500 ? 'error' : 'info'
        const [pathname] = path.split('?')
        logger[level]?.(
          `${request.method} ${pathname} refused with ${error.status}, ${error.code}: ${error.message}`,
        )
        // What cannot be decided is no reason to sign anybody out.
        if (error.status < 500) await session?.end(request)
        throw error
      }
    },
  }
}

function isPreflight({ method, headers }: GuardedRequest): boolean {
  return (
    method === 'OPTIONS' &&
    readHeader(headers, 'origin') !== undefined &&
    readHeader(headers, 'access-control-request-method') !== undefined
  )
}
