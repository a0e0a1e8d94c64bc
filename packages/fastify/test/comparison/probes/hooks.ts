/** Hooks: their order, what each may do, and an error in every one of them. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { get, post } from '../../../../../scripts/comparison/request.ts'
import { app, type Definition, type Recorder } from '../probe.ts'

const json = 'Content-Type: application/json'
const before = ['onRequest', 'preParsing', 'preValidation', 'preHandler'] as const
const after = ['preSerialization', 'onSend'] as const
const all = [...before, ...after] as const
type Hook = (typeof all)[number]

type Values = [FastifyRequest, FastifyReply, ...unknown[]]

/** Adds a hook that does something, as a promise or with a callback. */
function add(
  instance: FastifyInstance,
  name: Hook,
  form: 'promise' | 'callback',
  work: (request: FastifyRequest, reply: FastifyReply) => unknown,
): void {
  const hasPayload = name === 'preParsing' || name === 'preSerialization' || name === 'onSend'
  if (form === 'promise') {
    instance.addHook(
      name as 'onRequest',
      async (...[request, reply]: Values) => work(request, reply) as never,
    )
  } else if (hasPayload) {
    instance.addHook(name as 'onSend', (request, reply, payload, done) => {
      try {
        work(request, reply)
        done(null, payload)
      } catch (error) {
        done(error as Error)
      }
    })
  } else {
    instance.addHook(name as 'onRequest', (request, reply, done) => {
      try {
        work(request, reply)
        done()
      } catch (error) {
        done(error as Error)
      }
    })
  }
}

/** An app that notes each hook it comes by. */
function noted(instance: FastifyInstance, record: Recorder): void {
  for (const name of all) {
    for (const form of ['promise', 'callback'] as const) {
      add(instance, name, form, () => record(`${name}, a ${form}`))
    }
  }
  instance.addHook('onError', async (_request, _reply, error) => record(`onError ${error.message}`))
  instance.addHook('onResponse', async (_request, reply) =>
    record(`onResponse ${reply.statusCode}`),
  )
}

const forms = ['promise', 'callback'] as const

export const hooks: Definition[] = [
  app(
    'their order',
    post('{"a":1}', json),
    (instance, record) => {
      noted(instance, record)
      instance.post('/', async () => {
        record('handler')
        return { a: 1 }
      })
    },
    { until: 'onResponse' },
  ),
  app(
    'their order with text',
    get(),
    (instance, record) => {
      noted(instance, record)
      instance.get('/', async () => 'x')
    },
    { until: 'onResponse' },
  ),
  app(
    'their order when the handler fails',
    get(),
    (instance, record) => {
      noted(instance, record)
      instance.get('/', async () => {
        throw new Error('of the handler')
      })
    },
    { until: 'onResponse' },
  ),
  app(
    'of a route',
    get(),
    (instance, record) => {
      noted(instance, record)
      instance.get(
        '/',
        {
          onRequest: async () => record('route onRequest'),
          preHandler: [
            async () => record('route preHandler 1'),
            (_request, _reply, done) => {
              record('route preHandler 2')
              done()
            },
          ],
          onSend: async () => record('route onSend'),
        },
        async () => 'x',
      )
    },
    { until: 'onResponse' },
  ),
  app(
    'of plugins',
    get('/inner'),
    (instance, record) => {
      instance.addHook('onRequest', async () => record('root'))
      instance.register(async (inner) => {
        inner.addHook('onRequest', async () => record('inner'))
        inner.get('/inner', async () => 'x')
      })
      instance.register(async (other) => {
        other.addHook('onRequest', async () => record('other'))
      })
      instance.addHook('onResponse', async () => record('onResponse'))
    },
    { until: 'onResponse' },
  ),
  ...all.flatMap((name) =>
    forms.flatMap((form) => [
      app(
        `an error in ${name}, a ${form}`,
        post('{"a":1}', json),
        (instance, record) => {
          add(instance, name, form, () => {
            throw Object.assign(new Error(`of ${name}`), { statusCode: 409, code: 'OWN' })
          })
          instance.addHook('onError', async (_request, _reply, error) =>
            record(`onError ${error.message}`),
          )
          instance.addHook('onResponse', async (_request, reply) =>
            record(`onResponse ${reply.statusCode}`),
          )
          instance.post('/', async () => ({ a: 1 }))
        },
        { until: 'onResponse' },
      ),
      app(
        `${name}, a ${form}, that answers itself`,
        post('{"a":1}', json),
        (instance, record) => {
          if (name === 'preSerialization' || name === 'onSend') {
            add(
              instance,
              name,
              form,
              (_request, reply) => void reply.header('X-Hook', name).code(202),
            )
          } else if (form === 'promise') {
            add(instance, name, form, (_request, reply) => reply.code(202).send(`by ${name}`))
          } else {
            instance.addHook(
              name as 'onRequest',
              (_request, reply) => void reply.code(202).send(`by ${name}`),
            )
          }
          instance.addHook('onResponse', async () => record('onResponse'))
          instance.post('/', async () => {
            record('handler')
            return { a: 1 }
          })
        },
        { until: 'onResponse' },
      ),
    ]),
  ),
  ...before.map((name) =>
    app(`${name} that throws what is no error`, get(), (instance) => {
      add(instance, name, 'promise', () => {
        // oxlint-disable-next-line typescript/only-throw-error -- it is what the probe is about
        throw 'text'
      })
      instance.get('/', async () => 'x')
    }),
  ),
  app('onSend that replaces the payload', get(), (instance) => {
    instance.addHook('onSend', async (_request, _reply, payload) => `[${String(payload)}]`)
    instance.get('/', async () => ({ a: 1 }))
  }),
  app('onSend that removes the payload', get(), (instance) => {
    instance.addHook('onSend', async (_request, reply) => {
      void reply.code(304)
      return null
    })
    instance.get('/', async () => ({ a: 1 }))
  }),
  app('onSend that makes it a Buffer', get(), (instance) => {
    instance.addHook('onSend', async (_request, _reply, payload) =>
      Buffer.from(String(payload).toUpperCase()),
    )
    instance.get('/', async () => 'text')
  }),
  app('onSend that makes it an object', get(), (instance) => {
    instance.addHook('onSend', async () => ({ not: 'allowed' }))
    instance.get('/', async () => 'text')
  }),
  app('preSerialization that replaces the payload', get(), (instance) => {
    instance.addHook('preSerialization', async (_request, _reply, payload) => ({
      wrapped: payload,
    }))
    instance.get('/', async () => ({ a: 1 }))
  }),
  app('preSerialization does not see text', get(), (instance) => {
    instance.addHook('preSerialization', async (_request, _reply, payload) => ({
      wrapped: payload,
    }))
    instance.get('/', async () => 'text')
  }),
  app('onError that sends', get(), (instance) => {
    instance.addHook('onError', async (_request, reply) => void reply.send('not allowed'))
    instance.get('/', async () => {
      throw new Error('of the handler')
    })
  }),
  app('onError that fails', get(), (instance) => {
    instance.addHook('onError', async () => {
      throw new Error('of the hook')
    })
    instance.get('/', async () => {
      throw new Error('of the handler')
    })
  }),
  app(
    'onResponse that fails',
    get(),
    (instance, record) => {
      instance.addHook('onResponse', async () => {
        record('onResponse')
        throw new Error('too late')
      })
      instance.get('/', async () => 'x')
    },
    { until: 'onResponse' },
  ),
  app(
    'onResponse knows how long it took',
    get(),
    (instance, record) => {
      instance.addHook('onResponse', async (_request, reply) =>
        record(`onResponse ${reply.elapsedTime >= 0}`),
      )
      instance.get('/', async () => 'x')
    },
    { until: 'onResponse' },
  ),
  app('a hook that calls back twice', get(), (instance) => {
    instance.addHook('preHandler', (_request, _reply, done) => {
      done()
      done()
    })
    instance.get('/', async () => 'x')
  }),
  app('preValidation changes what is validated', post('{}', json), (instance) => {
    instance.addHook('preValidation', async (request) => {
      request.body = { a: 1 }
    })
    instance.post(
      '/',
      { schema: { body: { type: 'object', required: ['a'] } } },
      async ({ body }) => body,
    )
  }),
  app('onRoute adds a hook', get(), (instance) => {
    instance.addHook('onRoute', (options) => {
      options.onSend = async (_request: unknown, reply: FastifyReply) =>
        void reply.header('X-Route', options.url)
    })
    instance.get('/', async () => 'x')
  }),
  app('what they share with the request', get(), (instance) => {
    instance.addHook('onRequest', async function hook(request) {
      ;(request as unknown as { seen: boolean }).seen = this === instance
    })
    instance.get('/', async (request) => ({ seen: (request as unknown as { seen: boolean }).seen }))
  }),
]
