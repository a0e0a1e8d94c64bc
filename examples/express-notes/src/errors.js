import { STATUS_CODES } from 'node:http'
import createError from 'http-errors'

export function notFound(req, res, next) {
  next(createError(404, 'There is nothing at this address.'))
}

/** Answers with a page or with JSON, as the client asks; under /api, JSON unless it asks for a page. */
// Express knows an error handler by its four parameters.
export function handleError(error, req, res, next) {
  if (res.headersSent) return next(error)

  const status = error.status >= 400 && error.status < 600 ? error.status : 500
  if (status >= 500) console.error(error)
  // What went wrong inside is for the log only.
  const message = status >= 500 ? 'Something went wrong on our side.' : error.message

  const types = req.originalUrl.startsWith('/api/') ? ['json', 'html'] : ['html', 'json']
  res.status(status)
  if (req.accepts(types) === 'html') {
    res.render('error', { status, heading: STATUS_CODES[status], message })
  } else {
    res.json({ error: message, fields: error.fields })
  }
}
