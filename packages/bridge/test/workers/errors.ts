import { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { toFetchHandler } from '@node-cf/bridge'

const secret = (): Error => new Error('secret of the app')

function fail(): never {
  throw secret()
}

const routes: Record<string, (req: IncomingMessage, res: ServerResponse) => unknown> = {
  '/throw'() {
    throw secret()
  },
  async '/reject'() {
    await delay(1)
    throw secret()
  },
  '/throw-after-head'(_req, res) {
    res.write('begun;')
    throw secret()
  },
  async '/reject-after-head'(_req, res) {
    await begin(res)
    throw secret()
  },
  '/throw-after-end'(_req, res) {
    res.end('whole')
    throw secret()
  },
  async '/reject-after-end'(_req, res) {
    res.end('whole')
    await Promise.resolve()
    throw secret()
  },
  /** What is thrown is no error, and the promise none of the runtime's. */
  '/reject-with-text': () => ({
    // oxlint-disable-next-line unicorn/no-thenable -- old promise libraries return no more
    then: (_resolve: unknown, reject: (reason: unknown) => void) => reject('secret of the app'),
  }),

  '/throw-in-timer': () => void setTimeout(fail, 1),
  '/throw-in-immediate': () => void setImmediate(fail),
  '/throw-in-next-tick': () => process.nextTick(fail),
  '/throw-in-microtask': () => queueMicrotask(fail),
  '/throw-in-interval'() {
    const interval = setInterval(() => {
      clearInterval(interval)
      fail()
    }, 1)
  },
  '/unheard-error': () => void setTimeout(() => new EventEmitter().emit('error', secret()), 1),
  '/unhandled-rejection'() {
    void Promise.reject(secret())
  },
  '/unhandled-later'() {
    void delay(1).then(fail)
  },

  '/throw-in-data'(req) {
    req.on('data', () => {
      throw secret()
    })
  },
  '/throw-in-end'(req) {
    req.resume()
    req.on('end', () => {
      throw secret()
    })
  },
  '/throw-in-finish'(_req, res) {
    res.on('finish', () => {
      throw secret()
    })
    res.end('whole')
  },
  '/throw-in-close'(_req, res) {
    res.on('close', () => {
      throw secret()
    })
    res.write('who')
    res.end('le')
  },
  '/throw-in-write-callback'(_req, res) {
    res.write('who', () => {
      throw secret()
    })
    setTimeout(() => res.end('le'), 10)
  },

  '/too-long': (_req, res) => res.writeHead(200, { 'Content-Length': 3 }).end('four'),
  '/too-short': (_req, res) => res.writeHead(200, { 'Content-Length': 5 }).end('four'),
  '/nothing': (_req, res) => res.writeHead(200, { 'Content-Length': 5 }).end(),
  async '/too-long-later'(_req, res) {
    res.setHeader('Content-Length', 8)
    await begin(res)
    res.end('and more than that')
  },
  async '/too-short-later'(_req, res) {
    res.setHeader('Content-Length', 100)
    await begin(res)
    res.end('and no more')
  },
  '/fine': (_req, res) => res.end('fine'),
}

/** Begins a body, and waits until it is on its way. */
async function begin(res: ServerResponse): Promise<void> {
  res.write('begun;')
  await delay(10)
}

export default {
  fetch: toFetchHandler((req, res) => routes[String(req.url)]?.(req, res), {
    // What hangs is to be seen soon.
    responseTimeout: 3000,
  }),
}
