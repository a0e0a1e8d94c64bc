import fastifyMultipart from '@fastify/multipart'
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
} from 'express'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import multer from 'multer'
import type { Store } from '@node-cf/r2'
import { saveFile, saveFiles } from '@node-cf/r2/fastify'
import { r2Storage } from '@node-cf/r2/multer'

// Two apps with the same routes and the same answers.

/** What a form brought, as both apps answer. */
export interface Brought {
  files: { field: string; name: string; key: string; size: number; url?: string }[]
  fields: Record<string, unknown>
}

/** A call of `onProgress`, with its bytes, or the code of an error that a request ended with. */
export type Event = number | string

/** Takes uploads by multer. */
export function expressApp(store: Store, events: Event[]): Express {
  const app = express()
  const bytesOf = (req: Request): number => Number(req.query['bytes'])
  const plain = multer({ storage: r2Storage({ store }), defParamCharset: 'utf8' })
  const own = multer({
    storage: r2Storage({
      store,
      key: (req, file) => `${req.get('x-user')}/${file.originalname}`,
      save: (req, file) => ({
        metadata: { user: req.get('x-user')! },
        contentDisposition: { type: 'attachment', filename: file.originalname },
        onProgress: (bytes) => events.push(bytes),
      }),
    }),
    defParamCharset: 'utf8',
  })
  const limited = (fileSize: number): multer.Multer =>
    multer({ storage: r2Storage({ store }), limits: { fileSize } })
  const capped = multer({
    storage: r2Storage({ store, save: (req: Request) => ({ maxBytes: bytesOf(req) }) }),
  })
  const handlers: Record<string, RequestHandler> = {
    form: plain.any(),
    own: own.any(),
    limited: (req, res, next) => limited(bytesOf(req)).any()(req, res, next),
    capped: capped.any(),
  }
  for (const [path, handler] of Object.entries(handlers)) {
    app.post(`/${path}`, handler, (req, res) => {
      const files = req.files as Express.Multer.File[]
      res.json({
        files: files.map(({ fieldname, originalname, key, size, url }) => ({
          field: fieldname,
          name: originalname,
          key,
          size,
          url,
        })),
        fields: req.body as unknown,
      })
    })
  }
  app.use(((error: { status?: number; code?: string }, _req, res, _next) => {
    const status = error instanceof multer.MulterError ? 413 : (error.status ?? 500)
    events.push(String(error.code))
    res.status(status).json(error.code)
  }) satisfies ErrorRequestHandler)
  return app
}

/** Takes uploads by @fastify/multipart. */
export function fastifyApp(store: Store, events: Event[]): FastifyInstance {
  const app = Fastify()
  app.register(fastifyMultipart, { limits: { fileSize: Infinity } })
  const bytesOf = (request: FastifyRequest): number =>
    Number((request.query as { bytes: string }).bytes)
  const brought = ({ files, fields }: Awaited<ReturnType<typeof saveFiles>>): Brought => ({
    files: files.map(({ fieldname, filename, key, size, url }) => ({
      field: fieldname,
      name: filename,
      key,
      size,
      ...(url !== undefined && { url }),
    })),
    fields,
  })

  app.post('/form', async (request) => brought(await saveFiles(store, request.parts())))
  app.post('/own', async (request) => {
    const user = String(request.headers['x-user'])
    const part = await request.file()
    const file = await saveFile(store, part!, {
      key: ({ filename }) => `${user}/${filename}`,
      save: ({ filename }) => ({
        metadata: { user },
        contentDisposition: { type: 'attachment', filename },
        onProgress: (bytes) => events.push(bytes),
      }),
    })
    return brought({ files: [file], fields: {} })
  })
  app.post('/limited', async (request) => {
    const limits = { fileSize: bytesOf(request) }
    return brought(await saveFiles(store, request.parts({ limits })))
  })
  app.post('/capped', async (request) => {
    const save = { maxBytes: bytesOf(request) }
    return brought(await saveFiles(store, request.parts(), { save }))
  })
  app.setErrorHandler<{ statusCode?: number; status?: number; code?: string }>(
    (error, _request, reply) => {
      events.push(String(error.code))
      return reply.status(error.statusCode ?? error.status ?? 500).send(JSON.stringify(error.code))
    },
  )
  return app
}
