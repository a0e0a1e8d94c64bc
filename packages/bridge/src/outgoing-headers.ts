import http, { type OutgoingHttpHeader, type OutgoingHttpHeaders } from 'node:http'
import { defineDefaults } from './defaults.ts'
import {
  headersSent,
  invalidArgumentType,
  invalidCharacter,
  invalidHeaderName,
  invalidHeaderValue,
} from './node-errors.ts'
import type { ResponseHead } from './response-head.ts'

/** A header as it goes out: its name in the case it was given in, and its value or values. */
type HeaderEntry = [name: string, value: OutgoingHttpHeader]
/** Headers by their lower-case names. */
export type HeaderTable = Map<string, HeaderEntry>

/** The header half of Node's `OutgoingMessage`: what an app sets before the head is made. */
export class OutgoingHeaders {
  /** Null until the first header is set, as in Node. */
  protected table: HeaderTable | null = null
  /** Undefined until the head is made, when headers can no longer be set. */
  protected head: ResponseHead | undefined = undefined
  declare sendDate: boolean
  // Names that Node's streams and middleware look for.
  declare _removedConnection: boolean
  declare _removedContLen: boolean
  declare _removedTE: boolean

  /** @param target An object that already exists, which becomes a message instead of a new one */
  constructor(target?: object) {
    // The fields of the classes below are then put onto it.
    if (target) return Object.assign(target as this, { table: null, head: undefined })
  }

  get headersSent(): boolean {
    return this.head !== undefined
  }

  setHeader(name: string, value: number | string | readonly string[]): this {
    if (this.head) throw headersSent('set')
    const key = headerKey(name)
    validateValue(name, value)
    this.table ??= new Map()
    this.table.set(key, [name, value as OutgoingHttpHeader])
    return this
  }

  setHeaders(headers: Headers | Map<string, number | string | readonly string[]>): this {
    if (this.head) throw headersSent('set')
    if (typeof headers?.keys !== 'function' || typeof headers.get !== 'function') {
      throw invalidArgumentType('headers', 'an instance of Headers or Map', headers)
    }
    // Iterating Headers yields each cookie by itself; setting one would drop the one before.
    const cookies: string[] = []
    for (const [name, value] of headers as Iterable<[string, string | string[]]>) {
      if (name === 'set-cookie') cookies.push(...(Array.isArray(value) ? value : [value]))
      else this.setHeader(name, value)
    }
    if (cookies.length > 0) this.setHeader('set-cookie', cookies)
    return this
  }

  appendHeader(name: string, value: string | readonly string[]): this {
    if (this.head) throw headersSent('append')
    const key = headerKey(name)
    validateValue(name, value)
    const entry = this.table?.get(key)
    if (!entry) return this.setHeader(name, value)
    entry[1] = [entry[1] as string, value as string].flat()
    return this
  }

  getHeader(name: string): OutgoingHttpHeader | undefined {
    const key = lowerCase(name)
    return this.table?.get(key)?.[1]
  }

  getHeaderNames(): string[] {
    return [...(this.table?.keys() ?? [])]
  }

  getRawHeaderNames(): string[] {
    return [...(this.table?.values() ?? [])].map(([name]) => name)
  }

  getHeaders(): OutgoingHttpHeaders {
    const headers = Object.create(null) as OutgoingHttpHeaders
    for (const [key, [, value]] of this.table ?? []) headers[key] = value
    return headers
  }

  hasHeader(name: string): boolean {
    const key = lowerCase(name)
    return this.table?.has(key) ?? false
  }

  removeHeader(name: string): void {
    const key = lowerCase(name)
    if (this.head) throw headersSent('remove')
    if (key === 'date') this.sendDate = false
    else if (key === 'content-length') this._removedContLen = true
    else if (key === 'transfer-encoding') this._removedTE = true
    else if (key === 'connection') this._removedConnection = true
    this.table?.delete(key)
  }
}

defineDefaults(OutgoingHeaders.prototype, {
  sendDate: true,
  _removedConnection: false,
  _removedContLen: false,
  _removedTE: false,
})
// What an app tests with instanceof, and every method the bridge leaves as it is, comes from http.
Object.setPrototypeOf(OutgoingHeaders.prototype, http.ServerResponse.prototype)

const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/
const FORBIDDEN_IN_VALUE = /[^\t\x20-\x7e\x80-\xff]/

/** Lower-case forms of the names seen so far: an app sends the same few over and over. */
const keys = new Map<string, string>()
/** Names may come from a client's data; more than this many are not remembered. */
const REMEMBERED_NAMES = 1000

/** The lower-case form of a header's name, which is checked first; `label` is what an error calls it. */
export function headerKey(name: string, label?: string): string {
  const known = keys.get(name)
  if (known !== undefined) return known
  if (typeof name !== 'string' || !TOKEN.test(name)) throw invalidHeaderName(name, label)
  const key = name.toLowerCase()
  if (keys.size < REMEMBERED_NAMES) keys.set(name, key)
  return key
}

function lowerCase(name: string): string {
  if (typeof name !== 'string') throw invalidArgumentType('name', 'of type string', name)
  return keys.get(name) ?? name.toLowerCase()
}

/** Checks a header's value; `kind` is what an error calls it. */
export function validateValue(name: string, value: unknown, kind = 'header'): void {
  if (value === undefined) throw invalidHeaderValue(value, name)
  if (FORBIDDEN_IN_VALUE.test(value as string)) throw invalidCharacter(`${kind} content`, name)
}

/** Whether text can stand in a status line. */
export function isValidText(text: string): boolean {
  return !FORBIDDEN_IN_VALUE.test(text)
}
