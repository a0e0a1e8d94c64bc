import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { getContext, toFetchHandler } from '@node-cf/bridge'

/** What happened to the exchanges, by the id that each client gave. */
const histories = new Map<string, unknown[]>()

const idOf = (req: IncomingMessage): string => String(req.headers['x-id'])
const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null | undefined)?.code

/** Notes what both sides of an exchange emit. */
function note(req: IncomingMessage, res: ServerResponse): unknown[] {
  const history: unknown[] = []
  histories.set(idOf(req), history)
  for (const event of ['aborted', 'end', 'close']) {
    req.on(event, () => history.push(`req ${event}`))
  }
  for (const event of ['finish', 'close']) res.on(event, () => history.push(`res ${event}`))
  req.on('error', (error) => history.push(`req error ${String(codeOf(error))} ${error.message}`))
  res.on('error', (error) => history.push(`res error ${String(codeOf(error))}`))
  return history
}

const secret = (): Error => new Error('secret of the app')

type Route = (req: IncomingMessage, res: ServerResponse) => unknown

const routes: Record<string, Route> = {
  /** Writes for as long as it is asked to; the client goes away in the middle. */
  async '/download'(req, res) {
    const history = note(req, res)
    getContext().request.signal.addEventListener('abort', () => history.push('signal'))
    while (!res.destroyed) {
      res.write('more;')
      await delay(5)
    }
    history.push(`aborted ${req.aborted} destroyed ${req.destroyed} ended ${res.writableEnded}`)
    res.write('late', (error) => history.push(`write ${String(codeOf(error))}`))
  },
  /** Has begun, and says nothing more. */
  '/idle-download'(req, res) {
    note(req, res)
    res.write('first;')
  },
  /** Has not begun. */
  '/silent'(req, res) {
    note(req, res).push('begun')
  },
  '/upload'(req, res) {
    const history = note(req, res)
    req.once('data', () => history.push('begun'))
    req.on('data', () => {})
    req.on('close', () => history.push(`aborted ${req.aborted} complete ${req.complete}`))
  },
  '/small-upload'(req, res) {
    const history = note(req, res)
    history.push('begun')
    req.resume()
    req.on('error', async () => {
      await delay(100)
      history.push('cleaned up')
    })
  },
  /** Has read all, and says nothing. */
  '/small-upload-silent'(req, res) {
    const history = note(req, res)
    req.resume().on('end', () => history.push('begun'))
  },
  async '/read-upload'(req, res) {
    const history = note(req, res)
    try {
      for await (const chunk of req) history.push('begun', String(chunk))
    } catch (error) {
      history.push(`read ${String(codeOf(error))}`)
    }
  },

  '/destroy': (_req, res) => res.destroy(),
  '/destroy-with-error': (_req, res) => res.destroy(secret()),
  '/destroy-request': (req) => req.destroy(secret()),
  '/destroy-socket': (req) => req.socket.destroy(),
  async '/destroy-later'(_req, res) {
    await delay(5)
    res.destroy(secret())
  },
  async '/destroy-after-head'(_req, res) {
    await begin(res)
    res.destroy(secret())
  },
  '/destroy-when-written': (_req, res) => res.write('begun;', () => res.destroy()),
  async '/destroy-after-length'(_req, res) {
    res.setHeader('Content-Length', 100)
    await begin(res)
    res.destroy()
  },
  async '/destroy-socket-after-head'(req, res) {
    await begin(res)
    req.socket.destroy()
  },

  '/history': (req, res) => res.end(JSON.stringify(histories.get(idOf(req)) ?? [])),
}

/** Begins a body, and waits until it is on its way. */
async function begin(res: ServerResponse): Promise<void> {
  res.write('begun;')
  await delay(10)
}

export default { fetch: toFetchHandler((req, res) => routes[String(req.url)]?.(req, res)) }
