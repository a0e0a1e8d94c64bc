// The headers of a response, as the runtime takes them. It reads and checks each name and value of a
// plain object, and copies a `Headers` in a third of the time. Within a second an app mostly sends
// what it has sent before, so the headers of one response serve the next.

/** Headers in the order they were given, where no name repeats. */
export interface HeaderLines {
  readonly names: string[]
  readonly values: string[]
}

/** Headers by their names. */
export class Fields {
  [name: string]: string
}
// A header may have any name: none must find a setter.
Object.setPrototypeOf(Fields.prototype, null)

/** The runtime takes this faster than a list, or `Headers` made for it. */
export function fieldsOf({ names, values }: HeaderLines): Fields {
  const fields = new Fields()
  for (let index = 0; index < names.length; index += 1) fields[names[index]!] = values[index]!
  return fields
}

/** Headers that were sent. */
export interface SentHeaders extends HeaderLines {
  readonly headers: Headers
}

/** The last ones by content type, as responses of one type are mostly alike; made when they repeat. */
const sent = new Map<string, HeaderLines & { headers: Headers | undefined }>()
/** Content types may come from a client's data; more than this many are not remembered. */
const REMEMBERED_TYPES = 64
/** At most one header in so many may differ: setting one costs as much as copying so many. */
const LINES_PER_CHANGE = 4

/**
 * Finds headers that were sent and are alike: the same names, and mostly the same values. Remembers
 * these where there are none.
 * @param type The content type
 */
export function findAlike(type: string, lines: HeaderLines): SentHeaders | undefined {
  const last = sent.get(type)
  if (last !== undefined && isAlike(last, lines)) {
    last.headers ??= distinctHeaders(last)
    return last.headers && (last as SentHeaders)
  }
  if (sent.size >= REMEMBERED_TYPES) sent.clear()
  sent.set(type, { names: lines.names, values: lines.values, headers: undefined })
  return undefined
}

/** Undefined where names differ in case alone: they are one then, and cannot be set apart. */
function distinctHeaders(lines: HeaderLines): Headers | undefined {
  const headers = new Headers(fieldsOf(lines))
  let count = 0
  headers.forEach(() => (count += 1))
  return count === lines.names.length ? headers : undefined
}

function isAlike(last: HeaderLines, { names, values }: HeaderLines): boolean {
  const { length } = names
  if (last.names.length !== length) return false
  let changes = 0
  for (let index = 0; index < length; index += 1) {
    if (last.names[index] !== names[index]) return false
    if (last.values[index] !== values[index]) changes += 1
  }
  return changes * LINES_PER_CHANGE <= length
}

/** Sets what differs in a copy of headers that were sent. */
export function setOthers(
  response: Response,
  last: HeaderLines,
  { names, values }: HeaderLines,
): void {
  for (let index = 0; index < names.length; index += 1) {
    if (last.values[index] !== values[index]) response.headers.set(names[index]!, values[index]!)
  }
}

/** Forgets what was sent: most of it has a date in it, and that is over. */
export function forgetSent(): void {
  sent.clear()
}
