import createError from 'http-errors'
import multer from 'multer'

const MEGABYTE = 1024 * 1024

const readForm = multer({
  storage: multer.memoryStorage(),
  limits: { fileSize: 2 * MEGABYTE, files: 1, fields: 10, fieldSize: 100 * 1024 },
}).single('picture')

/** Reads a form that may carry one picture into `req.body` and `req.image`. */
export function pictureForm(req, res, next) {
  readForm(req, res, (error) => {
    // Stays undefined when the request is not multipart.
    req.body ??= {}
    if (error) return next(toHttpError(error))
    // A browser sends an empty part when no file was chosen.
    if (!req.file?.size) return next()

    const type = imageType(req.file.buffer)
    if (!type) return next(pictureError(415, 'A picture must be a PNG, JPEG, GIF or WebP file.'))
    req.image = { bytes: req.file.buffer, type }
    next()
  })
}

function toHttpError(error) {
  if (error.code === 'LIMIT_FILE_SIZE') return pictureError(413, 'A picture may have at most 2 MB.')
  if (error.code === 'LIMIT_FIELD_VALUE') return createError(413, 'The form is too large.')
  if (error instanceof multer.MulterError) return createError(400, error.message)
  return error
}

function pictureError(status, message) {
  return createError(status, message, { fields: { picture: message } })
}

/** The type that the first bytes show; what the browser says of a file is not to be trusted. */
function imageType(bytes) {
  const start = bytes.toString('latin1', 0, 12)
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (start.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (/^GIF8[79]a/.test(start)) return 'image/gif'
  if (/^RIFF.{4}WEBP/s.test(start)) return 'image/webp'
  return undefined
}
