import { describe, expect, it } from '@jest/globals'
import { findToken } from '../src/token.ts'

const TOKEN = 'aaa.bbb.ccc'
const OTHER = 'ddd.eee.fff'

describe('the token of a request', () => {
  it.each([
    ['Headers', new Headers({ 'Cf-Access-Jwt-Assertion': TOKEN })],
    ["Node's headers", { 'cf-access-jwt-assertion': TOKEN }],
    ['a Request', new Request('https://x/', { headers: { 'cf-access-jwt-assertion': TOKEN } })],
    ["Node's request", { headers: { 'cf-access-jwt-assertion': TOKEN } }],
    ['a list of one', { 'cf-access-jwt-assertion': [TOKEN] }],
    ['the cookie', { cookie: `a=1; CF_Authorization=${TOKEN}; b` }],
    ['the cookie alone', new Headers({ cookie: `CF_Authorization=${TOKEN}` })],
    [
      'the header before the cookie',
      { 'cf-access-jwt-assertion': TOKEN, cookie: 'CF_Authorization=x' },
    ],
    ['a header called headers', { headers: 'x', 'cf-access-jwt-assertion': TOKEN }],
  ])('is found in %s', (_name, source) => {
    expect(findToken(source)).toBe(TOKEN)
  })

  it.each([
    ['nothing', {}],
    ['no cookie of that name', { cookie: 'a=1; b=2' }],
    ['a name that ends alike', { cookie: `X_CF_Authorization=${TOKEN}` }],
    ['a name that begins alike', { cookie: `CF_AuthorizationX=${TOKEN}` }],
    ['what every object has', Object.create({ 'cf-access-jwt-assertion': TOKEN }) as object],
  ])('is missing with %s', (_name, source) => {
    expect(() => findToken(source as Record<string, string>)).toThrow(
      expect.objectContaining({ code: 'ERR_ACCESS_TOKEN_MISSING', status: 401 }),
    )
  })

  it.each([
    ['two headers', { 'cf-access-jwt-assertion': [TOKEN, TOKEN] }],
    ['joined headers', { 'cf-access-jwt-assertion': `${TOKEN}, ${TOKEN}` }],
    [
      'an empty header beside a cookie',
      { 'cf-access-jwt-assertion': '', cookie: `CF_Authorization=${TOKEN}` },
    ],
    ['two cookies', { cookie: `CF_Authorization=${TOKEN}; CF_Authorization=${OTHER}` }],
    ['the same cookie twice', { cookie: `CF_Authorization=${TOKEN}; CF_Authorization=${TOKEN}` }],
    ['cookies of two lines, as Workers join them', { cookie: `CF_Authorization=${TOKEN}, a=1` }],
    ['a cookie in quotes', { cookie: `CF_Authorization="${TOKEN}"` }],
    ['an equals sign', { cookie: `CF_Authorization==${TOKEN}` }],
    ['a space inside', { 'cf-access-jwt-assertion': 'aaa.bbb .ccc' }],
    ['a line break', { 'cf-access-jwt-assertion': `${TOKEN}\n` }],
    ['an empty part', { 'cf-access-jwt-assertion': 'aaa..ccc' }],
    ['8,193 characters', { 'cf-access-jwt-assertion': `a.b.${'c'.repeat(8189)}` }],
  ])('is malformed with %s', (_name, source) => {
    expect(() => findToken(source as Record<string, string>)).toThrow(
      expect.objectContaining({ code: 'ERR_ACCESS_TOKEN_MALFORMED', status: 401 }),
    )
  })

  it('is looked for in hostile cookies too', () => {
    // A regular expression that goes back and forth would take minutes.
    const cookie = `${'CF_Authorization '.repeat(4000)}; ${' '.repeat(1_000_000)}x`
    expect(() => findToken({ cookie })).toThrow('no Cloudflare Access token')
  })
})
