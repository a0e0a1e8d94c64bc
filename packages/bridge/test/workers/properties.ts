import type { IncomingMessage, ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises'
import { toFetchHandler } from '@node-cf/bridge'
import type { HeaderAttempt, ResponseStep, SentHead } from '../random-exchanges.ts'

const codeOf = (error: unknown): string => (error as { code: string }).code

const routes: Record<string, (req: IncomingMessage, res: ServerResponse) => unknown> = {
  async '/headers'(req, res) {
    const attempts = (await json(req)) as HeaderAttempt[]
    const codes = attempts.map(({ name, value }) => {
      try {
        res.setHeader(name, value)
        return null
      } catch (error) {
        return codeOf(error)
      }
    })
    res.end(JSON.stringify(codes))
  },

  async '/head'(req, res) {
    const { lines, isWritten } = (await json(req)) as SentHead
    if (isWritten) res.writeHead(200, Object.fromEntries(lines))
    else for (const [name, value] of lines) res.setHeader(name, value)
    res.end('body')
  },

  async '/steps'(req, res) {
    const steps = (await json(req)) as ResponseStep[]
    const called: number[] = []
    let corks = 0
    let isAsCorked = true
    for (const [index, step] of steps.entries()) {
      switch (step.kind) {
        case 'write':
          res.write(step.text, (error) => called.push(error ? -1 : index))
          break
        case 'cork':
          res.cork()
          corks += 1
          break
        case 'uncork':
          res.uncork()
          corks = Math.max(0, corks - 1)
          break
        case 'turn':
          await turn()
          break
        case 'wait':
          await delay(1)
          break
      }
      isAsCorked &&= res.writableCorked === corks
    }
    res.end('.')
    res.on('finish', () => (lastCalled = { called, isAsCorked, corksAtEnd: res.writableCorked }))
  },
  '/called': (_req, res) => res.end(JSON.stringify(lastCalled)),

  /** Echoes chunk by chunk, without a wait for anything. */
  '/echo'(req, res) {
    req.on('data', (chunk) => res.write(chunk))
    req.on('end', () => res.end())
  },
}

let lastCalled: unknown

export default {
  fetch: toFetchHandler((req, res) => {
    const route =
      req.method === 'POST' || req.url === '/called' ? routes[String(req.url)] : undefined
    return route ? route(req, res) : res.end(JSON.stringify(req.url))
  }),
}
