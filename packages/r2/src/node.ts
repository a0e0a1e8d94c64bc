import type { IncomingMessage, ServerResponse } from 'node:http'
import { pump } from './pump.ts'
import type { ServeHandler } from './serve.ts'

/** What `authorize` gets as its context in a Node server: the app's own request and response. */
export interface NodeContext<Req = NodeRequest, Res = ServerResponse> {
  readonly req: Req
  readonly res: Res
}

/** A request of Node's; `originalUrl` is Express's, which shortens `url` for what is mounted. */
export type NodeRequest = IncomingMessage & { originalUrl?: string }

/** An Express middleware, and what `http.createServer` takes. */
export type NodeListener<Req = NodeRequest, Res = ServerResponse> = (
  req: Req,
  res: Res,
  next?: (error?: unknown) => void,
) => Promise<void>

/**
 * Makes a Node request listener of what `serveR2` returned: for Express, for the raw request of
 * Fastify, or for `http.createServer`.
 * @param handler What `serveR2` returned
 * @returns The listener; where it is called with `next`, that gets what is answered with 404
 */
export function toRequestListener<
  Req extends NodeRequest = NodeRequest,
  Res extends ServerResponse = ServerResponse,
>(handler: ServeHandler<NodeContext<Req, Res>>): NodeListener<Req, Res> {
  return async (req, res, next) => {
    try {
      await relay(handler, req, res, next)
    } catch (error) {
      if (next !== undefined) {
        next(error)
        return
      }
      console.error(error)
      res.destroy()
    }
  }
}

async function relay<Req extends NodeRequest, Res extends ServerResponse>(
  handler: ServeHandler<NodeContext<Req, Res>>,
  req: Req,
  res: Res,
  next: (() => void) | undefined,
): Promise<void> {
  const response = await handler(toRequest(req), { req, res })
  if (response.status === 404 && next !== undefined) {
    next()
    return
  }
  res.statusCode = response.status
  for (const [name, value] of response.headers) res.setHeader(name, value)
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 1) res.setHeader('set-cookie', cookies)
  const length = response.headers.get('content-length')
  if (response.body === null) res.end()
  else if (length !== null && Number(length) <= WHOLE_BODY_LIMIT) {
    res.end(new Uint8Array(await response.arrayBuffer()))
  } else await pump(response.body, res)
}

/** Up to this length, in bytes, a body is sent in one piece. */
const WHOLE_BODY_LIMIT = 64 * 1024

/**
 * A request of Node's as a `Request`, whose URL is as the client sent it, like on Workers: `Request`
 * would resolve `..`, and name another file than the one that the app's guards were asked about. Nor
 * would it take every method.
 */
function toRequest({ headers, method, originalUrl, url = '/' }: NodeRequest): Request {
  const target = originalUrl ?? url
  return Object.defineProperties(new Request('http://localhost', { headers: toHeaders(headers) }), {
    method: { value: method },
    url: { value: target.startsWith('/') ? `http://localhost${target}` : target },
  })
}

function toHeaders(incoming: IncomingMessage['headers']): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming)) {
    // HTTP/2 has pseudo-fields, ":path"; only Set-Cookie is an array, and no field of a request.
    if (typeof value === 'string' && !name.startsWith(':')) headers.set(name, value)
  }
  return headers
}
