import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { toFetchHandler } from '@node-cf/bridge'
import { PATTERN_CHUNK, patternChunk } from '../pattern.ts'

/** Responses that another request ends. */
const clients = new Set<ServerResponse>()
/** What a download or an upload has come to, for the test to look at meanwhile. */
const progress = { bytes: 0, drains: 0, isWaiting: false, needsDrain: false, isOver: false }
const gate = { isOpen: false }

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
  '/finish'(_req, res) {
    for (const client of clients) client.end('last')
    clients.clear()
    res.end()
  },

  /** Writes as much as the client takes, and waits for `drain` as an app should. */
  async '/download'(req, res) {
    const chunks = Number(req.headers['x-chunks'])
    Object.assign(progress, { bytes: 0, drains: 0, isWaiting: false, isOver: false })
    for (let index = 0; index < chunks; index += 1) {
      progress.bytes += PATTERN_CHUNK
      if (res.write(patternChunk(index))) continue
      progress.isWaiting = true
      progress.needsDrain = res.writableNeedDrain
      await once(res, 'drain')
      progress.isWaiting = false
      progress.drains += 1
    }
    res.end()
    progress.isOver = true
  },

  /** Takes one chunk, then none until the test says so. */
  async '/upload'(req, res) {
    Object.assign(progress, { bytes: 0, isWaiting: false, isOver: false })
    gate.isOpen = false
    const hash = createHash('sha256')
    req.on('data', (chunk: Buffer) => {
      progress.bytes += chunk.byteLength
      hash.update(chunk)
    })
    req.once('data', () => {
      req.pause()
      progress.isWaiting = true
    })
    req.on('end', () => res.end(hash.digest('hex')))
    while (!gate.isOpen) await delay(10)
    req.resume()
  },
  '/go-on'(_req, res) {
    gate.isOpen = true
    res.end()
  },
  '/progress': (_req, res) => res.end(JSON.stringify(progress)),

  '/echo': (req, res) => pipeline(req, res),
  '/echo-by-pipe': (req, res) => req.pipe(res),

  async '/with-length'(_req, res) {
    res.setHeader('Content-Length', 12)
    for (const part of ['one;', 'two;', 'six;']) {
      res.write(part)
      await delay(5)
    }
    res.end()
  },

  async '/corked'(_req, res) {
    await new Promise((resolve) => {
      res.write('before;', resolve)
    })
    res.cork()
    res.write('kept ')
    res.write('back;')
    clients.add(res)
    while (!gate.isOpen) await delay(10)
    res.uncork()
  },
  '/cork'(_req, res) {
    gate.isOpen = false
    res.end()
  },
  async '/corked-from-the-start'(_req, res) {
    res.cork()
    res.write('kept ')
    res.write('back;')
    while (!gate.isOpen) await delay(10)
    res.uncork()
    res.end('end')
  },
  async '/corked-twice'(_req, res) {
    res.write('a')
    res.cork()
    res.cork()
    res.write('b')
    const corked = [res.writableCorked]
    res.uncork()
    corked.push(res.writableCorked)
    res.uncork()
    corked.push(res.writableCorked)
    res.end(JSON.stringify(corked))
  },
  '/corked-at-the-end'(_req, res) {
    res.cork()
    res.write('a')
    res.write('b')
    res.end('c')
  },

  /** Notes the order in which the callbacks of writes come, and answers with it at the end. */
  async '/callbacks'(_req, res) {
    const calls: unknown[] = []
    const note =
      (name: string) =>
      (error?: Error | null): void => {
        calls.push([name, error ?? null])
      }
    res.write('a', note('first'))
    res.write('b', 'utf8', note('second'))
    await new Promise<void>((resolve) => {
      res.write('c', (error) => {
        note('third')(error)
        resolve()
      })
    })
    res.write('', note('empty'))
    const last = new Promise<void>((resolve) => {
      res.write(Buffer.from('d'), () => {
        note('fourth')()
        resolve()
      })
    })
    await last
    res.end(JSON.stringify(calls))
  },

  async '/callback-of-end'(_req, res) {
    const calls: string[] = []
    res.on('finish', () => calls.push('finish'))
    res.on('close', () => calls.push('close'))
    res.write('a', () => calls.push('write'))
    res.end('b', () => calls.push('end'))
    endCalls = calls
  },
  '/calls-of-end': (_req, res) => res.end(JSON.stringify(endCalls)),

  /** A large write is not taken at once, so it is still waiting when the response is destroyed. */
  '/callbacks-of-destroyed'(_req, res) {
    const calls: unknown[] = []
    destroyedCalls = calls
    const note = (name: string) => (error?: Error | null) =>
      void calls.push([name, (error as { code?: string } | null | undefined)?.code ?? null])
    for (let index = 0; index < 3; index += 1) res.write(Buffer.alloc(200_000), note(`${index}`))
    res.on('error', () => calls.push('error event'))
    res.on('close', () => {
      res.write('late', note('late'))
    })
    res.destroy()
  },
  '/calls-of-destroyed': (_req, res) => res.end(JSON.stringify(destroyedCalls)),
}

let endCalls: string[] = []
let destroyedCalls: unknown[] = []

export default { fetch: toFetchHandler((req, res) => routes[req.url ?? '']?.(req, res)) }
