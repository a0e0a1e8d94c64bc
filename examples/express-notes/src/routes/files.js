import { serveR2 } from '@node-cf/r2'
import { toRequestListener } from '@node-cf/r2/node'
import express from 'express'
import { requireUser } from '../auth.js'
import { files } from '../store.js'

/** Attachments, with ranges and conditions, for those whom they belong to. */
export const filesRouter = express.Router()

filesRouter.use(requireUser)
filesRouter.use(
  toRequestListener(
    serveR2(files, {
      authorize: (request, key, { req }) => key.startsWith(`${req.user.name}/`),
    }),
  ),
)
