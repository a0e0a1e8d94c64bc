/** What goes wrong while a Worker starts, and in its requests: each outcome is kept, so one Worker tells all. */
import { toWorker } from '@node-cf/fastify'
import net from 'node:net'
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import fastify4 from 'fastify4'

interface Told {
  name: string
  code: string | undefined
  message: string
  cause: string | undefined
}

const outcomes: Record<string, Told | 'no error'> = {}

function describe(error: unknown): Told {
  const { name, code, message, cause } = error as Error & { code?: string }
  return { name, code, message, cause: cause instanceof Error ? cause.message : undefined }
}

async function record(name: string, start: () => unknown): Promise<void> {
  try {
    await start()
    outcomes[name] = 'no error'
  } catch (error) {
    outcomes[name] = describe(error)
  }
}

/** Starts an app with one more thing to load. */
function starting(
  load: (app: FastifyInstance) => unknown,
  options?: FastifyServerOptions,
): () => Promise<unknown> {
  return () => {
    const app = fastify(options)
    load(app)
    return toWorker(app)
  }
}

const never = (): Promise<void> => new Promise(() => {})
const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))
const asApp = (value: unknown): FastifyInstance => value as FastifyInstance

// --- What is no app ---

await record('undefined', () => toWorker(asApp(undefined)))
await record('a module', () => toWorker(asApp({ app: fastify() })))
await record('an Express app', () => toWorker(asApp(Object.assign(() => {}, { request: {} }))))
await record('a promise of nothing', () => toWorker(Promise.resolve(asApp(undefined))))
await record('Fastify 4', () => toWorker(asApp(fastify4())))
await record('an option that is none', () => toWorker(fastify(), { afterResponse: -1 }))
await record('port 0', () => toWorker({ port: 0 }))

// --- Plugins ---

await record(
  'a plugin that fetches',
  starting((app) => {
    app.register(async function database() {
      await fetch('https://database.test/')
    })
  }),
)
await record(
  'a plugin in a plugin',
  starting((app) => {
    app.register(async function outer(instance) {
      await instance.register(
        fastifyPlugin(
          async () => {
            await fetch('https://database.test/')
          },
          { name: 'inner-database' },
        ),
      )
    })
  }),
)
await record(
  'a plugin that opens a socket',
  starting((app) => {
    app.register(
      async () => {
        await new Promise((resolve, reject) => {
          net.connect(5432, 'database.test').on('connect', resolve).on('error', reject)
        })
      },
      { name: 'postgres' },
    )
  }),
)
await record(
  'a plugin that calls back with what I/O threw',
  starting((app) => {
    app.register(function cache(_instance, _options, done) {
      net.connect(6379, 'cache.test').on('error', done)
    })
  }),
)
await record(
  'a plugin that wraps what I/O threw',
  starting((app) => {
    app.register(async function wrapping() {
      try {
        await fetch('https://database.test/')
      } catch (cause) {
        throw new Error('cannot connect', { cause })
      }
    })
  }),
)
await record(
  'a plugin without a name',
  starting((app) => {
    app.register(async () => {
      await fetch('https://database.test/nameless')
    })
  }),
)
await record(
  'a plugin given as a promise of a module',
  starting((app) => {
    async function imported(): Promise<void> {
      await fetch('https://database.test/')
    }
    void app.register(Promise.resolve({ default: imported }))
  }),
)
await record(
  'an onReady hook that fetches',
  starting((app) => {
    app.addHook('onReady', async () => {
      await fetch('https://database.test/')
    })
  }),
)
await record(
  'a plugin that never calls done',
  starting((app) => {
    app.register(function forgetful(_instance, _options, _done) {})
  }),
)
await record(
  'a plugin that waits for ever, pluginTimeout 0',
  starting(
    (app) => {
      app.register(async function waiting() {
        await never()
      })
    },
    { pluginTimeout: 0 },
  ),
)
await record(
  'a plugin that sleeps for longer than pluginTimeout',
  starting((app) => {
    app.register(async function sleeping() {
      await sleep(60_000)
    })
  }),
)
await record(
  'a plugin that sleeps for a while',
  starting((app) => {
    app.register(async () => {
      await sleep(300)
      await new Promise((resolve) => setImmediate(resolve))
    })
  }),
)
await record(
  'a plugin that throws an error of its own',
  starting((app) => {
    app.register(async () => {
      throw Object.assign(new Error('settings are missing'), { code: 'ERR_OWN' })
    })
  }),
)
await record(
  'a schema that does not compile',
  starting((app) => {
    app.get('/', { schema: { querystring: { type: 'no such type' } } }, () => 'x')
  }),
)

// --- Listening ---

await record('no app listens', () => toWorker({ port: 4000 }))
await record('an app that cannot come to listen', () => {
  const app = fastify()
  app.register(async function faulty() {
    throw new Error('no settings')
  })
  // As many do, and process.exit(1) ends nothing here.
  app.listen({ port: 4001 }, () => process.exit(1))
  return toWorker({ port: 4001 })
})
const listening = fastify()
listening.get('/', () => 'listening')
await listening.listen({ port: 4002 })
await record('an app that listens twice', () => listening.listen({ port: 4003 }))
await record('another app on the same port', () => fastify().listen({ port: 4002 }))
await record('an app on a second port', () => fastify().listen({ port: 4004 }))

// --- In requests ---

const unready = fastify()
unready.get('/', () => 'x')
const schema = { type: 'object', required: ['a'], properties: { a: { type: 'integer' } } }
const answer = { type: 'object', properties: { a: { type: 'integer' } } }

const app = fastify()
app.post('/compileValidationSchema', (request) =>
  request.compileValidationSchema({ ...schema })({}),
)
app.post('/validateInput', (request) => request.validateInput({}, { ...schema }))
app.post('/compileSerializationSchema', (_request, reply) =>
  reply.compileSerializationSchema({ ...answer })({ a: 1 }),
)
app.post('/serializeInput', (_request, reply) => reply.serializeInput({ a: 1 }, { ...answer }))
// Ajv keeps what it has compiled, by the object: a schema of a route, or one compiled in a hook.
app.post('/route-schema', (request) => String(request.validateInput({}, schema)))
const compiledInHook = { ...schema }
app.addHook(
  'onReady',
  async () => void app.validatorCompiler?.({ schema: compiledInHook } as never),
)
app.post('/ready-schema', (request) => String(request.validateInput({}, compiledInHook)))
app.post('/route', { schema: { body: schema, response: { 201: answer } } }, (request, reply) => ({
  valid: request.validateInput({ a: 1 }, 'body'),
  invalid: request.validateInput({}, 'body'),
  function: request.getValidationFunction('body')?.({ a: 1 }),
  serialized: reply.serializeInput({ a: 1, b: 2 }, 201 as never),
}))
app.post('/late-route', () => app.get('/late', () => 'x'))
app.post('/late-plugin', () => app.register(async () => {}))
app.post('/in-request', async (): Promise<unknown> => {
  const late: Record<string, unknown> = {}
  const attempt = async (name: string, call: () => unknown): Promise<void> => {
    try {
      await call()
      late[name] = 'no error'
    } catch (error) {
      late[name] = describe(error)
    }
  }
  await attempt('fastify()', () => fastify())
  await attempt('ready()', () => unready.ready())
  await attempt(
    'ready(callback)',
    () =>
      new Promise((resolve, reject) => {
        unready.ready((error) => (error ? reject(error) : resolve(undefined)))
      }),
  )
  await attempt('inject()', () => unready.inject('/'))
  await attempt('listen()', () => unready.listen({ port: 4010 }))
  await attempt('toWorker()', () => toWorker(unready))
  await attempt('ready() of an app that is ready', () => app.ready())
  return late
})
app.get('/outcomes', () => outcomes)

export default await toWorker(app)
