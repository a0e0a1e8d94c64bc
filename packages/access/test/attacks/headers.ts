import type { Parts } from '../contract/client.ts'
import { type Attack, HEADER, type Reason, token } from './attack.ts'

const COOKIE = 'CF_Authorization'

/** Makes headers, or the one Cookie header, of a good token and a bad one. */
type MakeHeaders = (good: string, bad: string) => NonNullable<Parts['headers']> | string

const headers = (name: string, reason: Reason, make: MakeHeaders): Attack => ({
  name,
  code: `ERR_ACCESS_TOKEN_${reason}`,
  async parts(forge) {
    const made = make(await forge.byTeam(), forge.byAttacker())
    return { path: '/admin', headers: typeof made === 'string' ? [['Cookie', made]] : made }
  },
})

/** More than one token, and tokens where none belongs. */
export const headerAttacks: readonly Attack[] = [
  headers('two headers, the first good', 'MALFORMED', (good, bad) => [
    [HEADER, good],
    [HEADER, bad],
  ]),
  headers('two headers, both good', 'MALFORMED', (good) => [
    [HEADER, good],
    [HEADER.toLowerCase(), good],
  ]),
  headers('bad header, good cookie', 'SIGNATURE', (good, bad) => [
    [HEADER, bad],
    ['Cookie', `${COOKIE}=${good}`],
  ]),
  headers('empty header, good cookie', 'MALFORMED', (good) => [
    [HEADER, ''],
    ['Cookie', `${COOKIE}=${good}`],
  ]),
  token('two tokens in one header', 'MALFORMED', async (forge) => {
    const good = await forge.byTeam()
    return `${good},${good}`
  }),
  headers(
    'two cookies, the first good',
    'MALFORMED',
    (good, bad) => `${COOKIE}=${good}; ${COOKIE}=${bad}`,
  ),
  headers(
    'two cookies, the last good',
    'MALFORMED',
    (good, bad) => `${COOKIE}=${bad}; ${COOKIE}=${good}`,
  ),
  headers(
    'two cookies, both good',
    'MALFORMED',
    (good) => `${COOKIE}=${good}; a=1; ${COOKIE}=${good}`,
  ),
  headers(
    'two cookies, one without a value',
    'MALFORMED',
    (good) => `${COOKIE}; ${COOKIE}=${good}`,
  ),
  headers(
    'two cookies, one with a space',
    'MALFORMED',
    (good) => `${COOKIE} =x; ${COOKIE}=${good}`,
  ),
  headers('two Cookie headers', 'MALFORMED', (good) => [
    ['Cookie', `${COOKIE}=${good}`],
    ['Cookie', `${COOKIE}=${good}`],
  ]),
  headers('cookie in quotes', 'MALFORMED', (good) => `${COOKIE}="${good}"`),
  headers('cookie without a value', 'MALFORMED', () => COOKIE),
  headers('cookie empty', 'MALFORMED', () => `${COOKIE}=`),
  headers('cookie escaped', 'MALFORMED', (good) => `${COOKIE}=${good.replaceAll('.', '%2E')}`),
  headers('cookie after a comma', 'MISSING', (good) => `a=1,${COOKIE}=${good}`),
  headers('cookie of another case', 'MISSING', (good) => `cf_authorization=${good}`),
  headers('cookie with more to its name', 'MISSING', (good) => `x${COOKIE}=${good}`),
  headers('token in Authorization', 'MISSING', (good) => [['Authorization', `Bearer ${good}`]]),
  {
    name: 'token in the query',
    code: 'ERR_ACCESS_TOKEN_MISSING',
    parts: async (forge) => ({ path: `/admin?${COOKIE}=${await forge.byTeam()}` }),
  },
  headers('Cf-Access-Authenticated-User-Email alone', 'MISSING', () => [
    ['Cf-Access-Authenticated-User-Email', 'ada@example.com'],
  ]),
  headers('Cf-Access-Client-Id and -Secret alone', 'MISSING', () => [
    ['Cf-Access-Client-Id', 'e367826f93b8d71185e03fe518aff3b4.access'],
    ['Cf-Access-Client-Secret', 'secret'],
  ]),
  headers('headers of the names headers and get', 'MISSING', () => [
    ['headers', 'x'],
    ['get', 'x'],
  ]),
]
