import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import { BookId, Failure } from '../schemas.ts'
import { books, reviews } from '../store.ts'

const ReviewFields = Type.Object(
  {
    rating: Type.Integer({ minimum: 1, maximum: 5 }),
    text: Type.String({ maxLength: 2000 }),
  },
  { additionalProperties: false },
)

const Review = Type.Object({
  reviewer: Type.String(),
  ...ReviewFields.properties,
  writtenAt: Type.String({ format: 'date-time' }),
})

const common = { tags: ['reviews'], params: BookId }

export const reviewRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('preHandler', async ({ params }) => {
    const book = await books.find((params as Static<typeof BookId>).id)
    if (book === undefined) throw app.httpErrors.notFound('There is no such book.')
  })

  app.get(
    '/books/:id/reviews',
    {
      schema: {
        ...common,
        summary: 'List the reviews of a book',
        response: { 200: Type.Object({ reviews: Type.Array(Review) }), '4xx': Failure },
      },
    },
    async ({ params }) => ({ reviews: await reviews.list(params.id) }),
  )

  app.put(
    '/books/:id/reviews/mine',
    {
      onRequest: app.authenticate,
      schema: {
        ...common,
        summary: 'Review a book, or think again',
        security: [{ token: [] }],
        body: ReviewFields,
        response: { 200: Review, '4xx': Failure },
      },
    },
    ({ body, params, user }) => reviews.write({ ...body, book: params.id, reviewer: user.sub }),
  )
}
