import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { serveR2 } from '@node-cf/r2'
import { toRequestListener } from '@node-cf/r2/node'
import { Type } from 'typebox'
import { files } from '../store.ts'

const serve = toRequestListener(
  serveR2(files, {
    // A key is never used twice.
    cacheControl: 'public, max-age=31536000, immutable',
    headers: { 'access-control-allow-origin': '*' },
  }),
)

/** Covers, with ranges and conditions. */
export const coverRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/covers/:key',
    {
      schema: {
        tags: ['books'],
        summary: 'Fetch a cover',
        produces: ['image/*'],
        params: Type.Object({ key: Type.String() }),
      },
    },
    async (request, reply) => {
      reply.hijack()
      await serve(request.raw, reply.raw)
    },
  )
}
