import {
  CHUNK_SIZE,
  DOWNLOAD_SIZE,
  HEADER_COUNT,
  JSON_ANSWER,
  JSON_QUESTION,
  manyHeaders,
  otherAnswer,
  REQUEST_HEADER,
  RESPONSE_HEADER,
} from './workers/payload.ts'

/** A request that every server answers alike. */
export interface LoadCase {
  readonly name: string
  readonly title: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Record<string, string>
  readonly body?: string | Buffer
  /** What the answer says, or how long it is in bytes. */
  readonly answer: string | number
  /** The names of all the headers that the answer has to have begin with this. */
  readonly answerHeaders?: string
  /** Whether the bytes of the answers count, rather than their number. */
  readonly isThroughput?: true
  /** What Express on node-cf has to reach, as multiples of another server's figure. */
  readonly targets: { readonly cloudflare?: number; readonly bare?: number }
  /** The same for Fastify on node-cf, which takes part in the cases that have this. */
  readonly fastify?: { readonly hono?: number; readonly bare?: number }
}

const JSON_TYPE = { 'content-type': 'application/json' }
const BINARY_TYPE = { 'content-type': 'application/octet-stream' }

export const loadCases: readonly LoadCase[] = [
  {
    name: 'json-get',
    title: 'JSON GET',
    method: 'GET',
    path: '/json',
    headers: {},
    answer: JSON.stringify(JSON_ANSWER),
    targets: { cloudflare: 2.2, bare: 0.6 },
    fastify: { hono: 1, bare: 0.85 },
  },
  {
    name: 'other-json-get',
    title: 'JSON GET, each time others',
    method: 'GET',
    path: '/other-json',
    headers: {},
    answer: JSON.stringify(otherAnswer()).length,
    targets: {},
  },
  {
    name: 'json-post',
    title: 'JSON POST',
    method: 'POST',
    path: '/json',
    headers: JSON_TYPE,
    body: JSON.stringify(JSON_QUESTION),
    answer: JSON.stringify({ title: JSON_QUESTION.title, tags: JSON_QUESTION.tags.length }),
    targets: { cloudflare: 2.2, bare: 0.55 },
    fastify: { bare: 0.75 },
  },
  {
    name: 'body-up',
    title: '64 KiB up',
    method: 'POST',
    path: '/body',
    headers: BINARY_TYPE,
    body: Buffer.alloc(CHUNK_SIZE, 'x'),
    answer: JSON.stringify({ length: CHUNK_SIZE }),
    targets: { cloudflare: 2 },
  },
  {
    name: 'body-down',
    title: '64 KiB down',
    method: 'GET',
    path: '/body',
    headers: {},
    answer: CHUNK_SIZE,
    targets: { cloudflare: 2 },
  },
  {
    name: 'other-body-down',
    title: '64 KiB down, each time others',
    method: 'GET',
    path: '/other-body',
    headers: {},
    answer: CHUNK_SIZE,
    targets: {},
  },
  {
    name: 'download',
    title: '10 MB streamed down',
    method: 'GET',
    path: `/stream?bytes=${DOWNLOAD_SIZE}`,
    headers: {},
    answer: DOWNLOAD_SIZE,
    isThroughput: true,
    // "At least as fast as the bare handler streaming the same, within 20 %."
    targets: { bare: 0.8 },
  },
  {
    name: 'headers',
    title: '100 headers each way',
    method: 'GET',
    path: '/headers',
    headers: Object.fromEntries(manyHeaders(REQUEST_HEADER)),
    answer: JSON.stringify({ count: HEADER_COUNT }),
    answerHeaders: RESPONSE_HEADER,
    targets: {},
  },
  {
    name: 'middleware',
    title: '20 middleware',
    method: 'GET',
    path: '/middleware',
    headers: {},
    answer: JSON.stringify(JSON_ANSWER),
    targets: {},
  },
]

/** Lengths only where the body is large: the load generator must not be what is measured. */
export function isExpected(answer: string | number, text: string): boolean {
  return typeof answer === 'number' ? text.length === answer : text === answer
}
