import { type Generated, type Kysely, sql } from 'kysely'
import { runScript } from '@node-cf/kysely-sqlite'

/** The tables that every case begins with: authors write books, readers review them. */
export interface Database {
  author: AuthorTable
  book: BookTable
  review: ReviewTable
}

export interface AuthorTable {
  id: Generated<number>
  first_name: string
  last_name: string | null
  born: number | null
  kind: 'person' | 'group'
}

export interface BookTable {
  id: Generated<number>
  title: string
  author_id: number
  year: number | null
  price: Generated<number>
}

export interface ReviewTable {
  id: Generated<number>
  book_id: number
  stars: number
  text: string | null
}

const SCHEMA = `
create table author (
  id integer primary key autoincrement,
  first_name text not null,
  last_name text,
  born integer,
  kind text not null check (kind in ('person', 'group'))
);
create table book (
  id integer primary key,
  title text not null unique,
  author_id integer not null references author (id) on delete cascade,
  year integer,
  price real not null default 9.5
);
create table review (
  id integer primary key,
  book_id integer not null references book (id) on delete cascade,
  stars integer not null check (stars between 1 and 5),
  text text
);
create index book_author on book (author_id);
`

const ROWS = `
insert into author (id, first_name, last_name, born, kind) values
  (1, 'Ursula', 'Le Guin', 1929, 'person'),
  (2, 'Italo', 'Calvino', 1923, 'person'),
  (3, 'Bourbaki', null, null, 'group');
insert into book (id, title, author_id, year, price) values
  (1, 'The Dispossessed', 1, 1974, 12.5),
  (2, 'The Lathe of Heaven', 1, 1971, 8),
  (3, 'Invisible Cities', 2, 1972, 10),
  (4, 'Elements', 3, null, 99.75);
insert into review (id, book_id, stars, text) values
  (1, 1, 5, 'wonderful'),
  (2, 1, 3, null),
  (3, 3, 4, 'like a dream');
`

/** Drops everything, and makes the tables and rows anew. */
export async function resetDatabase(db: Kysely<Database>): Promise<void> {
  const objects = await sql<{ type: string; name: string }>`select type, name from sqlite_schema
    where type in ('table', 'view') and name not glob 'sqlite_*' and name not glob '_cf_*'
    order by type desc, sql like 'create virtual %' desc, rowid desc`.execute(db)
  const drops = objects.rows.map(
    ({ type, name }) => `drop ${type} if exists "${name.replaceAll('"', '""')}";`,
  )
  const script = ['pragma defer_foreign_keys = on;', ...drops, SCHEMA, ROWS]
  if (drops.length > 0) script.push("delete from sqlite_sequence where name <> 'author';")
  await runScript(db, script.join('\n'))
}

/** A table with a column of each type. */
export interface SampleDatabase {
  sample: {
    id: number
    integer: unknown
    real: unknown
    text: unknown
    blob: unknown
    any: unknown
  }
}

/** Makes the table of a {@link SampleDatabase}, empty. */
export async function withSamples(db: Kysely<Database>): Promise<Kysely<SampleDatabase>> {
  await sql`create table sample (id integer primary key, "integer" integer, "real" real, "text" text,
    "blob" blob, "any")`.execute(db)
  return db as unknown as Kysely<SampleDatabase>
}
