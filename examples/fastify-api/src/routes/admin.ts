import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import access from '@node-cf/access-fastify'
import { Type } from 'typebox'
import { accessOptions } from '../config.ts'
import { Failure } from '../schemas.ts'
import { files, users } from '../store.ts'

/** For the people who run the app: they sign in with Cloudflare Access, and have no password here. */
export const adminRoutes: FastifyPluginAsyncTypebox = async (app) => {
  // Without Access there are no such routes.
  if (accessOptions === undefined) return
  app.register(access, accessOptions)

  app.get(
    '/users',
    {
      schema: {
        tags: ['admin'],
        summary: 'List users, with the number of their books',
        response: {
          200: Type.Object({
            users: Type.Array(Type.Object({ name: Type.String(), books: Type.Integer() })),
          }),
          '4xx': Failure,
        },
      },
    },
    async () => ({ users: await users.list() }),
  )

  app.get(
    '/covers',
    {
      schema: {
        tags: ['admin'],
        summary: 'List the files of covers',
        response: {
          200: Type.Object({
            covers: Type.Array(Type.Object({ key: Type.String(), size: Type.Integer() })),
          }),
          '4xx': Failure,
        },
      },
    },
    async () => ({ covers: await Array.fromAsync(files.listAll()) }),
  )
}
