import { type Kysely, sql } from 'kysely'

export interface NoteDatabase {
  note: { id: number; title: string; text: string; stars: number; created: string }
  log: { title: string; text: string; stars: number }
}

/** How many rows are there to be read, and how many one read of several gets. */
export const ROWS = 1000
export const PAGE = 100

export const rowOf = (index: number) => ({
  title: `Title ${index}`,
  text: 'Some text, as long as a note may be.',
  stars: index % 6,
})

/** What is measured, by name; each does it once. */
export type SqlWork = Record<string, () => Promise<unknown>>

/** What every Kysely can do, whatever its dialect. */
export function kyselyWork(db: Kysely<NoteDatabase>): SqlWork & { read(): Promise<unknown> } {
  let count = 0
  const read = (): Promise<unknown> =>
    db
      .selectFrom('note')
      .selectAll()
      .where('id', '=', (count += 1) % ROWS)
      .executeTakeFirst()
  const insert = (index = 0): Promise<unknown> =>
    db.insertInto('log').values(rowOf(index)).execute()
  return {
    read,
    list: () => db.selectFrom('note').selectAll().orderBy('id').limit(PAGE).execute(),
    parallel: () => Promise.all(Array.from({ length: 20 }, read)),
    insert: () => insert(),
    async 'insert-loop'() {
      for (let index = 0; index < ROWS; index += 1) await insert(index)
    },
  }
}

/** Makes the tables, and the rows that are read. */
export async function setUp(db: Kysely<NoteDatabase>): Promise<void> {
  await sql`create table note (id integer primary key, title text not null, text text not null,
    stars integer not null, created text not null)`.execute(db)
  await sql`create table log (title text not null, text text not null, stars integer not null)`.execute(
    db,
  )
  await sql`insert into note with recursive numbers (n) as
    (select 0 union all select n + 1 from numbers where n < ${ROWS - 1})
    select n, 'Title ' || n, 'Some text, as long as a note may be.', n % 6, '2026-11-21'
    from numbers`.execute(db)
}
