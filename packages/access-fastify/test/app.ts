import cookie from '@fastify/cookie'
import session from '@fastify/session'
import access from '@node-cf/access-fastify'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { VariantOptions } from '../../access/test/contract/variants.ts'
import { PARTNERS } from '../../access/test/contract/world.ts'

declare module 'fastify' {
  interface FastifyRequest {
    user: object | null
  }
  interface Session {
    visits?: number
  }
}

const handle =
  (name: string) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<object> => {
    reply.header('x-handler', name)
    return { access: request.access, user: request.user }
  }

/**
 * The app of the contract, in Fastify.
 * @param options What protects it
 */
export async function createApp(options: VariantOptions): Promise<FastifyInstance> {
  const app = fastify()
  app.decorateRequest('user', null)
  const { audience: _audience, ...others } = options

  await app.register(async (partners) => {
    await partners.register(access, { ...others, session: false, audience: PARTNERS })
    partners.get('/partners/orders', handle('orders'))
  })

  // Everything else, in a scope beside that one.
  await app.register(async (main) => {
    // Before the plugin, in the same scope.
    main.get('/health', handle('health'))
    main.all('/admin', handle('admin'))
    if (options.session) {
      await main.register(cookie)
      await main.register(session, {
        secret: 'a secret of more than thirty-two characters',
        cookie: { secure: false },
        saveUninitialized: false,
      })
    }
    await main.register(access, options)
    main.get('/', handle('root'))
    main.get('/health/live', handle('live'))
    main.get('/public/file', handle('file'))
    main.get('/healthz-admin', handle('near'))
    await main.register(
      async (mounted) => {
        // Once more, as people do who are not sure.
        await mounted.register(access, options)
        mounted.get('/health', handle('mounted'))
      },
      { prefix: '/mounted' },
    )
    main.all('/session', async (request, reply) => {
      const visits = (request.session.visits ?? 0) + 1
      request.session.visits = visits
      reply.header('x-handler', 'session')
      return { visits }
    })
    main.setNotFoundHandler(async (_request, reply) => reply.code(404).send({ error: 'Not Found' }))
  })
  await app.ready()
  return app
}
