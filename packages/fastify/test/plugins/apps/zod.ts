import swagger from '@fastify/swagger'
import fastify from 'fastify'
import {
  hasZodFastifySchemaValidationErrors,
  isResponseSerializationError,
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import { z } from 'zod'

export const app = fastify().withTypeProvider<ZodTypeProvider>()

app.setValidatorCompiler(validatorCompiler)
app.setSerializerCompiler(serializerCompiler)
app.setErrorHandler((error, request, reply) => {
  if (hasZodFastifySchemaValidationErrors(error)) {
    return reply.code(422).send({
      where: error.validationContext,
      issues: error.validation.map(({ keyword, instancePath, message }) => ({
        keyword,
        instancePath,
        message,
      })),
    })
  }
  if (isResponseSerializationError(error)) {
    return reply.code(500).send({ route: `${error.method} ${request.routeOptions.url}` })
  }
  throw error
})
app.register(swagger, {
  openapi: { openapi: '3.1.0', info: { title: 'Zod', version: '1.0.0' } },
  transform: jsonSchemaTransform,
  transformObject: jsonSchemaTransformObject,
})

const User = z.object({
  name: z.string().trim().min(2),
  mail: z.email(),
  age: z.int().nonnegative().optional(),
  role: z.enum(['admin', 'reader']).default('reader'),
  tags: z.array(z.string()).max(2),
})
z.globalRegistry.add(User, { id: 'User' })
const Shape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('circle'), radius: z.number().positive() }),
  z.object({ kind: z.literal('square'), side: z.number().positive() }),
])
const Passwords = z
  .object({ password: z.string(), again: z.string() })
  .refine(({ password, again }) => password === again, { path: ['again'], error: 'They differ.' })
interface Tree {
  name: string
  children: Tree[]
}
const Tree: z.ZodType<Tree> = z.object({
  name: z.string(),
  get children() {
    return z.array(Tree)
  },
})
z.globalRegistry.add(Tree, { id: 'Tree' })
const IsoDate = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
})

app.after(() => {
  app.post('/users', { schema: { body: User, response: { 201: User } } }, async ({ body }, reply) =>
    reply.code(201).send({ ...body, secret: 'left out' } as never),
  )
  app.get(
    '/users/:id',
    {
      schema: {
        params: z.object({ id: z.coerce.number().int() }),
        querystring: z.object({
          full: z.stringbool().default(false),
          ids: z.preprocess((ids) => [ids ?? []].flat(), z.array(z.coerce.number())),
        }),
        headers: z.object({ 'x-version': z.coerce.number().optional() }),
      },
    },
    async ({ params, query, headers }) => ({
      params,
      query,
      version: headers['x-version'] ?? null,
    }),
  )
  app.post('/shapes', { schema: { body: Shape } }, async ({ body }) =>
    body.kind === 'circle' ? `circle ${body.radius}` : `square ${body.side}`,
  )
  app.post('/passwords', { schema: { body: Passwords } }, async () => 'changed')
  app.post('/tree', { schema: { body: Tree, response: { 200: Tree } } }, async ({ body }) => body)
  app.post(
    '/moved',
    { schema: { body: z.object({ at: IsoDate }), response: { 200: z.object({ at: IsoDate }) } } },
    async ({ body }) => ({ at: new Date(body.at.getTime() + 3_600_000) }),
  )
  app.get(
    '/wrong',
    { schema: { response: { 200: z.object({ count: z.number() }) } } },
    async () => ({ count: 'many' }) as never,
  )
  app.get('/specification', { schema: { hide: true } }, async () => app.swagger())
  // Made in the request, which no schema of Fastify may be.
  app.post('/late', async ({ body }) => {
    const Late = z.strictObject({
      a: z.string().regex(/^x+$/),
      b: z.union([z.literal(1), z.null()]),
    })
    const { success, error } = Late.safeParse(body)
    return { success, problems: error ? z.treeifyError(error) : null }
  })
})
