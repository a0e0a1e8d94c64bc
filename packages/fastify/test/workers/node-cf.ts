import { nodeCf, toDurableObject, toWorker } from '@node-cf/fastify'
import fastify, { type FastifyInstance } from 'fastify'

declare global {
  namespace Cloudflare {
    interface Env {
      GREETING: string
      NOTES: KeyValueStore
      COUNTER: ObjectNamespace
    }
  }
}

interface KeyValueStore {
  get(key: string): Promise<string | null>
  put(key: string, value: string): Promise<void>
}
interface ObjectNamespace {
  getByName(name: string): { fetch(request: Request): Promise<Response> }
}

function makeApp(options?: { env: Cloudflare.Env }): FastifyInstance {
  const app = fastify()
  app.register(nodeCf, options ?? {})
  app.register(async (instance) => {
    instance.get('/greeting', async ({ cloudflare }) => cloudflare.env.GREETING)
  })
  app.get('/colo', async ({ cloudflare }) => cloudflare.cf ?? 'none')
  app.get('/same', async (request) => [
    request.cloudflare === request.cloudflare,
    'cloudflare' in Object.keys(request),
    app.hasPlugin('@node-cf/fastify'),
  ])
  app.get('/later', async ({ cloudflare: { env, ctx } }) => {
    ctx.waitUntil(env.NOTES.put('later', 'written'))
    return env.NOTES.get('later')
  })
  app.get('/injected', async () => (await app.inject('/greeting')).body)
  app.get('/counter/:name', async ({ cloudflare, params }) => {
    const { name } = params as { name: string }
    const answer = await cloudflare.env.COUNTER.getByName(name).fetch(
      new Request('http://do/count'),
    )
    return answer.json()
  })
  return app
}

const counter = fastify()
counter.register(nodeCf)
counter.get('/count', async ({ cloudflare }) => {
  const { storage, id } = cloudflare.ctx as unknown as {
    storage: {
      get(key: string): Promise<number | undefined>
      put(key: string, value: number): void
    }
    id: { name: string }
  }
  const count = ((await storage.get('count')) ?? 0) + 1
  storage.put('count', count)
  return { name: id.name, count, greeting: cloudflare.env.GREETING }
})

const app = makeApp()
const outsideARequest = {
  'without bindings': (await app.inject('/greeting')).json<unknown>(),
  'with bindings': (
    await makeApp({ env: { GREETING: 'given' } as Cloudflare.Env }).inject('/greeting')
  ).body,
}

export const Counter = await toDurableObject(counter)

const worker = await toWorker(app)
export default {
  fetch(request: Request, env: unknown, ctx: { waitUntil(work: Promise<unknown>): void }) {
    if (request.url.endsWith('/outside')) return Response.json(outsideARequest)
    return worker.fetch(request, env, ctx)
  },
}
