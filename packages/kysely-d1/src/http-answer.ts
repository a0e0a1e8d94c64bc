import { toSqliteError } from '@node-cf/kysely-sqlite'
import { D1HttpError } from './http-errors.ts'

/** An answer of the API as it came. */
export interface HttpAnswer {
  readonly status: number
  readonly contentType: string | null
  readonly retryAfter: string | null
  readonly text: string
  /** What no error may show: the token, and texts that were bound. */
  readonly secrets: readonly string[]
}

/** What the API returns of one statement. */
export interface RawResult {
  readonly columns: readonly string[]
  readonly rows: unknown[][]
  readonly meta: Readonly<Record<string, unknown>>
}

/** What Cloudflare's API wraps its answers in. */
interface Envelope {
  readonly success: boolean
  readonly errors: readonly ApiError[]
  readonly result: unknown
}

interface ApiError {
  readonly code: number
  readonly message: string
}

/**
 * Reads the answer to a `/raw` request.
 * @param answer The answer
 * @param count How many statements were sent
 * @returns A result for each statement
 * @throws {D1HttpError} What is no result, unless it is about the SQL
 * @throws {Error} What D1 says is wrong with the SQL
 */
export function readAnswer(answer: HttpAnswer, count: number): RawResult[] {
  const envelope = parseEnvelope(answer.text)
  const { status } = answer
  if (status < 200 || status > 299 || envelope?.success === false) {
    throw refusal(answer, envelope?.errors ?? [])
  }
  if (envelope === undefined) {
    throw unusable(
      answer,
      `is no answer of the API: ${answer.contentType ?? 'no content type'}, ${answer.text.length} characters`,
    )
  }
  const { result } = envelope
  if (!Array.isArray(result)) throw unusable(answer, 'has no results')
  if (result.length !== count) {
    throw unusable(answer, `has ${result.length} results for ${count} statements`)
  }
  return result.map((entry) => rawResult(answer, entry))
}

/** No `cause` of a parser's is kept anywhere here: it would quote the answer, rows included. */
function parseEnvelope(text: string): Envelope | undefined {
  try {
    const value = JSON.parse(text) as Partial<Envelope> | null
    if (typeof value?.success !== 'boolean') return undefined
    const errors: Record<keyof ApiError, unknown>[] = Array.isArray(value.errors)
      ? value.errors
      : []
    return {
      success: value.success,
      errors: errors.map(({ code, message }) => ({ code: Number(code), message: String(message) })),
      result: value.result,
    }
  } catch {
    return undefined
  }
}

function rawResult(answer: HttpAnswer, entry: unknown): RawResult {
  const { success, results, meta, error } = (entry ?? {}) as Record<string, unknown>
  if (success !== true) {
    if (typeof error === 'string') throw new Error(hidden(error, answer))
    throw unusable(answer, 'is partial: one of the statements has no result')
  }
  const { columns, rows } = (results ?? {}) as Partial<RawResult>
  if (!Array.isArray(columns) || !Array.isArray(rows)) {
    throw unusable(answer, 'is partial: one of the statements has no columns or rows')
  }
  if (!rows.every((row) => Array.isArray(row) && row.length === columns.length)) {
    throw unusable(answer, 'is partial: a row has not as many values as there are columns')
  }
  return { columns, rows, meta: (meta ?? {}) as Record<string, unknown> }
}

/** What a status or an error of the API says. */
function refusal(answer: HttpAnswer, errors: readonly ApiError[]): Error {
  const { status } = answer
  const codes = errors.map(({ code }) => code)
  const said = errors.map(({ code, message }) => `${message} (code ${code})`).join('; ')
  const because = `HTTP status ${status}${said === '' ? '' : `: ${hidden(said, answer)}`}.`
  const retryAfter = delayOf(answer.retryAfter)

  if (status === 429 || codes.includes(TOO_MANY_REQUESTS)) {
    return new D1HttpError(
      'ERR_D1_HTTP_RATE_LIMITED',
      `Cloudflare limits the rate of requests to its API. ${because}`,
      { status, retryAfter },
    )
  }
  if (status === 401 || status === 403 || codes.some((code) => AUTHENTICATION.has(code))) {
    return new D1HttpError(
      'ERR_D1_HTTP_AUTHENTICATION',
      `Cloudflare does not accept the token for this account. It needs the permission D1 Edit, or D1 Read to read. ${because}`,
      { status },
    )
  }
  if (status === 404 || codes.includes(NO_SUCH_DATABASE)) {
    return new D1HttpError(
      'ERR_D1_HTTP_NOT_FOUND',
      `The account has no database with this databaseId. ${because}`,
      { status },
    )
  }
  const error = new Error(hidden(errors[0]?.message ?? '', answer))
  if (toSqliteError(error).code !== 'ERR_SQLITE_QUERY') return error
  if (status >= 500) {
    return new D1HttpError('ERR_D1_HTTP_UNAVAILABLE', `D1 did not answer. ${because}`, {
      status,
      retryAfter,
      mayHaveRun: true,
    })
  }
  if (codes.includes(QUERY_FAILED)) return error
  return new D1HttpError('ERR_D1_HTTP_REFUSED', `The API refused the request. ${because}`, {
    status,
  })
}

/** Error codes of the API that are about the token; a missing account has the first one too. */
const AUTHENTICATION: ReadonlySet<number> = new Set([10_000, 10_001, 9106, 9109, 6003, 6111])
const TOO_MANY_REQUESTS = 971
const NO_SUCH_DATABASE = 7404
const QUERY_FAILED = 7500

/** SQLite quotes values in a few of its messages: `bad JSON path: 'value'`. */
function hidden(text: string, { secrets }: HttpAnswer): string {
  let shown = text
  for (const secret of secrets) shown = shown.replaceAll(secret, '…')
  return shown
}

function unusable({ status }: HttpAnswer, what: string): D1HttpError {
  return new D1HttpError(
    'ERR_D1_HTTP_RESPONSE',
    `The answer with status ${status} ${what}. The statements may have been executed.`,
    { status, mayHaveRun: true },
  )
}

/** Seconds or a date, in milliseconds from now: RFC 9110 §10.2.3. */
function delayOf(retryAfter: string | null): number | undefined {
  if (retryAfter === null) return undefined
  const milliseconds = /^\d+$/.test(retryAfter)
    ? Number(retryAfter) * 1000
    : Date.parse(retryAfter) - Date.now()
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined
}
