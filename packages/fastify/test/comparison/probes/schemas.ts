/** Schemas of requests and answers. */
import { get, post } from '../../../../../scripts/comparison/request.ts'
import { app, type Definition } from '../probe.ts'

const json = 'Content-Type: application/json'
const body = {
  type: 'object',
  required: ['name', 'age'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 2, pattern: '^[a-zå]+$' },
    age: { type: 'integer', minimum: 0 },
    tags: { type: 'array', items: { type: 'string' }, uniqueItems: true, default: ['none'] },
    email: { type: 'string', format: 'email' },
    when: { type: 'string', format: 'date-time' },
    nested: { type: 'object', properties: { deep: { type: 'boolean' } } },
    kind: { enum: ['a', 'b'] },
    either: { anyOf: [{ type: 'number' }, { type: 'null' }] },
  },
}
const bodies: Record<string, string> = {
  valid: '{"name":"anna","age":3}',
  coerced: '{"name":"anna","age":"3","tags":"one"}',
  'with what is not allowed': '{"name":"anna","age":3,"other":1}',
  'without what is required': '{"name":"anna"}',
  'too short': '{"name":"a","age":3}',
  'of another type': '{"name":"anna","age":"x"}',
  'of a wrong format': '{"name":"anna","age":3,"email":"nonsense"}',
  'of a right format': '{"name":"anna","age":3,"email":"a@b.se","when":"2026-01-02T03:04:05Z"}',
  'with a deep error': '{"name":"anna","age":3,"nested":{"deep":"x"}}',
  'none of an enum': '{"name":"anna","age":3,"kind":"c"}',
  'one of several': '{"name":"anna","age":3,"either":null}',
  'no object': '[]',
}

const answers: Record<string, unknown> = {
  'what is known': { id: 1, name: 'n' },
  'more than is known': { id: 1, name: 'n', secret: 's' },
  'what has to be coerced': { id: '7', name: 8 },
  'less than is required': { name: 'n' },
  'what cannot be coerced': { id: 'x', name: 'n' },
  'a date': { id: 1, name: 'n', at: new Date(0) },
  'a default': { id: 1 },
  'text with everything': { id: 1, name: '"\\\n\u2028é🙂\u0000' },
  nulls: { id: 1, name: null, at: null },
}
const answer = {
  type: 'object',
  required: ['id'],
  properties: {
    id: { type: 'integer' },
    name: { type: 'string', nullable: true, default: 'nameless' },
    at: { type: 'string', format: 'date-time', nullable: true },
  },
}

const choice = {
  anyOf: [
    { type: 'object', required: ['circle'], properties: { circle: { type: 'number' } } },
    { type: 'object', required: ['square'], properties: { square: { type: 'string' } } },
    { $ref: 'shape#' },
  ],
}
const conditional = {
  type: 'object',
  properties: { kind: { type: 'string' } },
  if: { properties: { kind: { const: 'long' } } },
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then: { properties: { text: { type: 'string' } } },
  else: { properties: { size: { type: 'integer' } } },
}

export const schemas: Definition[] = [
  ...Object.entries(bodies).map(([name, given]) =>
    app(`a body ${name}`, post(given, json), (instance) => {
      instance.post('/', { schema: { body } }, async (request) => request.body)
    }),
  ),
  ...['/?n=3&list=a&list=b', '/?n=x', '/?n=3&other=1', '/', '/?n=3&list=a', '/?flag=true&n=1'].map(
    (target) =>
      app(`query ${target}`, get(target), (instance) => {
        const querystring = {
          type: 'object',
          required: ['n'],
          properties: {
            n: { type: 'integer' },
            flag: { type: 'boolean' },
            list: { type: 'array', items: { type: 'string' } },
          },
        }
        instance.get('/', { schema: { querystring } }, async ({ query }) => query)
      }),
  ),
  ...['/42', '/x'].map((target) =>
    app(`params ${target}`, get(target), (instance) => {
      instance.get(
        '/:id',
        { schema: { params: { type: 'object', properties: { id: { type: 'integer' } } } } },
        async ({ params }) => params,
      )
    }),
  ),
  ...['X-Count: 3', 'X-Count: x', 'X-Other: 1'].map((line) =>
    app(`headers ${line}`, get('/', line), (instance) => {
      const headers = {
        type: 'object',
        required: ['X-Count'],
        properties: { 'X-Count': { type: 'integer' } },
      }
      instance.get('/', { schema: { headers } }, async (request) => ({
        count: request.headers['x-count'],
      }))
    }),
  ),
  ...Object.entries(answers).map(([name, given]) =>
    app(`an answer of ${name}`, get(), (instance) => {
      instance.get('/', { schema: { response: { 200: answer } } }, async () => given)
    }),
  ),
  ...[{ circle: 1, x: 1 }, { square: 's', x: 1 }, { triangle: true }, { none: 1 }].map((given) =>
    app(`an answer with a choice of schemas: ${Object.keys(given)[0]}`, get(), (instance) => {
      instance.addSchema({
        $id: 'shape',
        type: 'object',
        required: ['triangle'],
        properties: { triangle: { type: 'boolean' } },
      })
      instance.get(
        '/',
        { schema: { response: { 200: { type: 'object', properties: { shape: choice } } } } },
        async () => ({ shape: given }),
      )
    }),
  ),
  ...['long', 'short'].map((kind) =>
    app(`an answer with a condition: ${kind}`, get(), (instance) => {
      instance.get('/', { schema: { response: { 200: conditional } } }, async () => ({
        kind,
        text: 't',
        size: 3,
      }))
    }),
  ),
  app('an answer with oneOf in a list', get(), (instance) => {
    const items = {
      oneOf: [
        { type: 'string' },
        { type: 'object', properties: { id: { type: 'integer' } } },
        { type: 'number' },
      ],
    }
    instance.get('/', { schema: { response: { 200: { type: 'array', items } } } }, async () => [
      'a',
      { id: '5', x: 1 },
      3,
    ])
  }),
  app('an answer by its status', get('/?code=404'), (instance) => {
    const response = {
      '2xx': answer,
      404: { type: 'object', properties: { lost: { type: 'string' } } },
    }
    instance.get('/', { schema: { response } }, async (_request, reply) =>
      reply.code(404).send({ lost: 'yes', id: 1 }),
    )
  }),
  ...['application/json', 'application/vnd.v1+json'].map((type) =>
    app(`an answer by its type, ${type}`, get('/', `Accept: ${type}`), (instance) => {
      const response = {
        200: {
          content: {
            'application/json': { schema: answer },
            'application/vnd.v1+json': { schema: { type: 'array', items: answer } },
          },
        },
      }
      instance.get('/', { schema: { response } }, async (_request, reply) => {
        const value = { id: 1, name: 'n', x: 1 }
        return reply.type(type).send(type.includes('v1') ? [value] : value)
      })
    }),
  ),
  app('shared schemas by $ref', post('{"items":[{"id":"1"}]}', json), (instance) => {
    instance.addSchema({
      $id: 'http://example.com/item',
      type: 'object',
      properties: { id: { type: 'integer' } },
    })
    instance.addSchema({
      $id: 'http://example.com/list',
      type: 'object',
      properties: { items: { type: 'array', items: { $ref: 'http://example.com/item#' } } },
    })
    const list = { $ref: 'http://example.com/list#' }
    instance.post(
      '/',
      { schema: { body: list, response: { 200: list } } },
      async (request) => request.body,
    )
  }),
  app(
    'a schema that refers to itself',
    post('{"name":"a","children":[{"name":"b","children":[{"name":1}]}]}', json),
    (instance) => {
      const tree = {
        $id: 'tree',
        type: 'object',
        required: ['name'],
        properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#' } } },
      }
      instance.addSchema(tree)
      instance.post(
        '/',
        { schema: { body: { $ref: 'tree#' }, response: { 200: { $ref: 'tree#' } } } },
        async (request) => request.body,
      )
    },
  ),
  app('attachValidation', post('{}', json), (instance) => {
    instance.post('/', { attachValidation: true, schema: { body } }, async (request) => ({
      message: request.validationError?.message,
      context: request.validationError?.validationContext,
    }))
  }),
  app('schemaErrorFormatter', post('{}', json), (instance) => {
    instance.post(
      '/',
      {
        schema: { body },
        schemaErrorFormatter: (found, part) => new Error(`${part} ${found.length}`),
      },
      async () => 'x',
    )
  }),
  app('setSchemaErrorFormatter', post('{}', json), (instance) => {
    instance.setSchemaErrorFormatter((found, part) =>
      Object.assign(new Error(`${part}: ${found[0]?.message}`), { statusCode: 422 }),
    )
    instance.post('/', { schema: { body } }, async () => 'x')
  }),
  app('the error handler sees what is invalid', post('{}', json), (instance) => {
    instance.setErrorHandler((error, _request, reply) => {
      const { validation, validationContext, code } = error as {
        validation?: unknown
        validationContext?: string
        code: string
      }
      void reply.code(400).send({ validation, validationContext, code })
    })
    instance.post('/', { schema: { body } }, async () => 'x')
  }),
  app(
    'all errors, by ajv.customOptions',
    post('{}', json),
    (instance) => void instance.post('/', { schema: { body } }, async () => 'x'),
    {
      server: { ajv: { customOptions: { allErrors: true, coerceTypes: false } } },
    },
  ),
  app(
    'a keyword of its own',
    post('{"n":3}', json),
    (instance) => {
      instance.post(
        '/',
        { schema: { body: { type: 'object', properties: { n: { even: true } } } } },
        async () => 'x',
      )
    },
    {
      server: {
        ajv: {
          onCreate: (ajv: { addKeyword(keyword: object): void }) =>
            ajv.addKeyword({
              keyword: 'even',
              validate: (_schema: unknown, value: number) => value % 2 === 0,
            }),
        },
      } as never,
    },
  ),
  app('a validator compiler of its own', post('{"a":1}', json), (instance) => {
    instance.setValidatorCompiler(
      () => (value) =>
        (value as { a?: number }).a === 2 ? { value } : { error: new Error('a must be 2') },
    )
    instance.post('/', { schema: { body: { any: 'thing' } } }, async () => 'x')
  }),
  app('a serializer compiler of its own', get(), (instance) => {
    instance.setSerializerCompiler(() => (value) => `own ${JSON.stringify(value)}`)
    instance.get('/', { schema: { response: { 200: {} } } }, async () => ({ a: 1 }))
  }),
  app(
    'validateInput() by the schema of the route',
    post('{"name":"anna","age":1}', json),
    (instance) => {
      instance.post(
        '/',
        { schema: { body, response: { 200: answer } } },
        async (request, reply) => {
          const serialize = reply.getSerializationFunction('200') as
            | ((value: unknown) => string)
            | undefined
          return {
            id: Number(!request.validateInput({ name: 'b' }, 'body')),
            name: serialize?.({ id: 5, x: 1 }),
          }
        },
      )
    },
  ),
]
