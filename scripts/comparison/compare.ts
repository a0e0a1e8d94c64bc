/** How an outcome is compared with Node's, and everything the comparison leaves aside. */
import { isDeepStrictEqual } from 'node:util'
import type { Answer, Outcome } from './probe.ts'

/**
 * Headers that are not compared, and why.
 *
 * Also left aside: the order of header lines and the case of their names, which HTTP gives no meaning
 * (RFC 9110 §5.1, §5.3) — the order of lines of one name is compared; the HTTP version in the status
 * line; and where chunks begin and end (RFC 9112 §7.1), only the body they make is compared.
 */
const headersLeftAside: Readonly<Record<string, string>> = {
  connection:
    'It concerns one hop (RFC 9110 §7.6.1), and workerd decides on its connections itself.',
  'keep-alive': 'It goes with Connection.',
  'transfer-encoding': 'It frames one hop (RFC 9112 §6.1), and workerd frames responses itself.',
}

/** A difference: what Node has, and what the other has. */
interface Difference {
  readonly node: unknown
  readonly other: unknown
}

/** Differences by path, such as `status`, `headers.etag`, `body.url` or `log`; none when both agree. */
export type Differences = Readonly<Record<string, Difference>>

type Note = (path: string, node: unknown, other: unknown) => void

/**
 * Compares an outcome with Node's.
 * @param node What Node answered
 * @param other What another server answered
 * @param framingMatters Whether a `Content-Length` counts where Node chunks
 * @returns The differences by path
 */
export function compare(node: Outcome, other: Outcome, framingMatters = false): Differences {
  const differences: Record<string, Difference> = {}
  const note: Note = (path, one, two) => {
    differences[path] = { node: one, other: two }
  }
  if (node.ending !== other.ending) note('ending', node.ending, other.ending)
  if (node.answers.length !== other.answers.length)
    note('answers', statusesOf(node), statusesOf(other))
  node.answers.forEach((answer, index) => {
    const counterpart = other.answers[index]
    const prefix = index === 0 ? '' : `answer ${index + 1}: `
    if (counterpart)
      compareAnswers(answer, counterpart, framingMatters, (path, one, two) =>
        note(prefix + path, one, two),
      )
  })
  if (node.surplus !== other.surplus) note('surplus', node.surplus, other.surplus)
  if (!isDeepStrictEqual(node.log, other.log)) note('log', node.log, other.log)
  return differences
}

const statusesOf = ({ answers }: Outcome): number[] => answers.map(({ status }) => status)

function compareAnswers(node: Answer, other: Answer, framingMatters: boolean, note: Note): void {
  // Another status is another answer: what else differs follows from it.
  if (node.status !== other.status) return note('status', node.status, other.status)
  if (node.reason !== other.reason) note('reason', node.reason, other.reason)
  if (!isDeepStrictEqual(node.interim, other.interim)) note('interim', node.interim, other.interim)
  const followed = new Set([
    ...headersThatFollow(node, other),
    ...(!framingMatters && isLengthInPlaceOfChunks(node, other) ? ['content-length'] : []),
  ])
  compareHeaders(node.headers, other.headers, 'headers', followed, note)
  compareHeaders(node.trailers, other.trailers, 'trailers', followed, note)
  compareValues(node.body, other.body, 'body', note)
}

/** Where bodies differ, so do the length and the ETag made from them: one difference is not counted thrice. */
function headersThatFollow(node: Answer, other: Answer): string[] {
  if (isDeepStrictEqual(node.body, other.body)) return []
  const follows: string[] = []
  if (hasOwnLength(node) && hasOwnLength(other)) follows.push('content-length')
  if (hasComputedTag(node) && hasComputedTag(other)) follows.push('etag')
  return follows
}

/**
 * Node chunks whatever is sent after `writeHead()`; a server that knows the length may say it. Both frame the
 * same body (RFC 9112 §6.3), and nothing is left aside but a length that is right.
 */
function isLengthInPlaceOfChunks(node: Answer, other: Answer): boolean {
  return node.headers['content-length'] === undefined && isChunked(node) && hasOwnLength(other)
}

const isChunked = ({ headers }: Answer): boolean => headers['transfer-encoding']?.[0] === 'chunked'
const hasOwnLength = ({ headers, length }: Answer): boolean =>
  headers['content-length']?.[0] === String(length)
/** Of the form that Express makes. */
const hasComputedTag = ({ headers }: Answer): boolean =>
  /^(?:W\/)?"[\da-f]+-[\w+/]{27}"$/.test(headers.etag?.[0] ?? '')

function compareHeaders(
  node: Answer['headers'],
  other: Answer['headers'],
  path: string,
  followed: ReadonlySet<string>,
  note: Note,
): void {
  for (const name of new Set([...Object.keys(node), ...Object.keys(other)])) {
    if (Object.hasOwn(headersLeftAside, name) || followed.has(name)) continue
    const [one, two] = [valuesOf(node, name), valuesOf(other, name)]
    if (!isDeepStrictEqual(one, two)) note(`${path}.${name}`, one, two)
  }
}

/** The value of a Date that the server made is the time, which is left aside; that there is one is compared. */
function valuesOf(headers: Answer['headers'], name: string): string[] | undefined {
  if (!Object.hasOwn(headers, name)) return undefined
  const values = headers[name]
  if (name !== 'date') return values
  return values?.map((value) =>
    Math.abs(Date.parse(value) - Date.now()) < 600_000 ? 'now' : value,
  )
}

/** Objects key by key, so that a difference says what differs; anything else as a whole. */
function compareValues(node: unknown, other: unknown, path: string, note: Note): void {
  if (isDeepStrictEqual(node, other)) return
  if (!isObject(node) || !isObject(other)) return note(path, node, other)
  for (const key of new Set([...Object.keys(node), ...Object.keys(other)])) {
    compareValues(
      Object.hasOwn(node, key) ? node[key] : undefined,
      Object.hasOwn(other, key) ? other[key] : undefined,
      `${path}.${key}`,
      note,
    )
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
