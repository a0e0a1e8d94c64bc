import type { IncomingMessage, ServerResponse } from 'node:http'
import { toFetchHandler } from '@node-cf/bridge'

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null | undefined)?.code

/** What happened to the answer that came too late. */
const history: unknown[] = []

const routes: Record<string, (req: IncomingMessage, res: ServerResponse) => unknown> = {
  '/begun-and-ended'(_req, res) {
    res.write('begun;')
    setTimeout(() => res.end('ended'), 400)
  },
  '/late'(req, res) {
    for (const event of ['aborted', 'close']) req.on(event, () => history.push(`req ${event}`))
    for (const event of ['finish', 'close']) res.on(event, () => history.push(`res ${event}`))
    setTimeout(() => {
      history.push(`destroyed ${res.destroyed}`)
      res.setHeader('X-Late', 'yes')
      res.write('late', (error) => history.push(`write ${String(codeOf(error))}`))
      res.end('late')
    }, 300)
  },
  '/history': (_req, res) => res.end(JSON.stringify(history)),

  '/status'(req, res) {
    try {
      res.writeHead(Number(req.headers['x-status']))
    } catch (error) {
      res.statusCode = 200
      res.end(JSON.stringify({ code: codeOf(error), message: (error as Error).message }))
    }
  },
  '/status-by-itself'(req, res) {
    res.statusCode = Number(req.headers['x-status'])
    res.end('text')
  },
}

export default {
  fetch: toFetchHandler((req, res) => routes[String(req.url)]?.(req, res), {
    responseTimeout: 150,
  }),
}
