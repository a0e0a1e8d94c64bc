create table user (
  name text primary key,
  salt text not null,
  hash text not null
);

create table note (
  id text primary key,
  owner text not null references user (name),
  title text not null,
  text text not null,
  attachment text,
  created_at text not null,
  updated_at text not null
);

create index note_by_owner on note (owner, created_at);
