import type { OnQuery } from '@node-cf/kysely-sqlite'
import { D1HttpError } from './http-errors.ts'
import type { RetryOptions } from './retry.ts'

/** The part of `fetch` that is called. */
export type FetchLike = (
  url: string,
  init: {
    method: 'POST'
    headers: Record<string, string>
    body: string
    redirect: 'manual'
    signal: AbortSignal
  },
) => Promise<ResponseLike>

/** The part of a `Response` that is read. */
export interface ResponseLike {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: { getReader(): BodyReader } | null
}

export interface BodyReader {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>
  cancel(): Promise<void>
}

export interface D1HttpDialectOptions {
  /** The account's identifier: 32 hexadecimal digits. */
  accountId: string
  /** The database's identifier, a UUID: `database_id` in wrangler's configuration. */
  databaseId: string
  /** An API token with the permission D1 Edit, or D1 Read, or a function that returns one. */
  token: string | (() => string | Promise<string>)
  /** Where the API is: `https://api.cloudflare.com/client/v4` by default. */
  apiUrl?: string | URL
  /** What sends the requests: the global `fetch` by default. */
  fetch?: FetchLike
  /** How many requests run at once, 1 to 100; 6 by default. Others wait for their turn. */
  concurrency?: number
  /** How long one request may take, its answer included, in milliseconds; 60,000 by default. */
  timeout?: number
  /** The largest answer that is read, in bytes; 64 MiB by default. */
  maxResponseSize?: number
  /**
   * Whether a batch with parameters is taken for atomic, `false` by default: then such a batch is
   * refused, since Cloudflare does not document that all of it or nothing takes effect over HTTP.
   */
  assumeAtomicBatches?: boolean
  /** Is told about each query when it has ended. */
  onQuery?: OnQuery
  /** How often reads, and writes marked as idempotent, are sent again; `false` for never. */
  retry?: RetryOptions | false
}

/** The options as they are used: checked, with defaults. */
export interface D1HttpSettings {
  /** The address of the database, without a slash at its end. */
  readonly url: string
  readonly token: () => Promise<string>
  readonly fetch: FetchLike
  readonly concurrency: number
  readonly timeout: number
  readonly maxResponseSize: number
  readonly assumeAtomicBatches: boolean
}

/** Checks the options when they are given, not when they are first used. */
export function checkedHttpOptions(options: D1HttpDialectOptions): D1HttpSettings {
  if ('session' in options) {
    throw wrong('session is not available over HTTP: sessions need a Worker and D1Dialect.')
  }
  const {
    assumeAtomicBatches = false,
    fetch: send = (url, init) => fetch(url, init),
    onQuery = () => {},
    token,
  } = options
  for (const [name, value] of Object.entries({ fetch: send, onQuery })) {
    if (typeof value !== 'function') throw wrong(`${name} must be a function; got ${typeof value}.`)
  }
  if (typeof assumeAtomicBatches !== 'boolean') {
    throw wrong(`assumeAtomicBatches must be a boolean; got ${typeof assumeAtomicBatches}.`)
  }
  if (typeof token !== 'function') checkToken(token, 'ERR_D1_HTTP_OPTION')
  return {
    url: `${apiUrl(options.apiUrl)}/accounts/${identifier('accountId', options.accountId)}/d1/database/${identifier('databaseId', options.databaseId)}`,
    token: typeof token === 'function' ? () => tokenFrom(token) : () => Promise.resolve(token),
    fetch: send,
    concurrency: integer('concurrency', options.concurrency ?? 6, 1, 100),
    timeout: integer('timeout', options.timeout ?? 60_000, 1, LONGEST_TIMER),
    maxResponseSize: integer(
      'maxResponseSize',
      options.maxResponseSize ?? 64 * 1024 * 1024,
      1,
      Number.MAX_SAFE_INTEGER,
    ),
    assumeAtomicBatches,
  }
}

/** The longest a timer can run, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1

const IDENTIFIERS = {
  accountId: { pattern: /^[\da-f]{32}$/i, form: '32 hexadecimal digits' },
  databaseId: { pattern: /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i, form: 'a UUID' },
}

/** What is given is not shown: it may be a token in the wrong place. */
function identifier(name: keyof typeof IDENTIFIERS, value: unknown): string {
  const { pattern, form } = IDENTIFIERS[name]
  if (typeof value === 'string' && pattern.test(value)) return value.toLowerCase()
  throw wrong(`${name} must be ${form}; got ${lengthOf(value)}.`)
}

function apiUrl(value: string | URL = 'https://api.cloudflare.com/client/v4'): string {
  const url = URL.canParse(String(value)) ? new URL(value) : undefined
  const isSafe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname))
  if (url === undefined || !isSafe || url.username !== '' || url.search !== '' || url.hash !== '') {
    throw wrong(
      'apiUrl must be an https: address (http: for this machine alone) without credentials, query and fragment.',
    )
  }
  return url.href.replace(/\/+$/, '')
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/

function integer(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw wrong(`${name} must be an integer from ${least} to ${most}; got ${String(value)}.`)
}

async function tokenFrom(give: () => string | Promise<string>): Promise<string> {
  let token: string
  try {
    token = await give()
  } catch (error) {
    throw new D1HttpError('ERR_D1_HTTP_TOKEN', 'The function that gives the token threw.', {
      cause: error,
    })
  }
  checkToken(token, 'ERR_D1_HTTP_TOKEN')
  return token
}

/** RFC 6750 §2.1. What else a header would refuse, its error would quote. */
function checkToken(token: unknown, code: 'ERR_D1_HTTP_OPTION' | 'ERR_D1_HTTP_TOKEN'): void {
  if (typeof token === 'string' && /^[\w.~+/-]+=*$/.test(token)) return
  throw new D1HttpError(
    code,
    `The token must be the text of an API token, without spaces and line ends; got ${lengthOf(token)}. Is the environment variable set?`,
  )
}

function lengthOf(value: unknown): string {
  return typeof value === 'string' ? `a text of ${value.length} characters` : typeof value
}

function wrong(message: string): D1HttpError {
  return new D1HttpError('ERR_D1_HTTP_OPTION', message)
}
