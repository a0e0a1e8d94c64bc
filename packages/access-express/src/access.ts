import {
  type AccessCustomClaims,
  AccessError,
  type AccessIdentity,
  createAccessGuard,
  type GuardOptions,
} from '@node-cf/access'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { expressSession } from './session.ts'

declare global {
  namespace Express {
    interface Request {
      /** Who the request comes from; undefined on an exempt path. */
      access?: AccessIdentity | undefined
    }
  }
}

export interface AccessExpressOptions<Custom = AccessCustomClaims> extends GuardOptions<
  Request,
  Custom
> {
  /**
   * Whether the app's session (`req.session`, of cookie-session or express-session) belongs to the
   * identity: it begins anew with another one, and ends when a request is refused.
   */
  session?: boolean | undefined
  /**
   * Answers a request that is refused, in the place of the JSON `{ error, code }`. It may hand the
   * error on: whatever it calls `next` with, the request is not let in.
   */
  onUnauthorized?:
    | ((error: AccessError, req: Request, res: Response, next: NextFunction) => unknown)
    | undefined
}

/**
 * Makes a middleware that lets in who Cloudflare Access has let in, and sets `req.access`.
 * @param options The team, the audience, and what is exempt
 * @returns The middleware, for Express 4 and 5
 * @throws {AccessError} `ERR_ACCESS_OPTION` for an option that is missing or not as described,
 *   `ERR_ACCESS_DEVELOPMENT` for `development` in production
 */
export function access<Custom = AccessCustomClaims>(
  options: AccessExpressOptions<Custom>,
): RequestHandler {
  const { onUnauthorized = answer, session = false } = options
  const guard = createAccessGuard(options, session ? expressSession : undefined)

  return async (req, res, next) => {
    try {
      // What the router goes on with, below whichever router this one is mounted in: a middleware
      // before may have changed it, and req.originalUrl keeps what it was.
      const identity = await guard.admit(req, req.baseUrl + req.url)
      if (identity !== null) req.access = identity as AccessIdentity
    } catch (error) {
      await refuse(error, req, res, next)
      return
    }
    next()
  }

  async function refuse(
    error: unknown,
    req: Request,
    res: Response,
    next: NextFunction,
  ): Promise<void> {
    // next() and next('route') would go on to the app.
    const handOn = (reason?: unknown): void => next(reason instanceof Error ? reason : error)
    if (!(error instanceof AccessError)) return handOn(error)
    try {
      await onUnauthorized(error, req, res, handOn)
    } catch (reason) {
      handOn(reason)
    }
  }
}

function answer(error: AccessError, _req: Request, res: Response): void {
  res.status(error.status).set({ ...error.headers, 'content-type': 'application/json' })
  // res.json would add an ETag.
  res.end(JSON.stringify({ error: error.message, code: error.code }))
}
