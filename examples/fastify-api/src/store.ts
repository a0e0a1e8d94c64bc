/** Where the app keeps its data. What lies below, D1 and R2 or others, is the platform's affair. */
import { dialect, files } from '#platform'
import { CamelCasePlugin, type Generated, Kysely, type Selectable } from 'kysely'

export { files }

interface BookTable {
  id: Generated<number>
  title: string
  author: string
  year: number
  /** A key of `files`. */
  cover: string | null
  addedBy: string
  addedAt: string
}

interface ReviewTable {
  book: number
  reviewer: string
  rating: number
  text: string
  writtenAt: string
}

interface Tables {
  user: { name: string; salt: string; hash: string }
  book: BookTable
  review: ReviewTable
}

/** A book with what its reviews come to. */
export interface BookRow extends Selectable<BookTable> {
  reviews: number
  rating: number | null
}

const db = new Kysely<Tables>({ dialect, plugins: [new CamelCasePlugin()] })

export const users = {
  find: (name: string) =>
    db.selectFrom('user').selectAll().where('name', '=', name).executeTakeFirst(),

  /** All users with the number of books they have added. */
  list: () =>
    db
      .selectFrom('user')
      .leftJoin('book', 'book.addedBy', 'user.name')
      .select(['user.name', (eb) => eb.fn.count<number>('book.id').as('books')])
      .groupBy('user.name')
      .orderBy('user.name')
      .execute(),
}

const booksWithReviews = db
  .selectFrom('book')
  .leftJoin('review', 'review.book', 'book.id')
  .selectAll('book')
  .select((eb) => [
    eb.fn.count<number>('review.reviewer').as('reviews'),
    eb.fn.avg<number | null>('review.rating').as('rating'),
  ])
  .groupBy('book.id')

export const books = {
  /** The newest first, only those whose title or author contains `search`. */
  list: ({ search = '', limit, offset }: { search?: string; limit: number; offset: number }) =>
    booksWithReviews
      .$if(search !== '', (query) =>
        query.where((eb) =>
          eb.or([
            eb(eb.fn('instr', [eb.fn('lower', ['title']), eb.val(search.toLowerCase())]), '>', 0),
            eb(eb.fn('instr', [eb.fn('lower', ['author']), eb.val(search.toLowerCase())]), '>', 0),
          ]),
        ),
      )
      .orderBy('book.id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute(),

  find: (id: number) => booksWithReviews.where('book.id', '=', id).executeTakeFirst(),

  async add(book: { title: string; author: string; year: number; addedBy: string }) {
    const added = await db
      .insertInto('book')
      .values({ ...book, addedAt: new Date().toISOString() })
      .returningAll()
      .executeTakeFirstOrThrow()
    return { ...added, reviews: 0, rating: null }
  },

  async update(
    id: number,
    changes: Partial<Pick<BookTable, 'title' | 'author' | 'year' | 'cover'>>,
  ) {
    await db.updateTable('book').set(changes).where('id', '=', id).execute()
  },

  async remove(id: number) {
    await db.deleteFrom('book').where('id', '=', id).execute()
  },
}

export const reviews = {
  list: (book: number) =>
    db
      .selectFrom('review')
      .select(['reviewer', 'rating', 'text', 'writtenAt'])
      .where('book', '=', book)
      .orderBy('writtenAt', 'desc')
      .execute(),

  /** Takes the place of what the reviewer wrote of the book before. */
  write(review: Omit<ReviewTable, 'writtenAt'>) {
    const written = { ...review, writtenAt: new Date().toISOString() }
    const { rating, text, writtenAt } = written
    return db
      .insertInto('review')
      .values(written)
      .onConflict((conflict) =>
        conflict.columns(['book', 'reviewer']).doUpdateSet({ rating, text, writtenAt }),
      )
      .returningAll()
      .executeTakeFirstOrThrow()
  },
}
