import { setTimeout as delay } from 'node:timers/promises'
import { chunk, downloadOf, otherChunk } from './body.ts'
import {
  JSON_ANSWER,
  manyHeaders,
  MIDDLEWARE_COUNT,
  otherAnswer,
  REQUEST_HEADER,
  RESPONSE_HEADER,
} from './payload.ts'

// What a Worker can do at best: a fetch handler, and nothing in between.
export default { fetch: route }

const headers = manyHeaders(RESPONSE_HEADER)
const BINARY = { headers: { 'content-type': 'application/octet-stream' } }

function route(request: Request): Response | Promise<Response> {
  const { method, url } = request
  // Cut out of the URL, as parsing one costs as much as all the rest of the smallest answer.
  const [path = '', query] = url.slice(url.indexOf('/', 'http://'.length)).split('?')
  switch (`${method} ${path}`) {
    case 'GET /json':
      return Response.json(JSON_ANSWER)
    case 'GET /other-json':
      return Response.json(otherAnswer())
    case 'POST /json':
      return postJson(request)
    case 'POST /body':
      return postBody(request)
    case 'GET /body':
      return new Response(chunk, BINARY)
    case 'GET /other-body':
      return new Response(otherChunk(), BINARY)
    case 'GET /stream':
      return new Response(downloadOf(Number(new URLSearchParams(query).get('bytes'))), BINARY)
    case 'POST /stream':
      return postStream(
        request,
        Number(new URLSearchParams(query).get('bytesPerSecond') ?? Infinity),
      )
    case 'GET /headers':
      return getHeaders(request)
    case 'GET /middleware':
      return outermost()
    default:
      return new Response('Not Found', { status: 404 })
  }
}

async function postJson(request: Request): Promise<Response> {
  const { title, tags } = (await request.json()) as { title: string; tags: string[] }
  return Response.json({ title, tags: tags.length })
}

async function postBody(request: Request): Promise<Response> {
  const body = await request.arrayBuffer()
  return Response.json({ length: body.byteLength })
}

async function postStream(request: Request, pace: number): Promise<Response> {
  const start = Date.now()
  let length = 0
  for await (const part of request.body ?? []) {
    length += part.byteLength
    const ahead = (length / pace) * 1000 - (Date.now() - start)
    if (ahead > 5) await delay(ahead)
  }
  return Response.json({ length })
}

function getHeaders(request: Request): Response {
  // Twice as fast as iterating, and as giving the list to Response.
  let count = 0
  request.headers.forEach((_value, name) => {
    if (name.startsWith(REQUEST_HEADER)) count += 1
  })
  const answered = new Headers()
  for (const [name, value] of headers) answered.append(name, value)
  return Response.json({ count }, { headers: answered })
}

let outermost = (): Response => Response.json(JSON_ANSWER)
for (let index = 0; index < MIDDLEWARE_COUNT; index += 1) {
  const next = outermost
  outermost = () => next()
}
