-- Passwords: lovelace and hopper, hashed with scrypt.
insert into user (name, salt, hash) values
  ('ada', 'q7Vt2mXc9LrB4kWz', 'XelsRlHDuGFYBZZjhgHOxUEHlu8G3P+XSjvOoo5O410='),
  ('grace', 'Yh3nPz8dKf6wQs1J', '7w2zOpvHyPpxYn9+pRdP0m2fPNqalSe3wQjZZEoJH3U=');

insert into note (id, owner, title, text, created_at, updated_at) values (
  '6f1f8f2e-3c57-4a53-9d4c-0d5f2f1f7b61',
  'grace',
  'Welcome',
  'This note came with the migrations. Sign in as ada in another window: she does not see it.',
  '2026-01-01T09:00:00.000Z',
  '2026-01-01T09:00:00.000Z'
);
