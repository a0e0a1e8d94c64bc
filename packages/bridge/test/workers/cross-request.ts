import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { toFetchHandler } from '@node-cf/bridge'
import { patternChunk } from '../pattern.ts'

/** Responses that other requests write to, as those of a chat are. */
const clients = new Set<ServerResponse>()
let departed = 0
let paused: IncomingMessage | undefined

const routes: Record<string, (req: IncomingMessage, res: ServerResponse) => unknown> = {
  '/events'(_req, res) {
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    res.flushHeaders()
    clients.add(res)
  },
  '/first-chunk'(_req, res) {
    res.write('first;')
    clients.add(res)
  },
  /** Waits with its whole answer for another request. */
  '/poll'(_req, res) {
    clients.add(res)
  },
  '/leave'(_req, res) {
    clients.add(res)
    res.write('first;')
    res.on('close', () => {
      clients.delete(res)
      departed += 1
    })
  },
  '/departed': (_req, res) => res.end(String(departed)),
  /** What one client sends, another gets. */
  '/relay'(req, res) {
    const [client] = clients
    clients.clear()
    req.pipe(client!)
    req.on('end', () => res.end('relayed'))
  },
  '/destroy'(_req, res) {
    for (const client of clients) client.destroy()
    clients.clear()
    res.end()
  },
  /** Writes more to another's response than it takes at once. */
  async '/publish-much'(_req, res) {
    const [client] = clients
    clients.clear()
    for (let index = 0; index < 64; index += 1) {
      if (!client!.write(patternChunk(index))) await once(client!, 'drain')
    }
    client!.end()
    res.end('published')
  },
  '/publish'(_req, res) {
    const answers = [...clients].map((client) => client.write('published;'))
    res.end(JSON.stringify(answers))
  },
  '/finish'(_req, res) {
    for (const client of clients) client.end('last')
    clients.clear()
    res.end()
  },

  /** Takes one chunk, then none until another request resumes it. */
  '/paused-upload'(req, res) {
    const hash = createHash('sha256')
    req.on('data', (chunk: Buffer) => hash.update(chunk))
    req.once('data', () => {
      req.pause()
      paused = req
    })
    req.on('end', () => res.end(hash.digest('hex')))
  },
  '/resume'(_req, res) {
    res.end(String(paused !== undefined))
    paused?.resume()
    paused = undefined
  },
}

export default { fetch: toFetchHandler((req, res) => routes[String(req.url)]?.(req, res)) }
