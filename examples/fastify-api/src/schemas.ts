/** What clients send and get, in more than one route. */
import { type Static, Type } from 'typebox'
import { type BookRow, files } from './store.ts'

/** What a request may say of a book; Fastify drops other properties, which would name columns. */
export const BookFields = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }),
    author: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }),
    year: Type.Integer({ minimum: 1, maximum: 2100 }),
  },
  { additionalProperties: false },
)

export const Book = Type.Object({
  id: Type.Integer(),
  title: Type.String(),
  author: Type.String(),
  year: Type.Integer(),
  cover: Type.Union([Type.String(), Type.Null()], { description: 'Where the picture is' }),
  addedBy: Type.String(),
  reviews: Type.Integer(),
  rating: Type.Union([Type.Number(), Type.Null()], { description: 'The mean of the reviews' }),
})

export const BookId = Type.Object({ id: Type.Integer({ minimum: 1 }) })

/** An error, as Fastify answers it. */
export const Failure = Type.Object({
  statusCode: Type.Integer(),
  code: Type.Optional(Type.String()),
  error: Type.String(),
  message: Type.String(),
})

/** A book as clients see it. */
export function present({ cover, ...book }: BookRow): Static<typeof Book> {
  return { ...book, cover: cover && files.url(cover) }
}
