import { toWorker } from '@node-cf/fastify'
import { makeApp } from './app.ts'
import { cases } from './cases.ts'

const app = makeApp()

/** What can be asked at module scope, before the app is ready and before a Worker is made of it. */
const atModuleScope = {
  promise: (await app.inject('/text')).body,
  chain: (await app.inject().post('/echo').body({ a: 1 }).end()).json<{ body: unknown }>().body,
  callback: await new Promise((resolve) => {
    app.inject('/stream', (_error, response) => resolve(response?.body))
  }),
  'a second time': (await app.inject('/text')).statusCode,
}

const worker = await toWorker(makeApp())

export default {
  async fetch(request: Request, env: unknown, ctx: ExecutionContextLike): Promise<Response> {
    const name = new URL(request.url).searchParams.get('case')
    if (name === null) return worker.fetch(request, env, ctx)
    if (name === 'at module scope') return Response.json(atModuleScope)
    try {
      return Response.json({ told: await cases[name]!(app) })
    } catch (error) {
      return Response.json({ threw: String(error), stack: (error as Error).stack })
    }
  },
}

interface ExecutionContextLike {
  waitUntil(promise: Promise<unknown>): void
}
