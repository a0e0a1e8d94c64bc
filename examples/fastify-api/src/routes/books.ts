import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Book, BookFields, BookId, Failure, present } from '../schemas.ts'
import { books } from '../store.ts'

export const bookRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/books',
    {
      schema: {
        tags: ['books'],
        summary: 'List books, the newest first',
        querystring: Type.Object({
          search: Type.Optional(
            Type.String({ maxLength: 100, description: 'What title or author contain' }),
          ),
          limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
          offset: Type.Integer({ minimum: 0, default: 0 }),
        }),
        response: { 200: Type.Object({ books: Type.Array(Book) }), '4xx': Failure },
      },
    },
    async ({ query }) => ({ books: (await books.list(query)).map(present) }),
  )

  app.get(
    '/books/:id',
    {
      schema: {
        tags: ['books'],
        summary: 'Read a book',
        params: BookId,
        response: { 200: Book, '4xx': Failure },
      },
    },
    async ({ params }) => {
      const book = await books.find(params.id)
      if (book === undefined) throw app.httpErrors.notFound('There is no such book.')
      return present(book)
    },
  )

  app.post(
    '/books',
    {
      onRequest: app.authenticate,
      schema: {
        tags: ['books'],
        summary: 'Add a book',
        security: [{ token: [] }],
        body: BookFields,
        response: { 201: Book, '4xx': Failure },
      },
    },
    async ({ body, user }, reply) => {
      const book = await books.add({ ...body, addedBy: user.sub })
      reply.code(201).header('location', `/books/${book.id}`)
      return present(book)
    },
  )
}
