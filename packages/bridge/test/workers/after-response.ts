import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { type ExecutionContextLike, getContext, toFetchHandler } from '@node-cf/bridge'

/** What work after the response has come to, by the path that started it. */
const done = new Map<string, string[]>()

function note(req: IncomingMessage, step: string): void {
  const url = String(req.url)
  done.set(url, [...(done.get(url) ?? []), step])
}

async function steps(req: IncomingMessage): Promise<void> {
  for (const step of ['one', 'two', 'three']) {
    await delay(500)
    note(req, step)
  }
}

const routes: Record<string, (req: IncomingMessage, res: ServerResponse) => unknown> = {
  /** Nobody waits for these, and Node would finish them. */
  '/chain'(req, res) {
    res.end('answered')
    void steps(req)
  },
  '/streamed'(req, res) {
    res.write('ans')
    setTimeout(() => {
      res.end('wered')
      void steps(req)
    }, 5)
  },
  '/late-timer'(req, res) {
    setTimeout(() => note(req, 'late'), 1500)
    res.end('answered')
  },
  '/on-finish'(req, res) {
    res.on('finish', () => void steps(req))
    res.end('answered')
  },
  '/on-finish-streamed'(req, res) {
    res.on('finish', () => void steps(req))
    res.write('ans')
    res.end('wered')
  },
  /** The listener's promise is awaited in any case. */
  async '/rest-of-handler'(req, res) {
    res.end('answered')
    await steps(req)
  },
  '/wait-until'(req, res) {
    getContext().ctx.waitUntil(steps(req))
    res.end('answered')
  },
}

function listener(req: IncomingMessage, res: ServerResponse): unknown {
  if (req.url === '/done')
    return res.end(JSON.stringify(done.get(String(req.headers['x-path'])) ?? []))
  return routes[new URL(req.url ?? '', 'http://x').pathname]?.(req, res)
}

const handler = toFetchHandler(listener)
const strict = toFetchHandler(listener, { afterResponse: 0 })

export default {
  fetch(request: Request, env: unknown, ctx: ExecutionContextLike): unknown {
    return (request.url.endsWith('?0') ? strict : handler)(request, env, ctx)
  },
}
