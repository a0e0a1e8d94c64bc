/** Errors of handlers, and what handles them. */
import { get, post } from '../../../../../scripts/comparison/request.ts'
import { app, type Definition } from '../probe.ts'

const thrown: Record<string, () => unknown> = {
  'an Error': () => new Error('plain'),
  'an Error with statusCode': () => Object.assign(new Error('conflict'), { statusCode: 409 }),
  'an Error with status': () => Object.assign(new Error('conflict'), { status: 409 }),
  'an Error with a status out of range': () => Object.assign(new Error('odd'), { statusCode: 799 }),
  'an Error with status 200': () => Object.assign(new Error('odd'), { statusCode: 200 }),
  'an Error with a code': () => Object.assign(new Error('coded'), { code: 'E_OWN' }),
  'an Error with headers': () =>
    Object.assign(new Error('retry'), { statusCode: 503, headers: { 'Retry-After': '5' } }),
  'an Error with validation': () => Object.assign(new Error('invalid'), { validation: [{ a: 1 }] }),
  'a TypeError': () => new TypeError('of a type'),
  'an AggregateError': () => new AggregateError([new Error('one')], 'several'),
  'an Error without a message': () => new Error(),
  'an Error with a long message': () => new Error('x'.repeat(5000)),
  'an Error in UTF-8': () => new Error('fel på servern ☃'),
  text: () => 'text',
  null: () => null,
  undefined: () => undefined,
  number: () => 42,
  object: () => ({ a: 1 }),
  'object with statusCode': () => ({ statusCode: 403, message: 'no' }),
}

export const errors: Definition[] = [
  ...Object.entries(thrown).flatMap(([name, make]) => [
    app(`${name}, thrown by an async handler`, get(), (instance) => {
      instance.get('/', async () => {
        throw make()
      })
    }),
    app(`${name}, thrown by a handler`, get(), (instance) => {
      instance.get('/', () => {
        throw make()
      })
    }),
    app(`${name}, handled by the app`, get(), (instance) => {
      instance.setErrorHandler((error, _request, reply) => {
        const { message, statusCode } = (error ?? {}) as { message?: string; statusCode?: number }
        void reply
          .code(418)
          .send({ handled: message ?? null, type: typeof error, statusCode: statusCode ?? null })
      })
      instance.get('/', async () => {
        throw make()
      })
    }),
  ]),
  app('an error after the status was set', get(), (instance) => {
    instance.get('/', async (_request, reply) => {
      void reply.code(404).header('X-Before', '1')
      throw new Error('late')
    })
  }),
  app('an error after the answer was sent', get(), (instance) => {
    instance.get('/', async (_request, reply) => {
      void reply.send('sent')
      throw new Error('late')
    })
  }),
  app('an error handler that is async', get(), (instance) => {
    instance.setErrorHandler(async (error, _request, reply) => {
      void reply.code(400)
      return { message: (error as Error).message }
    })
    instance.get('/', async () => {
      throw new Error('x')
    })
  }),
  app('an error handler that fails', get(), (instance) => {
    instance.setErrorHandler(async () => {
      throw new Error('of the handler')
    })
    instance.get('/', async () => {
      throw new Error('x')
    })
  }),
  app('an error handler that sends the error on', get(), (instance) => {
    instance.setErrorHandler((error, _request, reply) => void reply.code(503).send(error))
    instance.get('/', async () => {
      throw new Error('x')
    })
  }),
  app('error handlers of plugins, one in the other', get('/inner'), (instance) => {
    instance.setErrorHandler(
      (error, _request, reply) => void reply.code(501).send({ root: (error as Error).message }),
    )
    instance.register(async (inner) => {
      inner.setErrorHandler(async (error) => {
        throw new Error(`inner ${(error as Error).message}`)
      })
      inner.get('/inner', async () => {
        throw new Error('x')
      })
    })
  }),
  app('an error handler of a route', get(), (instance) => {
    instance.get(
      '/',
      {
        errorHandler: (error, _request, reply) =>
          void reply.code(400).send(`route ${error.message}`),
      },
      async () => {
        throw new Error('x')
      },
    )
  }),
  app('an error handler and preSerialization', get(), (instance) => {
    instance.addHook('preSerialization', async (_request, _reply, payload) => ({
      wrapped: payload,
    }))
    instance.setErrorHandler(
      (error, _request, reply) => void reply.code(400).send({ message: (error as Error).message }),
    )
    instance.get('/', async () => {
      throw new Error('x')
    })
  }),
  app('a response schema for errors', get(), (instance) => {
    instance.get(
      '/',
      {
        schema: {
          response: { '5xx': { type: 'object', properties: { message: { type: 'string' } } } },
        },
      },
      async () => {
        throw new Error('x')
      },
    )
  }),
  app('send() of an error with a type', get(), (instance) => {
    instance.get('/', (_request, reply) => void reply.type('text/plain').send(new Error('x')))
  }),
  app(
    'an error of the query parser',
    get('/?a=1'),
    (instance) => void instance.get('/', async ({ query }) => query),
    {
      server: {
        routerOptions: {
          querystringParser: () => {
            throw new Error('of the parser')
          },
        },
      },
    },
  ),
  app('an answer whose payload cannot be sent', get(), (instance) => {
    instance.get('/', (_request, reply) => void reply.type('application/x-own').send({ a: 1 }))
  }),
  app(
    'an error while a body is parsed',
    post('{', 'Content-Type: application/json'),
    (instance) => {
      instance.setErrorHandler((error, _request, reply) => {
        const { code, statusCode, message } = error as {
          code: string
          statusCode: number
          message: string
        }
        void reply.code(statusCode).send({ code, message })
      })
      instance.post('/', async () => 'x')
    },
  ),
]
