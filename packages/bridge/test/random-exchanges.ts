import fc from 'fast-check'

/** A header that an app tries to set. */
export interface HeaderAttempt {
  name: string
  value: string | number | string[]
}

/** The headers of a response, set one by one or written at once. */
export interface SentHead {
  lines: [name: string, value: string][]
  isWritten: boolean
}

/** What an app does with its response, one step after another. */
export type ResponseStep =
  | { kind: 'write'; text: string }
  | { kind: 'cork' | 'uncork' | 'turn' | 'wait' }

const characters = (from: number, to: number): fc.Arbitrary<string> =>
  fc.integer({ min: from, max: to }).map((code) => String.fromCharCode(code))

/** A request target of visible ASCII, with many of the characters that a URL parser rewrites. */
export const target: fc.Arbitrary<string> = fc
  .string({
    unit: fc.oneof(
      {
        weight: 2,
        arbitrary: characters(0x21, 0x7e).filter((character) => !'<>`'.includes(character)),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom('/', '/', '.', '..', '%2e', '%2F', '%zz', '//', '?'),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom('\\', ':', '@', '&', '=', '+', ';', '"', '{', '|', '^'),
      },
    ),
    maxLength: 40,
  })
  .map((text) => `/${text}`)
  // workerd cuts it off, and all that follows.
  .filter((text) => !text.includes('#'))

const headerText = (from: number, to: number): fc.Arbitrary<string> =>
  fc.string({ unit: characters(from, to), maxLength: 20 })

const name = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.string({
      unit: fc.constantFrom(...Array.from("abcXYZ019-_.!~*'`|#$%&+^")),
      minLength: 1,
      maxLength: 12,
    }),
  },
  { weight: 1, arbitrary: headerText(0, 0x17f) },
)

const value = fc.oneof(
  { weight: 3, arbitrary: headerText(0x20, 0x7e) },
  { weight: 1, arbitrary: headerText(0x80, 0xff) },
  // Node takes a character for a byte, so this is how apps put UTF-8 into a header.
  {
    weight: 2,
    arbitrary: headerText(0xa0, 0x7ff).map((text) => Buffer.from(text).toString('latin1')),
  },
  { weight: 1, arbitrary: headerText(0, 0x17f) },
  {
    weight: 1,
    arbitrary: fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })),
  },
  { weight: 1, arbitrary: fc.array(headerText(0x20, 0xff), { minLength: 1, maxLength: 3 }) },
)

/** Fields that are about the connection or the body: HTTP decides on these, not the app. */
const FRAMING =
  /^(?:connection|keep-alive|transfer-encoding|content-length|content-encoding|trailer|te|upgrade|date|expect)$/i

/** Headers for one response, whose names differ. */
export const headerAttempts: fc.Arbitrary<HeaderAttempt[]> = fc.uniqueArray(
  fc.record({ name, value }).filter((attempt) => !FRAMING.test(attempt.name)),
  { selector: (attempt) => attempt.name.toLowerCase(), maxLength: 20 },
)

const LINES = 8

/** Heads as an app sends them one after another: mostly the same, and now and then not. */
export const similarHeads: fc.Arbitrary<SentHead[]> = fc.array(
  fc
    .record({
      changed: fc.array(fc.nat(LINES - 1), { maxLength: 3 }),
      change: fc.constantFrom('one', 'two', 'ä', ''),
      // The last of these is there already, in another case.
      others: fc.subarray(['x-other', 'set-cookie', 'X-0'], { maxLength: 1 }),
      isWritten: fc.boolean(),
    })
    .map(({ changed, change, others, isWritten }) => {
      const lines = Array.from({ length: LINES }, (_, index): [string, string] => [
        `x-${index}`,
        changed.includes(index) ? change : 'same',
      ])
      for (const other of others) lines.push([other, change])
      return { lines, isWritten }
    }),
  { minLength: 2, maxLength: 10 },
)

/** What an app does between the head and the end. */
export const responseSteps: fc.Arbitrary<ResponseStep[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.string({ maxLength: 300 }).map((text) => ({ kind: 'write' as const, text })),
    },
    {
      weight: 3,
      arbitrary: fc
        .constantFrom('cork' as const, 'uncork' as const, 'turn' as const, 'wait' as const)
        .map((kind) => ({ kind })),
    },
  ),
  { maxLength: 30 },
)

/** The sizes of the pieces that a body is sent in. */
export const pieceSizes: fc.Arbitrary<number[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 100 }) },
    { weight: 2, arbitrary: fc.integer({ min: 1000, max: 20_000 }) },
    { weight: 1, arbitrary: fc.constantFrom(4096, 16_384, 65_535, 65_536, 65_537, 131_072) },
  ),
  { maxLength: 12 },
)
