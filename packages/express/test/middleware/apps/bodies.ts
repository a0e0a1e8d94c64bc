import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import express, { type ErrorRequestHandler } from 'express'
import { body, matchedData, param, query, validationResult } from 'express-validator'

export const app = express()

const limit = '100kb'

/** As webhooks do that sign what they send. */
function verifySignature(req: IncomingMessage, _res: unknown, bytes: Buffer): void {
  const signature = createHash('sha256').update(bytes).digest('hex')
  if (req.headers['x-signature'] !== signature) throw new Error('The signature does not fit.')
}

app.post('/json', express.json({ limit, type: ['json', '+json'] }))
app.post('/loose', express.json({ strict: false }))
app.post(
  '/revived',
  express.json({ reviver: (key, value: unknown) => (key === 'drop' ? undefined : value) }),
)
app.post('/form', express.urlencoded({ extended: true, limit, parameterLimit: 50 }))
app.post('/flat-form', express.urlencoded({ extended: false }))
app.post('/text', express.text({ limit }))
app.post('/raw', express.raw({ limit: '2mb' }))
app.post('/any', express.raw({ type: () => true }))
app.post('/signed', express.json({ verify: verifySignature }))
app.post('/uninflated', express.json({ inflate: false }))
app.post(
  '/chain',
  express.json(),
  express.urlencoded({ extended: true }),
  express.text(),
  express.raw(),
)
app.post('/twice', express.json(), express.json())

app.post(
  '/notes/:id',
  express.json(),
  param('id').isInt({ min: 1 }).toInt(),
  query('draft').optional().isBoolean().toBoolean(),
  body('title').trim().isLength({ min: 1, max: 20 }).withMessage('A title has 1 to 20 characters.'),
  body('email').isEmail().normalizeEmail(),
  body('tags.*').isAlpha(),
  body('slug').custom(async (slug: string) => {
    await new Promise((resolve) => setTimeout(resolve, 5))
    if (slug === 'taken') throw new Error('Taken.')
  }),
  (req, res) => {
    const errors = validationResult(req)
    if (errors.isEmpty()) res.json(matchedData(req))
    else res.status(422).json(errors.mapped())
  },
)

app.use((req, res) => {
  const value: unknown = req.body
  if (Buffer.isBuffer(value)) {
    res.json({ bytes: value.length, hash: createHash('sha256').update(value).digest('hex') })
  } else {
    res.json({ body: value === undefined ? 'undefined' : value })
  }
})

const onError: ErrorRequestHandler = (error: Error & Record<string, unknown>, _req, res, _next) => {
  const {
    status = 500,
    type,
    message,
  } = error as { status?: number; type?: string; message: string }
  res.status(status).json({ type, message })
}
app.use(onError)
