import {
  type TypeBoxTypeProvider,
  TypeBoxValidatorCompiler,
  registerAjvFormats,
} from '@fastify/type-provider-typebox'
import fastify, { type FastifyInstance } from 'fastify'
import { Type } from 'typebox'

export const app = fastify()

registerAjvFormats()

const Role = Type.Union([Type.Literal('admin'), Type.Literal('reader')])
const User = Type.Object(
  {
    name: Type.String({ minLength: 2 }),
    mail: Type.String({ format: 'email' }),
    age: Type.Optional(Type.Integer({ minimum: 0 })),
    role: Role,
    tags: Type.Array(Type.String(), { maxItems: 2 }),
  },
  { additionalProperties: false },
)
const Tree = Type.Cyclic(
  { Node: Type.Object({ name: Type.String(), children: Type.Array(Type.Ref('Node')) }) },
  'Node',
)

function routes(instance: FastifyInstance): void {
  const scope = instance.withTypeProvider<TypeBoxTypeProvider>()
  scope.post('/users', { schema: { body: User, response: { 200: User } } }, async ({ body }) => ({
    ...body,
    secret: 'left out',
  }))
  scope.get(
    '/users/:id',
    {
      schema: {
        params: Type.Object({ id: Type.Integer() }),
        querystring: Type.Object({
          full: Type.Boolean({ default: false }),
          ids: Type.Optional(Type.Array(Type.Number())),
        }),
        headers: Type.Object({ 'x-version': Type.Optional(Type.Integer()) }),
      },
    },
    async ({ params, query, headers }) => ({
      params,
      query,
      version: headers['x-version'] ?? null,
    }),
  )
  scope.post('/tree', { schema: { body: Tree } }, async ({ body }) => body)
  scope.get(
    '/wrong',
    { schema: { response: { 200: Type.Object({ count: Type.Integer() }) } } },
    async () => ({ count: 'many' }) as never,
  )
  scope.post(
    '/attached',
    { attachValidation: true, schema: { body: User } },
    async (request, reply) => {
      const { validationError } = request
      return reply.code(422).send({ context: validationError?.validationContext ?? null })
    },
  )
}

app.register(async (scope) => routes(scope), { prefix: '/ajv' })
app.register(
  async (scope) => {
    scope.setValidatorCompiler(TypeBoxValidatorCompiler)
    routes(scope)
  },
  { prefix: '/typebox' },
)
