import type { IncomingMessage, ServerResponse } from 'node:http'
import { getContext, toFetchHandler } from '@node-cf/bridge'

/** What fired, in order. */
const fired: unknown[] = []
const note = (name: string) => (): void => void fired.push(name)

// As modules do that keep a function for later.
const later = setTimeout
const {
  setInterval: every,
  setImmediate: soon,
  clearTimeout: cancel,
  clearInterval: cease,
} = globalThis

setTimeout(note('second'), 20)
setTimeout(note('first'), 1)
setTimeout((...values: unknown[]) => fired.push(values), 1, 'values', 1, null)
setImmediate(note('immediate'))
setImmediate((value: unknown) => fired.push(value), 'immediate value')

clearTimeout(setTimeout(note('cleared timeout'), 1))
clearInterval(setInterval(note('cleared interval'), 1))
clearImmediate(setImmediate(note('cleared immediate')))
// Node's functions clear each other's timers.
clearInterval(setTimeout(note('timeout cleared as an interval'), 1) as never)
clearTimeout(+setTimeout(note('cleared by its number'), 1))
setTimeout(note('closed'), 1).close()
clearTimeout(undefined)
clearTimeout({} as never)

const clearedByAnother = setTimeout(note('cleared by another'), 30)
setTimeout(() => clearTimeout(clearedByAnother), 5)
const clearedInRequest = setTimeout(note('cleared in a request'), 60_000)

let ticks = 0
const ticking = setInterval(() => (ticks += 1), 10)
let once = 0
const stopsItself = setInterval(() => {
  once += 1
  clearInterval(stopsItself)
}, 5)

setTimeout(() => {
  throw new Error('thrown by a module timer')
}, 1)
setTimeout(note('after the one that throws'), 1)

let context: unknown
setTimeout(() => {
  try {
    context = getContext().env
  } catch (error) {
    context = (error as { code: string }).code
  }
}, 1)

let refreshed = 0
const refreshing = setTimeout(() => (refreshed += 1), 5)

const chained: string[] = []
setTimeout(() => {
  chained.push('outer')
  setTimeout(() => chained.push('inner'), 1)
}, 1)

/** A timer that a handler arms, on whose behalf another request must not be needed. */
function answerBy(arm: (callback: () => void) => unknown, res: ServerResponse): void {
  arm(() => res.end('answered'))
}

const shapeOf = (timer: object): unknown => {
  const methods = ['ref', 'unref', 'hasRef', 'refresh', 'close'] as const
  return {
    methods: methods.map((name) => typeof (timer as NodeJS.Timeout)[name]),
    primitive: typeof (timer as NodeJS.Timeout)[Symbol.toPrimitive]?.(),
    dispose: typeof (timer as NodeJS.Timeout)[Symbol.dispose],
    chained: (timer as NodeJS.Timeout).unref().ref().refresh() === timer,
    referenced: [
      (timer as NodeJS.Timeout).hasRef(),
      (timer as NodeJS.Timeout).unref().hasRef(),
      (timer as NodeJS.Timeout).ref().hasRef(),
    ],
  }
}
const atModuleScope = setTimeout(() => {}, 60_000)
const shape = shapeOf(atModuleScope)
const immediate = setImmediate(() => {})
const immediateShape = [
  immediate.hasRef(),
  immediate.unref() === immediate,
  immediate.hasRef(),
  typeof immediate[Symbol.dispose],
]

let errorOfNothing: unknown
try {
  // oxlint-disable-next-line typescript/no-implied-eval -- it is what the test is about
  setTimeout(undefined as never, 1)
} catch (error) {
  errorOfNothing = (error as { code: string }).code
}

const routes: Record<string, (req: IncomingMessage, res: ServerResponse) => unknown> = {
  '/state'(_req, res) {
    res.end(JSON.stringify({ fired, ticks, once, context, refreshed, chained }))
  },
  /** Requests last for a while here, since nothing runs between them. */
  '/wait'(_req, res) {
    setTimeout(() => res.end(), 100)
  },
  '/clear'(_req, res) {
    clearTimeout(clearedInRequest)
    clearInterval(ticking)
    res.end(String(ticks))
  },
  '/shape'(_req, res) {
    const inRequest = setTimeout(() => {}, 60_000)
    res.end(JSON.stringify([shape, shapeOf(inRequest), immediateShape, errorOfNothing]))
    clearTimeout(inRequest)
    clearTimeout(atModuleScope)
  },
  '/refresh'(_req, res) {
    const before = refreshed
    refreshing.refresh()
    setTimeout(() => res.end(String(refreshed - before)), 100)
  },
  '/refresh-closed'(_req, res) {
    const before = refreshed
    refreshing.close()
    refreshing.refresh()
    setTimeout(() => res.end(String(refreshed - before)), 100)
  },

  '/captured/setTimeout': (_req, res) => answerBy((callback) => later(callback, 5), res),
  '/captured/setImmediate': (_req, res) => answerBy((callback) => soon(callback), res),
  '/captured/setInterval': (_req, res) =>
    answerBy((callback) => {
      const interval = every(() => {
        cease(interval)
        callback()
      }, 5)
    }, res),
  '/captured/clearTimeout'(_req, res) {
    const timer = later(() => res.end('not cleared'), 5)
    cancel(timer)
    later(() => res.end('cleared'), 40)
  },
}

export default {
  // Every request ends at once here, so that whatever fires later does so in another request.
  fetch: toFetchHandler((req, res) => routes[req.url ?? '']?.(req, res), { afterResponse: 0 }),
}
