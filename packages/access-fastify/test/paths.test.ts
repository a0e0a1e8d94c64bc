import access from '@node-cf/access-fastify'
import fastify, { type FastifyInstance } from 'fastify'
import { closed, describePaths, open } from '../../access/test/contract/paths.ts'
import { listenOnLoopback } from '../../access/test/contract/start.ts'

function serve(app: FastifyInstance, paths: readonly string[], handler: string): void {
  for (const path of paths) {
    app.get(path, async (_request, reply) => reply.header('x-handler', handler).send())
  }
}

const each = [
  { caseSensitive: false },
  { ignoreTrailingSlash: true },
  { ignoreDuplicateSlashes: true },
  { useSemicolonDelimiter: true },
]

for (const routerOptions of [{}, ...each, Object.assign({}, ...each) as object]) {
  describePaths(JSON.stringify(routerOptions), async (options) => {
    const app = fastify({ routerOptions })
    await app.register(access, options)
    serve(app, [...open, '/public/*'], 'open')
    serve(app, closed, 'closed')
    app.register(async (mounted) => serve(mounted, [...open, ...closed], 'closed'), {
      prefix: '/mounted',
    })
    await app.ready()
    return listenOnLoopback((req, res) => app.routing(req, res))
  })
}
