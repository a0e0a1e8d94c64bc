/** Behaviour 8: which events come, in which order, and what the states are meanwhile. */
import { once } from 'node:events'
import { Readable } from 'node:stream'
import {
  answer,
  delay,
  requestState,
  responseState,
  watchRequest,
  watchResponse,
} from '../../../../../scripts/comparison/observe.ts'
import { bare, type Definition, type Handler } from '../probe.ts'
import {
  get,
  head,
  pause,
  post,
  script,
  send,
  write,
} from '../../../../../scripts/comparison/request.ts'

/** Both lives in one log. */
const both =
  (act: Handler): Handler =>
  (request, response, record) => {
    watchRequest(request, record)
    watchResponse(response, record)
    return act(request, response, record)
  }

/** One of them, where their interleaving depends on how bytes happen to arrive. */
const requestOnly =
  (act: Handler): Handler =>
  (request, response, record) => {
    watchRequest(request, record)
    return act(request, response, record)
  }
const responseOnly =
  (act: Handler): Handler =>
  (request, response, record) => {
    watchResponse(response, record)
    return act(request, response, record)
  }

const ofResponse = { until: 'response close' }
const ofRequest = { until: 'request close' }

export const events: Definition[] = [
  bare(
    'GET, end(data) at once',
    get(),
    responseOnly((_request, response) => void response.end('x')),
    ofResponse,
  ),
  bare(
    'GET, end(data) at once: the request',
    get(),
    requestOnly((_request, response) => void response.end('x')),
    ofRequest,
  ),
  bare(
    'GET, end(data) at once: both',
    get(),
    both((_request, response) => void response.end('x')),
    ofResponse,
  ),
  bare(
    'GET, end(data) later',
    get(),
    responseOnly(async (_request, response) => {
      await delay(20)
      response.end('x')
    }),
    ofResponse,
  ),
  bare(
    'GET, end(data) later: the request',
    get(),
    requestOnly(async (_request, response) => {
      await delay(20)
      response.end('x')
    }),
    ofRequest,
  ),
  bare(
    'GET, writes',
    get(),
    responseOnly(async (_request, response) => {
      response.write('a')
      await delay(10)
      response.end('b')
    }),
    ofResponse,
  ),
  bare(
    'GET, flushed head',
    get(),
    responseOnly((_request, response) => {
      response.flushHeaders()
      response.end('b')
    }),
    ofResponse,
  ),
  bare(
    'GET, end() without data',
    get(),
    responseOnly((_request, response) => void response.end()),
    ofResponse,
  ),
  bare(
    'GET, large end(data)',
    get(),
    responseOnly((_request, response) => void response.end('x'.repeat(1_000_000))),
    ofResponse,
  ),
  bare(
    'GET, piped',
    get(),
    responseOnly((_request, response) => void Readable.from(['a', 'b']).pipe(response)),
    ofResponse,
  ),
  bare(
    'HEAD',
    send({ method: 'HEAD' }),
    responseOnly((_request, response) => void response.end('x')),
    ofResponse,
  ),
  bare(
    '204',
    get(),
    responseOnly((_request, response) => void response.writeHead(204).end()),
    ofResponse,
  ),
  bare(
    '304',
    get(),
    responseOnly((_request, response) => void response.writeHead(304).end('x')),
    ofResponse,
  ),
  bare(
    'POST, body read: the request',
    post('body'),
    requestOnly((request, response) => {
      request.resume().on('end', () => response.end('x'))
    }),
    ofRequest,
  ),
  bare(
    'POST, body read: the response',
    post('body'),
    responseOnly((request, response) => {
      request.resume().on('end', () => response.end('x'))
    }),
    ofResponse,
  ),
  bare(
    'POST, body not read: the request',
    post('body'),
    requestOnly((_request, response) => void response.end('x')),
    ofRequest,
  ),
  bare(
    'POST, body not read: the response',
    post('body'),
    responseOnly((_request, response) => void response.end('x')),
    ofResponse,
  ),
  bare(
    'POST, body read after the answer',
    post('body'),
    requestOnly(async (request, response, record) => {
      response.end('x')
      request.on('data', (part) => record(`data ${String(part)}`))
      await once(request, 'close')
    }),
    ofRequest,
  ),
  bare(
    'POST of length 0',
    post(''),
    requestOnly((request, response) => {
      request.resume().on('end', () => response.end('x'))
    }),
    ofRequest,
  ),
  bare(
    'POST, slow body',
    script([write(head({ method: 'POST', body: 'body' })), pause(40), write('body')], 'POST'),
    requestOnly((request, response, record) => {
      record(`before: ${requestState(request)}`)
      request.on('data', (part) => record(`data ${String(part)}: ${requestState(request)}`))
      request.on('end', () => response.end('x'))
    }),
    ofRequest,
  ),
  bare(
    'states around end()',
    get(),
    (request, response, record) => {
      watchResponse(response, record)
      record(`before: ${responseState(response)} | ${requestState(request)}`)
      response.write('a')
      record(`written: ${responseState(response)}`)
      response.end()
      record(`ended: ${responseState(response)}`)
    },
    ofResponse,
  ),
  bare(
    'prefinish comes before finish, both later than end()',
    get(),
    (_request, response, record) => {
      response.on('prefinish', () => record(`prefinish ${response.writableFinished}`))
      response.on('finish', () => record(`finish ${response.writableFinished}`))
      response.end()
      record('end returned')
    },
    { until: 'finish' },
  ),
  bare(
    'once(response, "finish") and "close"',
    get(),
    async (_request, response, record) => {
      const closed = once(response, 'close')
      response.end('x')
      await once(response, 'finish')
      record('finish')
      await closed
      record('close')
    },
    { until: 'close' },
  ),
  bare(
    'listeners added at finish still see close',
    get(),
    (_request, response, record) => {
      response.on('finish', () => response.on('close', () => record(`close ${response.closed}`)))
      response.end('x')
    },
    { until: 'close' },
  ),
  bare(
    'work after end() goes on',
    get(),
    async (_request, response, record) => {
      response.end('x')
      await delay(200)
      record('worked')
    },
    { until: 'worked', alone: true },
  ),
  bare(
    'work after close goes on',
    get(),
    (_request, response, record) => {
      response.on('close', () => setTimeout(() => record('worked'), 150))
      response.end('x')
    },
    { until: 'worked', alone: true },
  ),
  bare(
    'no event before the handler returns',
    get(),
    (_request, response, record) => {
      response.on('prefinish', () => record('prefinish'))
      response.end('x')
      queueMicrotask(() => record('microtask'))
      record('returned')
    },
    { until: 'microtask' },
  ),
  bare('req and res know each other', get(), (request, response) => {
    answer(response, {
      req: (response as { req?: unknown }).req === request,
      res: 'res' in request,
    })
  }),
  bare('listener counts at the start', get(), (request, response) => {
    answer(response, {
      request: request.eventNames().filter((name) => typeof name === 'string'),
      data: request.listenerCount('data'),
      close: request.listenerCount('close'),
      error: [request.listenerCount('error'), response.listenerCount('error')],
    })
  }),
]
