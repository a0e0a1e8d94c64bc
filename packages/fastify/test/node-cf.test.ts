import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { nodeCf } from '@node-cf/fastify'
import fastify from 'fastify'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'

let worker: RunningWorker

beforeAll(async () => {
  worker = await startWorker({
    entry: `${import.meta.dirname}/workers/node-cf.ts`,
    bindings: {
      bindings: { GREETING: 'hello' },
      kvNamespaces: { NOTES: 'notes' },
      durableObjects: { COUNTER: { className: 'Counter', useSQLite: true } },
    },
  })
})
afterAll(() => worker.dispose())

const text = async (path: string, init?: RequestInit): Promise<string> =>
  (await worker.fetch(path, init)).text()
const json = async (path: string): Promise<unknown> => JSON.parse(await text(path)) as unknown

describe('request.cloudflare on Workers', () => {
  it('has the bindings, in an encapsulated plugin too', async () => {
    expect(await text('/greeting')).toBe('hello')
  })

  it('has what Cloudflare knows of the client', async () => {
    expect(await text('/colo')).toBe('none')
    const headers = { 'MF-CF-Blob': '{"colo":"ARN"}' }
    expect(JSON.parse(await text('/colo', { headers }))).toEqual({ colo: 'ARN' })
  })

  it('is the same object each time, and no property of the request', async () => {
    expect(await json('/same')).toEqual([true, false, true])
  })

  it('keeps work alive after the response', async () => {
    await text('/later')
    expect(await text('/later')).toBe('written')
  })

  it('is that of the caller in a request that a handler injects', async () => {
    expect(await text('/injected')).toBe('hello')
  })

  it('is given, or says what to do, in a request that comes from none', async () => {
    expect(await json('/outside')).toEqual({
      'without bindings': {
        statusCode: 500,
        code: 'FST_ERR_NODE_CF_NO_BINDINGS',
        error: 'Internal Server Error',
        message: expect.stringContaining('app.register(nodeCf, { env: { … } })'),
      },
      'with bindings': 'given',
    })
  })
})

describe('toDurableObject(app)', () => {
  it('serves the app in objects, with the state of each as ctx', async () => {
    expect(await json('/counter/one')).toEqual({ name: 'one', count: 1, greeting: 'hello' })
    expect(await json('/counter/one')).toEqual({ name: 'one', count: 2, greeting: 'hello' })
    expect(await json('/counter/two')).toEqual({ name: 'two', count: 1, greeting: 'hello' })
  })
})

describe('request.cloudflare on Node', () => {
  const env = { GREETING: 'on Node' } as unknown as Cloudflare.Env

  it('has what the plugin was given', async () => {
    const app = fastify()
    app.register(nodeCf, { env, cf: { colo: 'none' } })
    app.get('/', async ({ cloudflare }) => [cloudflare.env, cloudflare.cf])
    expect((await app.inject('/')).json()).toEqual([env, { colo: 'none' }])
  })

  it('says what to do where the plugin was given nothing', async () => {
    const app = fastify()
    app.register(nodeCf)
    app.get('/', async ({ cloudflare }) => cloudflare.env)
    const answer = await app.inject('/')
    expect(answer.statusCode).toBe(500)
    expect(answer.json()).toMatchObject({ code: 'FST_ERR_NODE_CF_NO_BINDINGS' })
  })

  it('lets work after a response finish before the app closes', async () => {
    const lines: string[] = []
    const app = fastify({
      logger: { level: 'error', stream: { write: (line) => lines.push(line) } },
    })
    let isDone = false
    app.register(nodeCf, { env })
    app.get('/', async ({ cloudflare: { ctx } }) => {
      ctx.waitUntil(
        new Promise<void>((resolve) => {
          setTimeout(() => {
            isDone = true
            resolve()
          }, 30)
        }),
      )
      ctx.waitUntil(Promise.reject(new Error('after the response')))
      return 'x'
    })
    await app.inject('/')
    expect(isDone).toBe(false)
    await app.close()
    expect(isDone).toBe(true)
    expect(lines).toEqual([expect.stringContaining('after the response')])
  })

  it('may have an execution context of its own', async () => {
    const waiting: unknown[] = []
    const ctx = { waitUntil: (work: Promise<unknown>) => void waiting.push(work) }
    const app = fastify()
    app.register(nodeCf, { env, ctx })
    app.get('/', async ({ cloudflare }) => {
      cloudflare.ctx.waitUntil(Promise.resolve(1))
      return 'x'
    })
    await app.inject('/')
    expect(waiting).toHaveLength(1)
  })

  it('has the metadata of a Fastify plugin', async () => {
    const app = fastify()
    app.register(nodeCf, { env })
    await app.ready()
    expect(app.hasPlugin('@node-cf/fastify')).toBe(true)
    expect(app.hasRequestDecorator('cloudflare')).toBe(true)
    expect(Reflect.get(nodeCf, Symbol.for('plugin-meta'))).toEqual({
      name: '@node-cf/fastify',
      fastify: '5.x',
    })
  })
})
