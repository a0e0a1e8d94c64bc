import { createHash } from 'node:crypto'
import express, { type ErrorRequestHandler, type Request } from 'express'
import multer, { MulterError } from 'multer'

export const app = express()

const memory = multer({ storage: multer.memoryStorage() })
const limited = multer({
  limits: { fileSize: 1000, files: 2, fields: 1, fieldSize: 20, fieldNameSize: 10 },
})
const pictures = multer({
  fileFilter: (_req, file, callback) => {
    if (file.mimetype === 'image/gif') callback(new Error('No GIF.'))
    else callback(null, file.mimetype.startsWith('image/'))
  },
})
const utf8 = multer({ defParamCharset: 'utf8' })

const describe = (file: Express.Multer.File) => ({
  field: file.fieldname,
  name: file.originalname,
  type: file.mimetype,
  size: file.size,
  isBuffer: Buffer.isBuffer(file.buffer),
  hash: createHash('sha256').update(file.buffer).digest('hex'),
})

function uploaded(req: Request): unknown {
  const files = Array.isArray(req.files)
    ? req.files.map(describe)
    : Object.fromEntries(
        Object.entries(req.files ?? {}).map(([field, list]) => [field, list.map(describe)]),
      )
  return { fields: { ...(req.body as object) }, file: req.file && describe(req.file), files }
}

const upload = express.Router()
upload.post('/single', memory.single('file'))
upload.post('/array', memory.array('files', 2))
upload.post('/fields', memory.fields([{ name: 'avatar', maxCount: 1 }, { name: 'gallery' }]))
upload.post('/any', memory.any())
upload.post('/none', memory.none())
upload.post('/limited', limited.any())
upload.post('/pictures', pictures.array('files'))
upload.post('/utf8', utf8.single('file'))
upload.post(
  '/watched',
  (req, _res, next) => {
    req.once('data', () => console.log('upload has begun'))
    next()
  },
  memory.single('file'),
)
upload.use((req, res) => {
  res.json(uploaded(req))
})
app.use('/upload', upload)

const onError: ErrorRequestHandler = (error: Error, _req, res, _next) => {
  console.log(`upload failed: ${error.message}`)
  res.status(error instanceof MulterError ? 400 : 500)
  res.json({ message: error.message, code: (error as { code?: string }).code })
}
app.use(onError)
