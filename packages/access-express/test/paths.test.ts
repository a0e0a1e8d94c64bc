import { access } from '@node-cf/access-express'
import type express from 'express'
import { closed, describePaths, open } from '../../access/test/contract/paths.ts'
import { listenOnLoopback } from '../../access/test/contract/start.ts'
import { versions } from './serve.ts'

const handler =
  (name: string): express.RequestHandler =>
  (_req, res) => {
    res.set('x-handler', name).end()
  }

for (const [version, framework] of Object.entries(versions)) {
  for (const caseSensitive of [false, true]) {
    for (const strict of [false, true]) {
      describePaths(`${version}, ${JSON.stringify({ caseSensitive, strict })}`, (options) => {
        const app = framework()
        app.set('case sensitive routing', caseSensitive)
        app.set('strict routing', strict)
        const guard = access(options)
        const mounted = framework.Router({ caseSensitive, strict })
        mounted.get([...open, ...closed], guard, handler('closed'))
        app.use('/mounted', mounted)
        app.use(guard)
        app.get(open, handler('open'))
        app.get(closed, handler('closed'))
        return listenOnLoopback(app)
      })
    }
  }
}
