import createError from 'http-errors'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses a change that another site makes the visitor's browser ask for.
 * It reads headers only, so it works before a multipart body is parsed; the
 * session cookie is `SameSite=Lax` besides.
 */
export function sameOrigin(req, res, next) {
  if (safeMethods.has(req.method) || isSameOrigin(req)) return next()
  next(createError(403, 'This request came from another site.'))
}

function isSameOrigin(req) {
  // Every current browser sends this one, over HTTPS and to localhost.
  const site = req.get('Sec-Fetch-Site')
  if (site) return site === 'same-origin' || site === 'none'

  // Without either header it is not a browser, so no cookie was sent behind its user's back.
  const origin = req.get('Origin')
  if (!origin) return true
  return URL.canParse(origin) && new URL(origin).host === req.get('Host')
}
