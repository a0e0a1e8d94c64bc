import { r2Storage } from '@node-cf/r2/multer'
import createError from 'http-errors'
import multer from 'multer'
import { files } from './store.js'

const MEGABYTE = 1024 * 1024

// The file goes into the store as it arrives, never into memory as a whole.
const readForm = multer({
  storage: r2Storage({ store: files, key: keyOf, save: { maxBytes: 50 * MEGABYTE } }),
  limits: { files: 1, fields: 10, fieldSize: 100 * 1024 },
  defParamCharset: 'utf8',
}).single('attachment')

/** `ada/<random>/<name>`: below the owner's name, and never where another file is. */
function keyOf(req, file) {
  const name = file.originalname.replace(/[^\p{L}\p{N}._ -]/gu, '_').slice(-100)
  return `${req.user.name}/${crypto.randomUUID()}/${/^[. ]*$/.test(name) ? 'file' : name}`
}

/** Reads a form that may carry one file, which is stored: its key is then in `req.attachment`. */
export function attachmentForm(req, res, next) {
  readForm(req, res, (error) => {
    // Stays undefined when the request is not multipart.
    req.body ??= {}
    if (error) return next(toHttpError(error))
    req.attachment = req.file?.key
    next()
  })
}

function toHttpError(error) {
  if (error.code === 'ERR_R2_TOO_LARGE') {
    const message = 'An attachment may have at most 50 MB.'
    return createError(413, message, { fields: { attachment: message } })
  }
  if (error.code === 'LIMIT_FIELD_VALUE') return createError(413, 'The form is too large.')
  if (error instanceof multer.MulterError) return createError(400, error.message)
  return error
}
