import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { isPasswordOf } from '../passwords.ts'
import { Failure } from '../schemas.ts'

export const tokens: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/tokens',
    {
      // Passwords are not to be guessed.
      config: { rateLimit: { max: 10, timeWindow: '1 minute' } },
      schema: {
        tags: ['sign-in'],
        summary: 'Sign in',
        body: Type.Object({
          name: Type.String({ maxLength: 100 }),
          password: Type.String({ maxLength: 200 }),
        }),
        response: { 201: Type.Object({ token: Type.String() }), '4xx': Failure },
      },
    },
    async ({ body: { name, password } }, reply) => {
      if (!(await isPasswordOf(name, password))) {
        throw app.httpErrors.unauthorized('The name or the password is wrong.')
      }
      reply.code(201)
      return { token: await reply.jwtSign({ sub: name }) }
    },
  )
}
