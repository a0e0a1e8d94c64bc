import { toWorker, type Worker } from '@node-cf/fastify'
import { heardOf } from '../start/subscriber.ts'
import { port } from '../start/any-port.ts'
import '../start/awaits-listen.ts'
import '../start/calls-back.ts'
import { app, build } from '../start/exported.ts'
import '../start/main-function.ts'
import '../start/server-factory.ts'

const workers: Record<string, Worker> = {
  'awaits-listen': await toWorker({ port: 3001 }),
  'calls-back': await toWorker({ port: 3002 }),
  'main-function': await toWorker({ port: 3003 }),
  'any-port': await toWorker({ port }),
  'server-factory': await toWorker({ port: 3005 }),
  exported: await toWorker(app),
  'exported, by its port': await toWorker({ port: 3006 }),
  built: await toWorker(build()),
  'built and awaited': await toWorker(await build()),
}

export default {
  fetch(request: Request, env: unknown, ctx: { waitUntil(work: Promise<unknown>): void }) {
    if (request.url.endsWith('/heard-of')) return Response.json(heardOf)
    return workers[request.headers.get('x-form') ?? '']!.fetch(request, env, ctx)
  },
}
