import jwt from '@fastify/jwt'
import type { onRequestAsyncHookHandler } from 'fastify'
import plugin from 'fastify-plugin'
import { jwtSecret } from '../config.ts'

declare module '@fastify/jwt' {
  interface FastifyJWT {
    payload: { sub: string }
    user: { sub: string }
  }
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Lets only requests pass that have a token; `request.user.sub` is the user's name. */
    authenticate: onRequestAsyncHookHandler
  }
}

/** Tokens: `reply.jwtSign` gives one out, and `app.authenticate` asks for one. */
export const authentication = plugin(async (app) => {
  app.register(jwt, {
    secret: jwtSecret,
    sign: { algorithm: 'HS256', expiresIn: '8h' },
    verify: { algorithms: ['HS256'] },
  })
  app.decorate('authenticate', async (request) => {
    await request.jwtVerify()
  })
})
