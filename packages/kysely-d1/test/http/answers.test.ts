import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type HttpAnswer, type RawResult, readAnswer } from '../../src/http-answer.ts'

const SECRET = 'the-secret'

/** Mostly this, sometimes any other value, sometimes none. */
function mostly<Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 10, arbitrary },
    { weight: 1, arbitrary: fc.jsonValue() },
    { weight: 1, arbitrary: fc.constant(undefined) },
  )
}

const error = fc.record({
  code: mostly(fc.constantFrom(7500, 7404, 971, 10_000)),
  message: mostly(fc.constantFrom(SECRET, `near "${SECRET}": syntax error: SQLITE_ERROR`)),
})
const result = fc.record({
  success: mostly(fc.constant(true)),
  meta: mostly(fc.constant({})),
  error: mostly(fc.constant(SECRET)),
  results: mostly(
    fc.record({
      columns: mostly(fc.constant(['a', 'b'])),
      rows: mostly(fc.array(mostly(fc.tuple(fc.jsonValue(), fc.jsonValue())), { maxLength: 2 })),
    }),
  ),
})
const envelope = fc.record({
  success: mostly(fc.boolean()),
  errors: mostly(fc.array(mostly(error), { maxLength: 2 })),
  result: mostly(fc.array(mostly(result), { maxLength: 2 })),
})

const answer: fc.Arbitrary<HttpAnswer> = fc.record({
  status: fc.oneof(
    fc.constantFrom(200, 400, 401, 404, 429, 500),
    fc.integer({ min: 100, max: 999 }),
  ),
  contentType: fc.option(fc.string()),
  retryAfter: fc.option(fc.oneof(fc.string(), fc.nat().map(String), fc.date().map(String))),
  text: fc.oneof(
    fc.string(),
    mostly(envelope).map((value) => JSON.stringify(value) ?? ''),
  ),
  secrets: fc.constant([SECRET]),
})

/** What an answer is made into: its results, or the kind of an error, or a defect. */
function outcomeOf(received: HttpAnswer, count: number): string {
  let results: RawResult[]
  try {
    results = readAnswer(received, count)
  } catch (thrown) {
    const { message, name } = thrown as Error
    return message.includes(SECRET) ? `a leak: ${message}` : name
  }
  const isWhole = results.every(({ columns, rows }) =>
    rows.every((row) => row.length === columns.length),
  )
  return isWhole && results.length === count ? 'results' : 'a partial answer'
}

describe('readAnswer', () => {
  it('makes results or an error of whatever comes, and shows no secret', () => {
    const outcomes = new Set<string>()
    fc.assert(
      fc.property(answer, fc.integer({ min: 1, max: 2 }), (received, count) => {
        const outcome = outcomeOf(received, count)
        outcomes.add(outcome)
        // Errors that are about SQL are plain: their caller knows the SQL, and gives them a code.
        expect(['results', 'D1HttpError', 'Error']).toContain(outcome)
      }),
      { numRuns: 3000 },
    )
    expect(outcomes.size).toBe(3)
  })
})
