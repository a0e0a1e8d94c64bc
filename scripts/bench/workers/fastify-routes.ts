import fastify from 'fastify'

/** An app of a hundred routes, each with schemas of its own. */
export const app = fastify()

for (let index = 0; index < 100; index += 1) {
  app.post(
    `/resource-${index}/:id`,
    {
      schema: {
        params: { type: 'object', properties: { id: { type: 'integer' } } },
        body: {
          type: 'object',
          required: ['name'],
          properties: {
            name: { type: 'string', maxLength: 100 + index },
            tags: { type: 'array', items: { type: 'string' }, maxItems: 10 },
          },
        },
        response: {
          200: {
            type: 'object',
            properties: { id: { type: 'integer' }, [`name${index}`]: { type: 'string' } },
          },
        },
      },
    },
    (_request, reply) => {
      reply.send({ id: index })
    },
  )
}
