import type express from 'express'
import cookieSession from 'cookie-session'
import { access, type AccessExpressOptions } from '@node-cf/access-express'
import type { VariantOptions } from '../../access/test/contract/variants.ts'
import { PARTNERS } from '../../access/test/contract/world.ts'

/**
 * The app of the contract, in Express.
 * @param framework Express 4 or 5
 * @param options What protects it
 */
export function createApp(framework: typeof express, options: VariantOptions): express.Express {
  const app = framework()
  const handle =
    (name: string): express.RequestHandler =>
    (req, res) => {
      res.set('x-handler', name).json({ access: req.access ?? null, user: userOf(req) })
    }

  // Before what is protected: an application of its own.
  const partners = framework.Router()
  partners.use(access({ ...options, audience: PARTNERS }))
  partners.get('/orders', handle('orders'))
  app.use('/partners', partners)

  if (options.session) app.use(cookieSession({ name: 'session', keys: ['a key'] }))
  app.use(access(options as AccessExpressOptions))

  app.get('/', handle('root'))
  app.get('/health', handle('health'))
  app.get('/health/live', handle('live'))
  app.get('/public/file', handle('file'))
  app.all('/admin', handle('admin'))
  app.get('/healthz-admin', handle('near'))
  const mounted = framework.Router()
  // Once more, as people do who are not sure.
  mounted.use(access(options as AccessExpressOptions))
  mounted.get('/health', handle('mounted'))
  app.use('/mounted', mounted)

  app.all('/session', (req, res) => {
    const session = (req as { session?: { visits?: number } }).session!
    session.visits = (session.visits ?? 0) + 1
    res.set('x-handler', 'session').json({ visits: session.visits })
  })
  return app
}

function userOf(req: object): unknown {
  return (req as { user?: unknown }).user ?? null
}
