-- Passwords: lovelace and hopper, hashed with scrypt.
insert into user (name, salt, hash) values
  ('ada', 'q7Vt2mXc9LrB4kWz', 'XelsRlHDuGFYBZZjhgHOxUEHlu8G3P+XSjvOoo5O410='),
  ('grace', 'Yh3nPz8dKf6wQs1J', '7w2zOpvHyPpxYn9+pRdP0m2fPNqalSe3wQjZZEoJH3U=');

insert into book (title, author, year, added_by, added_at) values
  ('The Mythical Man-Month', 'Frederick P. Brooks', 1975, 'grace', '2026-01-01T09:00:00.000Z'),
  ('A Room of One’s Own', 'Virginia Woolf', 1929, 'ada', '2026-01-01T09:30:00.000Z');

insert into review (book, reviewer, rating, text, written_at) values
  (1, 'ada', 4, 'Adding readers makes it better.', '2026-01-02T09:00:00.000Z');
