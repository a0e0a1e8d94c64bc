import { scrypt as scryptCallback, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import createError from 'http-errors'
import { users } from './store.js'

const scrypt = promisify(scryptCallback)

// Checked when the name is unknown, so that the time it takes does not tell which names exist.
const nobody = { salt: 'nobody', hash: Buffer.alloc(32).toString('base64') }

/** Resolves to the user, or to undefined when the name or the password is wrong. */
export async function authenticate(name, password) {
  const user = await users.find(name)
  const { salt, hash } = user ?? nobody
  const candidate = await scrypt(password, salt, 32)
  return timingSafeEqual(candidate, Buffer.from(hash, 'base64')) ? user : undefined
}

/** Puts the signed-in user on the request, and on `locals` for the views. */
export async function loadUser(req, res, next) {
  req.user = req.session.user && (await users.find(req.session.user))
  res.locals.user = req.user
  next()
}

/** Lets only signed-in users pass: sends people to the sign-in page, programs a 401. */
export function requireUser(req, res, next) {
  if (req.user) return next()
  if (req.method === 'GET' && req.accepts(['json', 'html']) === 'html')
    return res.redirect('/sign-in')
  next(createError(401, 'Please sign in.'))
}
