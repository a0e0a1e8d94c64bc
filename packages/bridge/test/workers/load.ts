import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { toFetchHandler } from '@node-cf/bridge'

/** Exchanges that have begun and not closed, by path. */
const open = new Map<string, number>()
let total = 0

function count(path: string, change: 1 | -1): void {
  open.set(path, (open.get(path) ?? 0) + change)
}

async function write(res: ServerResponse, text: string): Promise<void> {
  if (res.write(text) || res.destroyed) return
  const listening = new AbortController()
  const { signal } = listening
  await Promise.race([once(res, 'drain', { signal }), once(res, 'close', { signal })])
  listening.abort()
}

/** Every answer says nothing but the id of its request, over and over. */
const routes: Record<string, (id: string, req: IncomingMessage, res: ServerResponse) => unknown> = {
  '/short': (id, _req, res) => res.end(`${id};`),
  async '/slow'(id, _req, res) {
    for (let index = 0; index < 10 && !res.destroyed; index += 1) {
      await write(res, `${id};`)
      await delay(5)
    }
    res.end()
  },
  async '/large'(id, _req, res) {
    for (let index = 0; index < 20 && !res.destroyed; index += 1) {
      await write(res, `${id};`.repeat(500))
    }
    res.end()
  },
  '/echo': (_id, req, res) => req.pipe(res),
  async '/collect'(_id, req, res) {
    let text = ''
    for await (const chunk of req) text += String(chunk)
    await delay(2)
    res.end(text)
  },
}

export default {
  fetch: toFetchHandler(async (req, res) => {
    const path = String(req.url)
    if (path === '/counts') {
      res.end(JSON.stringify({ open: Object.fromEntries(open), total }))
      return
    }
    total += 1
    count(path, 1)
    res.on('close', () => count(path, -1))
    try {
      await routes[path]?.(String(req.headers['x-id']), req, res)
    } catch (error) {
      // A client that goes away in the middle of its body is what this is about.
      if ((error as { code?: string }).code !== 'ECONNRESET') throw error
    }
  }),
}
