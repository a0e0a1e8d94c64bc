import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { saveFile } from '@node-cf/r2/fastify'
import { type Static, Type } from 'typebox'
import { Book, BookFields, BookId, Failure, present } from '../schemas.ts'
import { type BookRow, books, files } from '../store.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The book that the path names; it is the user's own. */
    book: BookRow
  }
}

const CoverForm = Type.Object(
  { file: Type.Unsafe<string>({ type: 'string', format: 'binary' }) },
  // The file is not read before the handler asks for it: until then there is no body.
  { nullable: true },
)

const common = { tags: ['books'], security: [{ token: [] }], params: BookId }

/** What only the user who added a book may do with it. */
export const ownBookRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.decorateRequest('book')
  app.addHook('onRequest', app.authenticate)
  app.addHook('preHandler', async (request) => {
    const book = await books.find((request.params as Static<typeof BookId>).id)
    if (book === undefined) throw app.httpErrors.notFound('There is no such book.')
    if (book.addedBy !== request.user.sub) {
      throw app.httpErrors.forbidden('Somebody else added this book.')
    }
    request.book = book
  })

  app.put(
    '/books/:id',
    {
      schema: {
        ...common,
        summary: 'Change a book',
        body: BookFields,
        response: { 200: Book, '4xx': Failure },
      },
    },
    async ({ book, body }) => {
      await books.update(book.id, body)
      return present({ ...book, ...body })
    },
  )

  app.delete(
    '/books/:id',
    {
      schema: {
        ...common,
        summary: 'Remove a book',
        response: { 204: Type.Null(), '4xx': Failure },
      },
    },
    async ({ book }, reply) => {
      await books.remove(book.id)
      if (book.cover !== null) await files.delete(book.cover)
      return reply.code(204).send(null)
    },
  )

  app.put(
    '/books/:id/cover',
    {
      schema: {
        ...common,
        summary: 'Give a book a cover',
        description: 'A picture of at most 5 MB.',
        consumes: ['multipart/form-data'],
        body: CoverForm,
        response: { 200: Book, '4xx': Failure },
      },
    },
    async (request) => {
      const { book } = request
      const part = await request.file()
      if (part === undefined) throw app.httpErrors.badRequest('The form has no file.')
      if (!/\.(?:avif|gif|jpe?g|png|webp)$/i.test(part.filename)) {
        throw app.httpErrors.unsupportedMediaType(
          'A cover is an AVIF, GIF, JPEG, PNG or WebP file.',
        )
      }

      // It goes into the store as it arrives, whole or not at all.
      const { key: cover } = await saveFile(files, part)
      await books.update(book.id, { cover })
      if (book.cover !== null) await files.delete(book.cover)
      return present({ ...book, cover })
    },
  )
}
