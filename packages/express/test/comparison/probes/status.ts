/** Behaviours 2 and 3: every status, its text, and the errors for what is none. */
import type { ServerResponse } from 'node:http'
import { answer, attempt, shown } from '../../../../../scripts/comparison/observe.ts'
import { bare, type Definition, type Outcome } from '../probe.ts'
import { get } from '../../../../../scripts/comparison/request.ts'

/** The codes of Node's `STATUS_CODES` from 200 on, and some that it has no text for. */
const codes = [
  200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 307, 308, 400,
  401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421,
  422, 423, 424, 425, 426, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505, 506, 507, 508, 509,
  510, 511, 299, 306, 499, 599, 600, 700, 999,
]

const invalid = [0, 99, 1000, -1, '', 'abc', '200 OK', null, Number.NaN, Infinity, {}] as unknown[]
const converted = ['404', 404.9, [404], true] as unknown[]
const texts = ['Fine', '', ' ', 'Sehr gut', 'With: colon, and "quotes"', 'x'.repeat(300), 'caf\xe9']
const invalidTexts = ['a\r\nX-Injected: 1', 'a\nb', 'a\0b', '€']

/** Node answers with 1xx as if it were final, and the client goes on waiting. */
const informational = [100, 101, 102, 103]

const setStatus = (response: ServerResponse, status: unknown): void => {
  ;(response as { statusCode: unknown }).statusCode = status
}
const writeHead = (response: ServerResponse, ...values: unknown[]): unknown =>
  (response as unknown as { writeHead(...values: unknown[]): unknown }).writeHead(...values)

export const status: Definition[] = [
  ...codes.map((code) =>
    bare(`${code}`, get(), (_request, response) => {
      response.statusCode = code
      response.end('body')
    }),
  ),
  ...informational.map((code) =>
    bare(
      `${code} as a final status`,
      get(),
      (_request, response) => {
        response.writeHead(code)
        response.end()
      },
      { normalise: withStatusLineOnly },
    ),
  ),
  ...invalid.map((value) =>
    bare(`writeHead of ${shown(value)} is refused`, get(), (_request, response) => {
      const observed = attempt(() => writeHead(response, value))
      answer(response, { observed, sent: response.headersSent, status: response.statusCode })
    }),
  ),
  ...invalid.map((value) =>
    bare(`statusCode of ${shown(value)} is refused`, get(), (_request, response) => {
      setStatus(response, value)
      const observed = attempt(() => response.end('x'))
      response.statusCode = 200
      answer(response, { observed, sent: response.headersSent })
    }),
  ),
  ...converted.map((value) =>
    bare(`writeHead of ${shown(value)}`, get(), (_request, response) => {
      const observed = attempt(() => writeHead(response, value))
      if (response.headersSent) response.end(`${response.statusCode}`)
      else answer(response, { observed })
    }),
  ),
  ...texts.map((text) =>
    bare(`text ${JSON.stringify(text.slice(0, 20))}`, get(), (_request, response) => {
      response.statusMessage = text
      response.end(response.statusMessage)
    }),
  ),
  bare('text of writeHead', get(), (_request, response) => {
    const chained = response.writeHead(418, 'Kettle', { 'X-One': '1' }) === response
    response.end(`${chained} ${response.statusMessage}`)
  }),
  bare(
    'text of an unknown code',
    get(),
    (_request, response) => void response.writeHead(299, 'Custom').end(),
  ),
  bare('text of statusMessage, then writeHead without one', get(), (_request, response) => {
    response.statusMessage = 'Mine'
    response.writeHead(404)
    response.end(response.statusMessage)
  }),
  bare('text of writeHead over statusMessage', get(), (_request, response) => {
    response.statusMessage = 'Mine'
    response.writeHead(404, 'Theirs').end()
  }),
  ...invalidTexts.map((text) =>
    bare(`text ${JSON.stringify(text)} is refused`, get(), (_request, response) => {
      const observed = {
        writeHead: attempt(() => response.writeHead(200, text)),
        end: attempt(() => {
          response.statusMessage = text
          response.end()
        }),
      }
      response.statusMessage = 'OK'
      answer(response, observed)
    }),
  ),
  bare('before and after the head', get(), (_request, response) => {
    const before = { code: response.statusCode, text: response.statusMessage ?? 'undefined' }
    response.statusCode = 201
    response.setHeader('Content-Type', 'application/json')
    response.flushHeaders()
    const after = { code: response.statusCode, text: response.statusMessage }
    response.end(JSON.stringify({ before, after }))
  }),
  bare('statusCode after the head', get(), (_request, response) => {
    response.writeHead(200)
    response.statusCode = 500
    response.statusMessage = 'Too late'
    response.end(`${response.statusCode} ${response.statusMessage}`)
  }),
  bare('STATUS_CODES', get(), async (_request, response) => {
    const { STATUS_CODES } = await import('node:http')
    answer(response, STATUS_CODES)
  }),
]

/** Of an answer that counts as none, the date is of no interest. */
function withStatusLineOnly(outcome: Outcome): Outcome {
  return { ...outcome, surplus: outcome.surplus.split('\r\n')[0] ?? '' }
}
