/** HTTP/1.1 answers from bytes: heads, informational ones too, and bodies with their framing undone. */
import type { Answer } from './probe.ts'

/** What a connection's bytes amount to. */
export interface Parsed {
  answers: Answer[]
  /** Whether every awaited answer is there, to its end. */
  whole: boolean
  surplus: string
}

/**
 * Takes the bytes of a connection apart.
 * @param bytes Everything that was received
 * @param methods The method of each request, in order
 * @param closed Whether the server has closed its half, which ends a body without a length
 * @returns The answers, the last one perhaps in part
 */
export function parseAnswers(bytes: Buffer, methods: readonly string[], closed: boolean): Parsed {
  const answers: Answer[] = []
  let rest = bytes
  for (const method of methods) {
    const one = parseAnswer(rest, method, closed)
    if (one === undefined) return { answers, whole: false, surplus: rest.toString('latin1') }
    answers.push(one.answer)
    if (!one.whole) return { answers, whole: false, surplus: '' }
    rest = one.rest
  }
  return { answers, whole: true, surplus: rest.toString('latin1') }
}

interface Part {
  answer: Answer
  whole: boolean
  rest: Buffer
}

function parseAnswer(bytes: Buffer, method: string, closed: boolean): Part | undefined {
  const interim: Answer['interim'] = []
  let rest = bytes
  for (;;) {
    const head = parseHead(rest)
    if (head === undefined) return undefined
    rest = rest.subarray(head.length)
    if (head.status < 200) {
      interim.push({ status: head.status, headers: head.headers })
      continue
    }
    const body = readBody(rest, head, method, closed)
    const answer: Answer = {
      interim,
      status: head.status,
      reason: head.reason,
      headers: head.headers,
      body: bodyValue(body.bytes, head.headers),
      length: body.bytes.length,
      trailers: body.trailers ?? {},
    }
    return { answer, whole: body.whole, rest: rest.subarray(body.length) }
  }
}

interface Head {
  status: number
  reason: string
  headers: Record<string, string[]>
  length: number
}

function parseHead(bytes: Buffer): Head | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const match = /^HTTP\/1\.[01] (\d+) ?(.*)$/s.exec(statusLine)
  if (!match) return undefined
  return {
    status: Number(match[1]),
    reason: match[2] ?? '',
    headers: parseHeaders(lines),
    length: end + 4,
  }
}

function parseHeaders(lines: readonly string[]): Record<string, string[]> {
  const headers = new Map<string, string[]>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()])
  }
  // Not by assignment: a header may be called __proto__.
  return Object.fromEntries(headers)
}

interface Body {
  bytes: Buffer
  whole: boolean
  /** How many bytes it took on the wire. */
  length: number
  trailers?: Record<string, string[]>
}

function readBody(bytes: Buffer, { status, headers }: Head, method: string, closed: boolean): Body {
  if (method === 'HEAD' || status === 204 || status === 304)
    return { bytes: Buffer.alloc(0), whole: true, length: 0 }
  if (headers['transfer-encoding']?.join().toLowerCase().includes('chunked'))
    return readChunks(bytes)
  const length = headers['content-length']?.[0]
  if (length === undefined) return { bytes, whole: closed, length: bytes.length }
  const taken = bytes.subarray(0, Number(length))
  return { bytes: taken, whole: taken.length === Number(length), length: taken.length }
}

function readChunks(bytes: Buffer): Body {
  const parts: Buffer[] = []
  let at = 0
  const cut = (): Body => ({ bytes: Buffer.concat(parts), whole: false, length: bytes.length })
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd === -1) return cut()
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16)
    if (Number.isNaN(size)) return cut()
    at = lineEnd + 2
    if (size === 0) break
    parts.push(bytes.subarray(at, at + size))
    at += size + 2
    if (at > bytes.length) return cut()
  }
  const trailersEnd = bytes.indexOf('\r\n\r\n', at - 2)
  if (trailersEnd === -1) return cut()
  const lines = bytes
    .subarray(at, Math.max(at, trailersEnd))
    .toString('latin1')
    .split('\r\n')
    .filter(Boolean)
  return {
    bytes: Buffer.concat(parts),
    whole: true,
    length: trailersEnd + 4,
    trailers: parseHeaders(lines),
  }
}

/** JSON as a value, text as text, other bytes in base64. */
function bodyValue(bytes: Buffer, headers: Record<string, string[]>): unknown {
  const text = bytes.toString('utf8')
  if (headers['content-encoding'] && !text.startsWith('not ') && text !== 'plain')
    return `base64:${bytes.toString('base64')}`
  if (headers['content-type']?.[0]?.startsWith('application/json')) {
    try {
      return JSON.parse(text) as unknown
    } catch {
      return text
    }
  }
  return Buffer.from(text).equals(bytes) ? text : `base64:${bytes.toString('base64')}`
}
