create table user (
  name text primary key,
  salt text not null,
  hash text not null
);

create table book (
  id integer primary key,
  title text not null,
  author text not null,
  year integer not null,
  cover text,
  added_by text not null references user (name),
  added_at text not null
);

create table review (
  book integer not null references book (id) on delete cascade,
  reviewer text not null references user (name),
  rating integer not null,
  text text not null,
  written_at text not null,
  primary key (book, reviewer)
);
