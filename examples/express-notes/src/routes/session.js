import express from 'express'
import { authenticate } from '../auth.js'

export const sessionRouter = express.Router()

sessionRouter.get('/sign-in', (req, res) => {
  if (req.user) return res.redirect('/notes')
  res.render('sign-in', { name: '', error: undefined })
})

sessionRouter.post('/sign-in', express.urlencoded({ extended: false }), async (req, res) => {
  const { name = '', password = '' } = req.body ?? {}
  const user = await authenticate(String(name), String(password))
  if (!user) {
    return res.status(401).render('sign-in', { name, error: 'The name or the password is wrong.' })
  }
  req.session = { user: user.name }
  res.redirect(303, '/notes')
})

sessionRouter.post('/sign-out', (req, res) => {
  req.session = null
  res.redirect(303, '/sign-in')
})
