/** Behaviour 9: requests in flight together share nothing, and AsyncLocalStorage holds in every event. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { answer, delay, readBody } from '../../../../../scripts/comparison/observe.ts'
import { bare, type Definition, type Handler } from '../probe.ts'
import {
  chunk,
  get,
  head,
  lastChunk,
  pause,
  post,
  script,
  send,
  write,
} from '../../../../../scripts/comparison/request.ts'

const storage = new AsyncLocalStorage<string>()
const slowBody = script(
  [
    write(head({ method: 'POST', chunks: [] }) + chunk('a')),
    pause(30),
    write(chunk('b') + lastChunk),
  ],
  'POST',
)

const within =
  (act: Handler): Handler =>
  (request, response, record) =>
    storage.run(request.url ?? '', () => act(request, response, record))

let inFlight = 0
let most = 0

export const contexts: Definition[] = [
  bare(
    'AsyncLocalStorage in body events',
    slowBody,
    within((request, response) => {
      const seen: Record<string, unknown> = {}
      for (const event of ['data', 'end', 'close'] as const)
        request.on(event, () => (seen[event] = storage.getStore() ?? 'lost'))
      request.on('close', () => answer(response, seen))
    }),
  ),
  bare(
    'AsyncLocalStorage in readable',
    slowBody,
    within((request, response) => {
      const seen = new Set<unknown>()
      request.on('readable', () => {
        seen.add(storage.getStore() ?? 'lost')
        request.read()
      })
      request.on('end', () => answer(response, [...seen]))
    }),
  ),
  bare(
    'AsyncLocalStorage in an iteration',
    slowBody,
    within(async (request, response) => {
      const seen = new Set<unknown>()
      for await (const part of request) {
        void part
        seen.add(storage.getStore() ?? 'lost')
      }
      answer(response, [...seen, storage.getStore() ?? 'lost'])
    }),
  ),
  bare(
    'AsyncLocalStorage in response events',
    get('/context'),
    within((_request, response, record) => {
      for (const event of ['prefinish', 'finish', 'close'] as const)
        response.on(event, () => record(`${event} ${storage.getStore() ?? 'lost'}`))
      response.write('a', () => record(`written ${storage.getStore() ?? 'lost'}`))
      response.end('b', () => record(`ended ${storage.getStore() ?? 'lost'}`))
    }),
    { until: 'close' },
  ),
  bare(
    'AsyncLocalStorage in drain',
    get('/context'),
    within(async (_request, response, record) => {
      response.write(Buffer.alloc(500_000))
      response.on('drain', () => {
        record(`drain ${storage.getStore() ?? 'lost'}`)
        response.end()
      })
    }),
    { until: 'drain', normalise: (outcome) => ({ ...outcome, answers: [] }) },
  ),
  bare(
    'AsyncLocalStorage in timers and promises',
    get('/context'),
    within(async (_request, response) => {
      const seen: unknown[] = []
      const look = () => seen.push(storage.getStore() ?? 'lost')
      process.nextTick(look)
      setImmediate(look)
      queueMicrotask(look)
      await delay(20)
      look()
      answer(response, seen)
    }),
  ),
  bare(
    'AsyncLocalStorage of requests in flight together',
    send({ method: 'POST', target: '/{copy}', body: 'body' }),
    within(async (request, response) => {
      await readBody(request)
      await delay(30)
      answer(response, { same: storage.getStore() === request.url, url: request.url })
    }),
    { copies: 12 },
  ),
  bare(
    'requests in flight together',
    get('/{copy}?{copy}', 'X-Copy: {copy}'),
    async (request, response) => {
      inFlight++
      most = Math.max(most, inFlight)
      await delay(150)
      inFlight--
      response.setHeader('X-Copy', request.headers['x-copy'] ?? 'none')
      answer(response, { url: request.url, together: most > 1 })
    },
    { copies: 8 },
  ),
  bare(
    'streams in flight together',
    get('/{copy}'),
    async (request, response) => {
      for (let count = 0; count < 5; count++) {
        response.write(`${request.url} `)
        await delay(5)
      }
      response.end()
    },
    { copies: 8 },
  ),
  bare(
    'bodies in flight together',
    send({ method: 'POST', chunks: ['{copy} ', 'of many ', '{copy}'] }),
    async (request, response) => {
      answer(response, { body: (await readBody(request)).toString() })
    },
    { copies: 9 },
  ),
  bare(
    'headers do not leak to the next request',
    script(
      [
        write(head({ target: '/first', keepAlive: true })),
        pause(40),
        write(head({ target: '/second' })),
      ],
      'GET',
      'GET',
    ),
    (request, response) => {
      if (request.url === '/first') response.setHeader('X-First', '1')
      answer(response, { names: response.getHeaderNames(), locals: 'locals' in response })
    },
  ),
  bare(
    'an event of one request can wait for a timer of its own',
    post('x'),
    async (request, response) => {
      request.resume()
      await once(request, 'end')
      await delay(20)
      answer(response, { fine: true })
    },
  ),
]
