import { access } from '@node-cf/access-express'
import express from 'express'
import createError from 'http-errors'
import { accessOptions } from '../config.js'
import { users } from '../store.js'

/** Pages for the people who run the app: they sign in with Cloudflare Access, and have no password here. */
export const adminRouter = express.Router()

adminRouter.use(
  accessOptions
    ? access({ ...accessOptions, onUnauthorized: refuse })
    : (req, res, next) => next(createError(404, 'Cloudflare Access is not configured.')),
)

adminRouter.get('/', async (req, res) => {
  res.render('admin', { users: await users.list(), administrator: req.access })
})

function refuse(error, req, res, next) {
  next(createError(error.status, error.message, { headers: error.headers }))
}
