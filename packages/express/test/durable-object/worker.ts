import { toDurableObject, toTenantWorker, getContext, getObjectContext } from '@node-cf/express'
import express, { type Express } from 'express'
import { EventEmitter, on } from 'node:events'

interface Storage {
  get<Value>(key: string): Promise<Value | undefined>
  put(key: string, value: unknown): Promise<void>
}
interface State {
  id: { toString(): string; readonly name?: string }
  storage: Storage
  waitUntil(promise: Promise<unknown>): void
  blockConcurrencyWhile<Result>(work: () => Promise<Result>): Promise<Result>
}
interface Namespace {
  idFromName(name: string): object
  get(id: object): {
    fetch(request: Request | string): Promise<Response>
    count(): Promise<number>
    isEarly(): Promise<boolean>
    schedule(): Promise<void>
  }
  jurisdiction(name: string): Namespace
}
interface Env {
  TENANTS: Namespace
  SHARED: Namespace
  BROKEN: Namespace
}

/** What an object keeps: one counter. */
class Counter {
  readonly #storage: Storage

  constructor(storage: Storage) {
    this.#storage = storage
  }

  async value(): Promise<number> {
    return (await this.#storage.get<number>('count')) ?? 0
  }

  async add(amount: number): Promise<number> {
    const count = (await this.value()) + amount
    await this.#storage.put('count', count)
    return count
  }
}

function makeApp(): Express {
  const app = express()
  app.use(express.json())
  app.post('/add', async (req, res) => {
    const { db } = getObjectContext<Counter>()
    res.json({ count: await db.add((req.body as { amount: number }).amount) })
  })
  app.get('/count', async (_req, res) => {
    res.json({ count: await getObjectContext<Counter>().db.value() })
  })
  app.get('/who', (req, res) => {
    const { ctx, env, request } = getObjectContext<Counter, Env, State>()
    res.json({
      name: ctx.id.name,
      isSame: getContext().ctx === ctx,
      hasEnv: 'TENANTS' in env,
      url: req.originalUrl,
      host: req.headers.host,
      isRequest: request instanceof Request,
    })
  })
  const events = new EventEmitter()
  app.get('/events', async (_req, res) => {
    res.writeHead(200, { 'content-type': 'text/plain' })
    res.write('open\n')
    for await (const [text] of on(events, 'text') as AsyncIterable<[string]>) {
      res.write(`${text}\n`)
      if (text === 'end') break
    }
    res.end()
  })
  app.post('/events/:text', (req, res) => {
    events.emit('text', req.params.text)
    res.sendStatus(204)
  })
  let closed = 0
  app.get('/ticks', (_req, res) => {
    const timer = setInterval(() => res.write('tick\n'), 20)
    res.on('close', () => {
      clearInterval(timer)
      closed += 1
    })
  })
  app.get('/closed', (_req, res) => res.json({ closed }))
  app.post('/echo', (req, res) => void req.pipe(res))
  app.get('/later', (_req, res) => {
    const { db, ctx } = getObjectContext<Counter, Env, State>()
    ctx.waitUntil(
      new Promise((resolve) => {
        setTimeout(() => void db.add(1000).then(resolve), 20)
      }),
    )
    res.send('later')
  })
  return app
}

/** One app an object. */
export class Tenant extends toDurableObject<Env, Counter, State>(() => makeApp(), {
  db: (ctx) => new Counter(ctx.storage),
}) {
  readonly hasDbInConstructor: boolean = this.db !== undefined

  /** Called by other Workers and objects. */
  count(): Promise<number> {
    return this.db.value()
  }

  isEarly(): boolean {
    return this.hasDbInConstructor
  }

  async schedule(): Promise<void> {
    const storage = this.ctx.storage as unknown as { setAlarm(time: number): Promise<void> }
    await storage.setAlarm(Date.now() + 10)
  }

  async alarm(): Promise<void> {
    await this.db.add(100)
  }
}

const shared = makeApp()

/** One app for all objects, whose database opens late. */
export const Shared = toDurableObject<Env, Counter, State>(shared, {
  db: (ctx) => new Counter(ctx.storage),
  async setUp(db, ctx) {
    await scheduler.wait(20)
    await ctx.blockConcurrencyWhile(() => db.add(0.5))
  },
})
declare const scheduler: { wait(milliseconds: number): Promise<void> }

/** Objects that cannot be set up. */
export const Broken = toDurableObject<Env, undefined, State>(shared, {
  setUp: () => Promise.reject(new Error('The schema is broken')),
})

const workers: Record<string, { fetch(request: Request, env: never): unknown }> = {
  host: toTenantWorker<Env>({ namespace: 'TENANTS', tenant: { host: 'example.com' } }),
  path: toTenantWorker<Env>({ namespace: 'TENANTS', tenant: { path: '/t' } }),
  header: toTenantWorker<Env>({ namespace: 'TENANTS', tenant: { header: 'x-tenant' } }),
  function: toTenantWorker<Env>({
    namespace: (env) => env.SHARED,
    tenant: async (request) => {
      await scheduler.wait(1)
      return new URL(request.url).searchParams.get('tenant')
    },
  }),
  single: toTenantWorker<Env>({ namespace: 'TENANTS', locationHint: 'weur' }),
  known: toTenantWorker<Env>({
    namespace: 'TENANTS',
    tenant: { header: 'x-tenant' },
    exists: (tenant) => tenant.startsWith('known-'),
  }),
  broken: toTenantWorker<Env>({ namespace: 'BROKEN', tenant: { header: 'x-tenant' } }),
  unbound: toTenantWorker({ namespace: 'NOTHING' }),
  outside: {
    fetch() {
      try {
        return Response.json(getObjectContext().env)
      } catch (error) {
        return Response.json({ code: (error as { code: string }).code })
      }
    },
  },
  calls: {
    async fetch(_request, env: Env) {
      const stub = env.TENANTS.get(env.TENANTS.idFromName('called'))
      await stub.schedule()
      await scheduler.wait(200)
      return Response.json({ count: await stub.count(), early: await stub.isEarly() })
    },
  },
}

export default {
  fetch(request: Request, env: never): unknown {
    return workers[request.headers.get('x-worker')!]!.fetch(request, env)
  },
}
