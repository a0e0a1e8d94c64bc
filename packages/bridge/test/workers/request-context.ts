import { setTimeout as delay } from 'node:timers/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  type ExecutionContextLike,
  getContext,
  type RequestContext,
  toFetchHandler,
} from '@node-cf/bridge'

interface Env {
  marker: string
}

type BridgedRequest = IncomingMessage & { cloudflare: RequestContext<Env> }

const marker = (): string => getContext<Env>().env.marker

/** What getContext() throws, where it throws. */
function outcome(): unknown {
  try {
    return marker()
  } catch (error) {
    return { code: (error as { code: string }).code, message: (error as Error).message }
  }
}

const atModuleScope = outcome()
let seenByResponseEvents: Record<string, unknown> = {}
let held: ServerResponse | undefined

const routes: Record<string, (req: BridgedRequest, res: ServerResponse) => unknown> = {
  '/handler': (_req, res) => res.end(marker()),

  async '/awaits'(_req, res) {
    const seen = [marker()]
    await Promise.resolve()
    seen.push(marker())
    await delay(5)
    seen.push(marker())
    await crypto.subtle.digest('SHA-256', new Uint8Array(8))
    seen.push(marker())
    res.end(JSON.stringify(seen))
  },

  '/body-events'(req, res) {
    const seen: Record<string, string> = {}
    req.on('data', () => (seen.data = marker()))
    req.on('end', () => {
      seen.end = marker()
      res.end(JSON.stringify(seen))
    })
  },

  '/timers'(_req, res) {
    const seen: Record<string, string> = {}
    const see = (name: string): void => {
      seen[name] = marker()
      if (Object.keys(seen).length === 5) res.end(JSON.stringify(seen))
    }
    setTimeout(see, 5, 'timeout')
    setImmediate(see, 'immediate')
    process.nextTick(see, 'nextTick')
    queueMicrotask(() => see('microtask'))
    const interval = setInterval(() => {
      clearInterval(interval)
      see('interval')
    }, 5)
  },

  /** Events of the response come from the runtime's side, when it takes the last byte. */
  '/response-events'(_req, res) {
    const seen: Record<string, unknown> = {}
    for (const event of ['prefinish', 'finish', 'close']) {
      res.on(event, () => (seen[event] = outcome()))
    }
    res.write('streamed', () => (seen.write = outcome()))
    res.end(' body')
    seenByResponseEvents = seen
  },
  /** A client that goes away is noticed by the runtime, from outside the request. */
  '/aborted'(req, res) {
    const seen: Record<string, unknown> = {}
    req.on('aborted', () => (seen.aborted = outcome()))
    req.on('error', () => (seen.error = outcome()))
    req.on('close', () => (seen.closeOfRequest = outcome()))
    res.on('close', () => (seen.close = outcome()))
    res.write('first;')
    seenByResponseEvents = seen
  },
  '/seen-by-response-events': (_req, res) => res.end(JSON.stringify(seenByResponseEvents)),

  /** Waits for another request to write to it. */
  '/hold'(_req, res) {
    held = res
    res.write('held;')
  },
  '/write-to-held'(_req, res) {
    const own = marker()
    held?.write(`written by ${own};`, () => {
      held?.end()
      res.end(JSON.stringify([own, outcome()]))
    })
  },

  '/outside': (_req, res) => res.end(JSON.stringify(atModuleScope)),

  '/cloudflare'(req, res) {
    const { cloudflare } = req
    cloudflare.ctx.waitUntil(Promise.resolve())
    res.end(
      JSON.stringify({
        env: cloudflare.env,
        cf: cloudflare.cf,
        url: cloudflare.request.url,
        isSame: cloudflare === getContext(),
      }),
    )
  },

  /** Answers with all that a request can see of itself, chunk by chunk. */
  async '/interleaved'(req, res) {
    const look = (): unknown[] => [
      marker(),
      getContext().request.headers.get('x-id'),
      req.headers['x-id'],
      req.cloudflare === getContext(),
    ]
    req.setEncoding('latin1')
    for await (const body of req) {
      const before = look()
      await delay(body.length % 7)
      res.write(`${JSON.stringify({ before, after: look(), body })}\n`)
    }
    res.end(`${JSON.stringify({ end: look() })}\n`)
  },
}

const handler = toFetchHandler((req, res) => routes[req.url ?? '']?.(req as BridgedRequest, res))

export default {
  /** Every request gets bindings of its own, so that one can tell whose it sees. */
  fetch: (request: Request, env: object, ctx: ExecutionContextLike): unknown =>
    handler(request, { ...env, marker: request.headers.get('x-id') }, ctx),
}
