import express, { type Express } from 'express'
import Fastify, { type FastifyInstance } from 'fastify'
import { serveR2, type ServeOptions, type Store } from '@node-cf/r2'
import { type NodeContext, toRequestListener } from '@node-cf/r2/node'

/** An Express app that serves a store where its `publicUrl` says. */
export function expressApp(store: Store, options?: ServeOptions<NodeContext>): Express {
  const app = express()
  app.use(store.publicUrl!, toRequestListener(serveR2(store, options)))
  app.use((req, res) => void res.status(404).send(`no ${req.url}`))
  return app
}

/** A Fastify app that does the same. */
export function fastifyApp(store: Store, options?: ServeOptions<NodeContext>): FastifyInstance {
  const app = Fastify()
  const serve = toRequestListener(serveR2(store, options))
  app.all(`${store.publicUrl}*`, async (request, reply) => {
    reply.hijack()
    await serve(request.raw, reply.raw)
  })
  return app
}
