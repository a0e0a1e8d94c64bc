import fc from 'fast-check'
import type { RequestedRange } from '../../src/request-range.ts'

// Requests are made from what they mean, so that the model has nothing to parse.

export interface EntityTag {
  isWeak: boolean
  /** Null stands for the file's own. */
  tag: string | null
}

/** What a field says, or text that says nothing. */
export type Field<Meaning> = { text: string } | { meaning: Meaning; style: number }

export interface RandomRequest {
  method: string
  file: string
  ifMatch: Field<'*' | EntityTag[]> | null
  ifNoneMatch: Field<'*' | EntityTag[]> | null
  /** Days after the file was modified. */
  ifModifiedSince: Field<number> | null
  ifUnmodifiedSince: Field<number> | null
  ifRange: Field<EntityTag | number> | null
  range: Field<RequestedRange[]> | null
}

/** Visible characters and blanks, as a server lets them through; workerd drops an empty field. */
const noise = fc
  .string({
    unit: fc.constantFrom(...Array.from('abcW/"*,;=-0123456789 \t\\bytesGMT:')),
    maxLength: 30,
  })
  .map((text) => text.trim() || '-')

function field<Meaning>(meaning: fc.Arbitrary<Meaning>): fc.Arbitrary<Field<Meaning> | null> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    { weight: 4, arbitrary: fc.record({ meaning, style: fc.nat(2) }) },
    { weight: 1, arbitrary: fc.record({ text: noise }) },
  )
}

const entityTag: fc.Arbitrary<EntityTag> = fc.record({
  isWeak: fc.boolean(),
  tag: fc.oneof(
    fc.constant(null),
    fc.string({ unit: fc.constantFrom(...Array.from('ab,;/W*\\')), maxLength: 5 }),
  ),
})
const entityTags = fc.oneof(
  fc.constant('*' as const),
  fc.array(entityTag, { minLength: 1, maxLength: 4 }),
)
const days = fc.integer({ min: -2, max: 2 })
const position = fc.oneof(fc.nat(40), fc.maxSafeNat())
const range: fc.Arbitrary<RequestedRange> = fc.oneof(
  fc.record({ first: position }),
  fc.record({ first: position, last: position }),
  fc.record({ suffix: position }),
)

export const randomRequest: fc.Arbitrary<RandomRequest> = fc.record({
  method: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('GET', 'HEAD') },
    { weight: 1, arbitrary: fc.constantFrom('POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH') },
  ),
  file: fc.constantFrom('letters.txt', 'letters.txt', 'empty.txt', 'missing.txt'),
  ifMatch: field(entityTags),
  ifNoneMatch: field(entityTags),
  ifModifiedSince: field(days),
  ifUnmodifiedSince: field(days),
  ifRange: field(fc.oneof(entityTag, days)),
  range: field(fc.array(range, { minLength: 1, maxLength: 2 })),
})

/** The file that a request is about. */
export interface Version {
  etag: string
  modified: Date
  content: string
}

/** A request's fields as they are sent. */
export function fieldsOf(request: RandomRequest, file: Version): Record<string, string> {
  const tag = ({ isWeak, tag: text }: EntityTag): string =>
    `${isWeak ? 'W/' : ''}"${text ?? file.etag}"`
  const tags = (list: '*' | EntityTag[], style: number): string =>
    list === '*' ? '*' : list.map(tag).join([', ', ',', ' ,\t, '][style])
  const date = (offset: number, style: number): string =>
    httpDate(new Date(file.modified.getTime() + offset * 86_400_000), style)
  const fields: Record<string, string | undefined> = {
    'if-match': write(request.ifMatch, tags),
    'if-none-match': write(request.ifNoneMatch, tags),
    'if-modified-since': write(request.ifModifiedSince, date),
    'if-unmodified-since': write(request.ifUnmodifiedSince, date),
    'if-range': write(request.ifRange, (value, style) =>
      typeof value === 'number' ? date(value, style) : tag(value),
    ),
    range: write(
      request.range,
      (ranges, style) =>
        ['bytes=', 'Bytes=', 'bytes= '][style] +
        ranges.map(rangeText).join(style === 0 ? ',' : ' , '),
    ),
  }
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

function write<Meaning>(
  value: Field<Meaning> | null,
  text: (meaning: Meaning, style: number) => string,
): string | undefined {
  if (value === null) return undefined
  return 'text' in value ? value.text : text(value.meaning, value.style)
}

function rangeText(asked: RequestedRange): string {
  return 'suffix' in asked ? `-${asked.suffix}` : `${asked.first}-${asked.last ?? ''}`
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** A date in one of the three forms of RFC 9110 §5.6.7. */
function httpDate(date: Date, style: number): string {
  const [, day = '', month = '', year = '', time = ''] =
    /, (\d\d) (\w+) (\d+) ([\d:]+)/.exec(date.toUTCString()) ?? []
  const name = DAYS[date.getUTCDay()]!
  if (style === 0) return date.toUTCString()
  if (style === 1) return `${name}, ${day}-${month}-${year.slice(2)} ${time} GMT`
  return `${name.slice(0, 3)} ${month} ${day.replace(/^0/, ' ')} ${time} ${year}`
}

/** What has to be answered: the status, and which bytes of the file. */
export interface Expected {
  status: number
  body: string
  contentRange?: string
}

/** What RFC 9110 §13.2.2 and §14.2 say, for a request whose meaning is known. */
export function expectedAnswer(request: RandomRequest, file: Version | undefined): Expected {
  const refused = (status: number): Expected => ({ status, body: '' })
  if (!['GET', 'HEAD'].includes(request.method)) return refused(405)
  if (file === undefined) return refused(404)
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = request

  if (ifMatch !== null) {
    if (!lists(ifMatch, ({ isWeak, tag }) => !isWeak && isOwn(tag, file))) return refused(412)
  } else if (isBefore(ifUnmodifiedSince, 0)) return refused(412)

  if (ifNoneMatch !== null) {
    if (lists(ifNoneMatch, ({ tag }) => isOwn(tag, file))) return refused(304)
  } else if (
    ifModifiedSince !== null &&
    'meaning' in ifModifiedSince &&
    ifModifiedSince.meaning >= 0
  ) {
    return refused(304)
  }

  const whole = { status: 200, body: request.method === 'HEAD' ? '' : file.content }
  if (request.method === 'HEAD' || !isRangeMeant(request, file)) return whole
  const asked = (request.range as { meaning: RequestedRange[] }).meaning[0]!
  const size = file.content.length
  const first = 'suffix' in asked ? Math.max(0, size - asked.suffix) : asked.first
  const last = 'suffix' in asked ? size - 1 : Math.min(asked.last ?? size, size - 1)
  if ('suffix' in asked && asked.suffix > 0 && size === 0) return whole
  const isBeyond = 'suffix' in asked ? asked.suffix === 0 : first >= size
  if (isBeyond) return { ...refused(416), contentRange: `bytes */${size}` }
  return {
    status: 206,
    body: file.content.slice(first, last + 1),
    contentRange: `bytes ${first}-${last}/${size}`,
  }
}

function isOwn(tag: string | null, { etag }: Version): boolean {
  return tag === null || tag === etag
}

function lists(value: Field<'*' | EntityTag[]>, isMatch: (tag: EntityTag) => boolean): boolean {
  if ('text' in value) return value.text === '*'
  return value.meaning === '*' || value.meaning.some(isMatch)
}

function isBefore(value: Field<number> | null, day: number): boolean {
  return value !== null && 'meaning' in value && value.meaning < day
}

function isRangeMeant({ range: asked, ifRange }: RandomRequest, file: Version): boolean {
  if (asked === null || 'text' in asked || asked.meaning.length > 1) return false
  const [only] = asked.meaning
  if ('first' in only! && only.last !== undefined && only.last < only.first) return false
  if (ifRange === null) return true
  if ('text' in ifRange) return false
  const { meaning } = ifRange
  return typeof meaning === 'number' ? meaning === 0 : !meaning.isWeak && isOwn(meaning.tag, file)
}
