import { AsyncLocalStorage } from 'node:async_hooks'
import { JSON_ANSWER, JSON_QUESTION } from './payload.ts'

// What a bridge cannot do without on Workers, and nothing of Node's or Express': a context for the
// request, the request's headers as an object, and a Response with the headers that Express sends,
// which are made once.
export default {
  fetch(request: Request, env: unknown, ctx: unknown): Response | Promise<Response> {
    return contexts.run({ request, env, ctx }, () => answer(request))
  },
}

const contexts = new AsyncLocalStorage<object>()

function answer(request: Request): Response | Promise<Response> {
  const headers: Record<string, string> = {}
  request.headers.forEach((value, name) => {
    headers[name] = value
  })
  if (!request.url.endsWith('/json')) return new Response('Not Found', { status: 404 })
  if (request.method === 'POST') return post(request, headers['content-length'] ?? '0')
  return new Response(JSON.stringify(JSON_ANSWER), getInit)
}

async function post(request: Request, length: string): Promise<Response> {
  const body = await request.arrayBuffer()
  if (body.byteLength !== Number(length)) return new Response('Bad Request', { status: 400 })
  const { title, tags } = JSON.parse(decoder.decode(body)) as { title: string; tags: string[] }
  return new Response(JSON.stringify({ title, tags: tags.length }), postInit)
}

const decoder = new TextDecoder()

function initOf(length: number): { headers: Headers } {
  return {
    headers: new Headers({
      'X-Powered-By': 'Express',
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': String(length),
      ETag: 'W/"7f-sOo2rOPMNOPFvLH2YEJJ8iCCU2E"',
      Date: 'Fri, 20 Nov 2026 10:00:00 GMT',
    }),
  }
}

const getInit = initOf(JSON.stringify(JSON_ANSWER).length)
const postInit = initOf(
  JSON.stringify({ title: JSON_QUESTION.title, tags: JSON_QUESTION.tags.length }).length,
)
