/** Documents itself. The files of the page have been copied to swagger-ui, beside the app. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import fastify from 'fastify'

export const app = fastify()

const folder = join(process.cwd(), 'swagger-ui')

app.addSchema({
  $id: 'Note',
  type: 'object',
  required: ['title'],
  properties: { title: { type: 'string', minLength: 1 }, done: { type: 'boolean' } },
})

app.register(swagger, {
  openapi: {
    openapi: '3.1.0',
    info: { title: 'Notes', version: '1.2.3' },
    tags: [{ name: 'notes', description: 'What is to be kept' }],
    components: { securitySchemes: { key: { type: 'apiKey', name: 'x-key', in: 'header' } } },
  },
  hideUntagged: true,
  refResolver: {
    buildLocalReference: (json, _baseUri, _fragment, index) =>
      (json['$id'] as string | undefined) ?? `def-${index}`,
  },
})
app.register(swaggerUi, {
  baseDir: folder,
  logo: { type: 'image/svg+xml', content: readFileSync(join(folder, 'logo.svg')) },
  staticCSP: true,
  uiConfig: { docExpansion: 'full', deepLinking: false },
  theme: {
    title: 'Notes',
    css: [{ filename: 'own.css', content: '.topbar { display: none }' }],
  },
  transformSpecification: (specification, request) => ({
    ...specification,
    servers: [{ url: `https://${request.hostname}` }],
  }),
  uiHooks: {
    onRequest: (request, reply, next) => {
      if (request.headers['x-key'] === 'wrong') reply.code(401).send({ message: 'Who are you?' })
      else next()
    },
  },
})
app.register(async (scope) => {
  scope.get('/untagged', async () => 'not documented')
  scope.get('/hidden', { schema: { hide: true, tags: ['notes'] } }, async () => 'nor this')
  scope.get<{ Params: { id: number }; Querystring: { full: boolean } }>(
    '/notes/:id',
    {
      schema: {
        tags: ['notes'],
        summary: 'Reads a note',
        operationId: 'readNote',
        security: [{ key: [] }],
        params: { type: 'object', properties: { id: { type: 'integer', description: 'Which' } } },
        querystring: { type: 'object', properties: { full: { type: 'boolean', default: false } } },
        response: {
          200: { description: 'The note', $ref: 'Note#' },
          '4xx': { type: 'object', properties: { message: { type: 'string' } } },
        },
      },
    },
    async ({ params, query }) => ({
      title: `Note ${params.id}`,
      done: query.full,
      secret: 'left out',
    }),
  )
  scope.post(
    '/notes',
    {
      schema: {
        tags: ['notes'],
        consumes: ['application/json'],
        body: { $ref: 'Note#' },
        response: { 201: { type: 'null', description: 'Kept' } },
      },
    },
    async (_request, reply) => reply.code(201).send(),
  )
})
