import type { BoundStatement } from '@node-cf/kysely-sqlite'
import { rowsOf } from './binding.ts'
import { type HttpAnswer, type RawResult, readAnswer } from './http-answer.ts'
import { D1HttpError } from './http-errors.ts'
import type { D1HttpSettings, ResponseLike } from './http-options.ts'
import { jsonStatement, type JsonStatement } from './http-parameters.ts'
import { RequestQueue } from './request-queue.ts'
import type { D1ExecuteOptions, D1Session, D1StatementResult } from './session.ts'

/** Runs statements through Cloudflare's API, each call being one request. */
export class HttpSession implements D1Session {
  readonly #settings: D1HttpSettings
  readonly #queue: RequestQueue
  /** Until when the API wants no requests, as a time of `Date.now()`. */
  #pausedUntil = 0

  constructor(settings: D1HttpSettings) {
    this.#settings = settings
    this.#queue = new RequestQueue(settings.concurrency, 2 * settings.timeout)
  }

  async execute(
    statements: readonly BoundStatement[],
    { atomic, signal }: D1ExecuteOptions,
  ): Promise<D1StatementResult[]> {
    const sent = statements.map(jsonStatement)
    const body = JSON.stringify(this.#request(sent, atomic))
    const place = await this.#queue.enter(signal)
    try {
      this.#checkPause()
      const token = await this.#settings.token()
      const answer = await this.#post(body, token, signal)
      const secrets = [token, ...sent.flatMap(quotedTexts)]
      return readAnswer({ ...answer, secrets }, statements.length).map(resultOf)
    } catch (error) {
      this.#notePause(error)
      throw error
    } finally {
      this.#queue.leave(place)
    }
  }

  /**
   * Cloudflare documents that statements joined by semicolons run as a batch, but takes no
   * parameters with them. Of a list of statements with parameters it does not say so.
   */
  #request(
    statements: readonly JsonStatement[],
    atomic: boolean,
  ): JsonStatement | { batch: readonly JsonStatement[] } {
    if (statements.length === 1) return statements[0]!
    if (!atomic || this.#settings.assumeAtomicBatches) return { batch: statements }
    if (statements.every(({ params }) => params === undefined)) {
      // The line end ends a comment that a statement may end with.
      return { sql: statements.map(({ sql }) => sql).join('\n;\n') }
    }
    throw new D1HttpError(
      'ERR_D1_HTTP_BATCH',
      'Cloudflare does not document that a batch with parameters takes effect as a whole or not at all over HTTP. Set assumeAtomicBatches to true to rely on it nevertheless, or run the statements one by one.',
    )
  }

  /** While the API wants no requests, none is sent: what would be its answer is known. */
  #checkPause(): void {
    const retryAfter = this.#pausedUntil - Date.now()
    if (retryAfter <= 0) return
    throw new D1HttpError(
      'ERR_D1_HTTP_RATE_LIMITED',
      `Cloudflare wants no requests for another ${Math.ceil(retryAfter / 1000)} s; this one was not sent.`,
      { retryAfter },
    )
  }

  #notePause(error: unknown): void {
    if (error instanceof D1HttpError && error.status === 429) {
      const pause = Math.min(error.retryAfter ?? 0, LONGEST_PAUSE)
      this.#pausedUntil = Math.max(this.#pausedUntil, Date.now() + pause)
    }
  }

  async #post(
    body: string,
    token: string,
    signal: AbortSignal | undefined,
  ): Promise<Omit<HttpAnswer, 'secrets'>> {
    const { fetch, timeout, maxResponseSize, url } = this.#settings
    const controller = new AbortController()
    const onAbort = (): void => controller.abort(signal?.reason)
    const timer = setTimeout(() => controller.abort(), timeout)
    signal?.addEventListener('abort', onAbort)
    try {
      signal?.throwIfAborted()
      const response = await fetch(`${url}/raw`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body,
        redirect: 'manual',
        signal: controller.signal,
      })
      return {
        status: response.status,
        contentType: response.headers.get('content-type'),
        retryAfter: response.headers.get('retry-after'),
        text: await textOf(response, maxResponseSize),
      }
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      if (error instanceof D1HttpError) throw error
      throw controller.signal.aborted ? timedOut(timeout) : connectionFailed(error)
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
  }
}

/** For how long Cloudflare refuses requests after too many, in milliseconds. */
const LONGEST_PAUSE = 300_000

/** Texts of a statement, in the quotes in which SQLite would show them. */
function quotedTexts({ params = [] }: JsonStatement): string[] {
  const texts = params.filter((value) => typeof value === 'string')
  return texts.flatMap((text) => [`'${text.replaceAll("'", "''")}'`, `"${text}"`])
}

/** Of columns that have the same name the last one counts, as in every driver for SQLite. */
function resultOf({ columns, rows, meta }: RawResult): D1StatementResult {
  return { rows: rowsOf(columns, rows), meta }
}

async function textOf({ status, body }: ResponseLike, most: number): Promise<string> {
  if (body === null) return ''
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    size += value!.byteLength
    if (size > most) {
      reader.cancel().catch(() => {})
      throw new D1HttpError(
        'ERR_D1_HTTP_RESPONSE_TOO_LARGE',
        `The answer is longer than ${most} bytes (option maxResponseSize). What was sent has been executed. Read fewer rows at a time.`,
        { status, mayHaveRun: true },
      )
    }
    text += decoder.decode(value, { stream: true })
  }
}

function timedOut(timeout: number): D1HttpError {
  return new D1HttpError(
    'ERR_D1_HTTP_TIMEOUT',
    `No complete answer came within ${timeout} ms (option timeout). The statements may have been executed.`,
    { mayHaveRun: true },
  )
}

function connectionFailed(cause: unknown): D1HttpError {
  const reason = reasonOf(cause)
  const mayHaveRun = !NEVER_CONNECTED.has(reason)
  return new D1HttpError(
    'ERR_D1_HTTP_CONNECTION',
    mayHaveRun
      ? `The connection broke off before the answer was complete (${reason}). The statements may have been executed.`
      : `No connection came about (${reason}). Nothing was executed.`,
    { cause, mayHaveRun },
  )
}

/** The code of what `fetch` throws on Node, which stands in a `cause`; elsewhere its message. */
function reasonOf(error: unknown): string {
  const { cause, code, message } = (error ?? {}) as Partial<Error & { code: unknown }>
  if (typeof code === 'string') return code
  return typeof cause === 'object' && cause !== null ? reasonOf(cause) : String(message)
}

/** With these, no request was sent. */
const NEVER_CONNECTED: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
])
