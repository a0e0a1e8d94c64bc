import { describe, expect, it } from '@jest/globals'
import {
  D1Dialect,
  type D1DatabaseLike,
  type D1DialectOptions,
  isBookmark,
  SessionScope,
  withSession,
} from '@node-cf/kysely-d1'
import { d1Session } from '@node-cf/kysely-d1/express'
import { DummyDriver, Kysely, SqliteAdapter, SqliteDialect, SqliteQueryCompiler } from 'kysely'

const database = { prepare() {} } as unknown as D1DatabaseLike
const BOOKMARK = '00000085-0000024c-00004c6d-8e61117bf38d7adb71b934ebbf891683'

describe('the options of D1Dialect', () => {
  it.each<[string, Partial<Record<keyof D1DialectOptions, unknown>>, RegExp]>([
    ['no binding', { database: undefined }, /database must be a D1 binding.*undefined.*wrangler/],
    ['null for a binding', { database: null }, /database must be a D1 binding.*null/],
    ['text for a binding', { database: 'DB' }, /database must be a D1 binding.*string/],
    ['another binding', { database: { get() {} } }, /database must be a D1 binding/],
    ['an unknown constraint', { session: 'first' }, /A session starts at/],
    ['an empty bookmark', { session: '' }, /A session starts at/],
    ['a list for onQuery', { onQuery: [] }, /onQuery must be a function; got object/],
    ['null for onDestroy', { onDestroy: null }, /onDestroy must be a function; got null/],
    ['no attempts', { retry: { attempts: 0 } }, /retry.attempts must be a whole number.*got 0/],
    ['half an attempt', { retry: { attempts: 1.5 } }, /retry.attempts.*got 1.5/],
    ['text for a delay', { retry: { minDelay: '1' } }, /retry.minDelay must be a number.*got 1/],
    ['a negative delay', { retry: { maxDelay: -1 } }, /retry.maxDelay must be a number.*got -1/],
    ['an endless wait', { retry: { maxRetryAfter: Infinity } }, /retry.maxRetryAfter.*Infinity/],
  ])('refuse %s when they are given', (_, options, message) => {
    const create = (): unknown => new D1Dialect({ database, ...options } as D1DialectOptions)
    expect(create).toThrow(message)
    expect(create).toThrow(expect.objectContaining({ code: 'ERR_SQLITE_ARGUMENT' }))
  })

  it('take sessions of every kind', () => {
    for (const session of ['first-primary', 'first-unconstrained', BOOKMARK, () => undefined]) {
      expect(new D1Dialect({ database, session })).toBeInstanceOf(D1Dialect)
    }
    expect(new D1Dialect({ database, session: BOOKMARK }).bookmark).toBe(BOOKMARK)
    expect(new D1Dialect({ database }).bookmark).toBeNull()
  })
})

describe('isBookmark', () => {
  it.each([BOOKMARK, '0-0-0-0'])('takes %s', (text) => expect(isBookmark(text)).toBe(true))

  it.each([
    '',
    'first-primary',
    BOOKMARK.toUpperCase(),
    `${BOOKMARK}\n`,
    ` ${BOOKMARK}`,
    `${BOOKMARK}-0`,
    BOOKMARK.slice(9),
    `${'0'.repeat(41)}-0-0-0`,
    'g-0-0-0',
    undefined,
    7,
  ])('refuses %j', (value) => expect(isBookmark(value)).toBe(false))
})

describe('SessionScope', () => {
  it('refuses what is no beginning, without repeating it', () => {
    expect(() => new SessionScope('<script>')).toThrow(/^A session starts at [^<]*$/)
  })
})

describe('withSession', () => {
  it('refuses the Kysely of another dialect', () => {
    const dialect = {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: SqliteDialect.prototype.createIntrospector.bind(undefined),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    }
    expect(() => withSession(new Kysely({ dialect }))).toThrow(/whose dialect is D1Dialect/)
  })
})

describe('the options of d1Session', () => {
  it.each([
    ['an unknown constraint', { constraint: 'second' }, /constraint must be .*got second/],
    ['a bookmark, which is one visitor’s', { constraint: BOOKMARK }, /first-unconstrained/],
    ['a name with a space', { cookie: { name: 'a b' } }, /cookie is not valid/],
    ['an empty name', { cookie: { name: '' } }, /cookie is not valid/],
    ['a path with a semicolon', { cookie: { path: '/;' } }, /cookie is not valid/],
    ['a domain with a space', { cookie: { domain: 'a b' } }, /cookie is not valid/],
    ['half a second', { cookie: { maxAge: 0.5 } }, /cookie is not valid/],
    ['an unknown sameSite', { cookie: { sameSite: 'no' } }, /cookie is not valid/],
  ])('refuse %s', (_, options, message) => {
    expect(() => d1Session(options as never)).toThrow(message)
  })
})
