/** Behaviours 11 and 12: `destroy` on everything that has it, and clients that leave. */
import {
  answer,
  attempt,
  delay,
  describe,
  requestState,
  responseState,
  watchRequest,
  watchResponse,
} from '../../../../../scripts/comparison/observe.ts'
import { bare, type Definition, type Handler } from '../probe.ts'
import {
  destroy,
  get,
  halfClose,
  head,
  pause,
  post,
  script,
  until,
  untilHead,
  write,
} from '../../../../../scripts/comparison/request.ts'

const watchedResponse =
  (act: Handler): Handler =>
  (request, response, record) => {
    watchResponse(response, record)
    return act(request, response, record)
  }
const watchedRequest =
  (act: Handler): Handler =>
  (request, response, record) => {
    watchRequest(request, record)
    return act(request, response, record)
  }
const ofResponse = { until: 'response close' }
const ofRequest = { until: 'request close' }
const told = (error: unknown): string => JSON.stringify(describe(error))

/** Leaves after the first bytes of a response that never ends. */
const leaving = script([write(head()), until('first'), destroy])
/** Leaves before any answer. */
const leavingEarly = script([write(head()), pause(80), destroy])

const trickle: Handler = async (_request, response) => {
  response.write('first')
  for (let count = 0; count < 60 && !response.destroyed; count++) {
    await delay(20)
    response.write('more')
  }
}

export const destroying: Definition[] = [
  bare(
    'response.destroy() before the head',
    get(),
    watchedResponse((_request, response) => void response.destroy()),
    ofResponse,
  ),
  bare(
    'response.destroy() before the head: the request',
    get(),
    watchedRequest((_request, response) => void response.destroy()),
    ofRequest,
  ),
  bare(
    'response.destroy(error) before the head',
    get(),
    watchedResponse((_request, response) => void response.destroy(new Error('enough'))),
    ofResponse,
  ),
  bare(
    'response.destroy(error) before the head: the request',
    get(),
    watchedRequest((_request, response) => void response.destroy(new Error('enough'))),
    ofRequest,
  ),
  bare(
    'response.destroy() after writeHead',
    get(),
    watchedResponse((_request, response) => {
      response.writeHead(200)
      response.destroy()
    }),
    ofResponse,
  ),
  bare(
    'response.destroy() after a write',
    script([write(head()), until('first')]),
    watchedResponse(async (_request, response) => {
      response.write('first')
      await delay(50)
      response.destroy()
    }),
    ofResponse,
  ),
  bare(
    'response.destroy(error) after a write',
    script([write(head()), until('first')]),
    watchedResponse(async (_request, response) => {
      response.write('first')
      await delay(50)
      response.destroy(new Error('enough'))
    }),
    ofResponse,
  ),
  bare(
    'response.destroy() amid a length',
    script([write(head()), until('first')]),
    watchedResponse(async (_request, response) => {
      response.writeHead(200, { 'Content-Length': 100 })
      response.write('first')
      await delay(50)
      response.destroy()
    }),
    ofResponse,
  ),
  bare(
    'response.destroy() after end()',
    get(),
    (_request, response, record) => {
      response.on('close', () => record('close'))
      response.end('x')
      response.on('finish', () => {
        response.destroy()
        record(`destroyed ${response.destroyed}`)
      })
    },
    { until: 'close' },
  ),
  bare(
    'response.destroy() returns the response',
    get(),
    (_request, response, record) => {
      record(`same ${response.destroy() === response}`)
      record(`again ${response.destroy() === response} ${responseState(response)}`)
    },
    { until: 'again' },
  ),
  bare(
    'write() and end() after destroy()',
    get(),
    (_request, response, record) => {
      response.on('error', (error) => record(`error ${told(error)}`))
      response.destroy()
      record(
        `write ${JSON.stringify(attempt(() => response.write('x', (error) => record(`write called ${told(error)}`))))}`,
      )
      record(`end ${JSON.stringify(attempt(() => response.end('x', () => record('end called'))))}`)
      record(`header ${JSON.stringify(attempt(() => response.setHeader('X-One', '1')))}`)
      setTimeout(() => record('later'), 30)
    },
    { until: 'later' },
  ),
  bare(
    'request.destroy()',
    get(),
    watchedRequest((request) => void request.destroy()),
    ofRequest,
  ),
  bare(
    'request.destroy(): the response',
    get(),
    watchedResponse((request) => void request.destroy()),
    ofResponse,
  ),
  bare(
    'request.destroy(error)',
    get(),
    watchedRequest((request) => void request.destroy(new Error('enough'))),
    ofRequest,
  ),
  bare(
    'request.destroy(error): the response',
    get(),
    watchedResponse((request) => void request.destroy(new Error('enough'))),
    ofResponse,
  ),
  bare(
    'request.destroy() of a body',
    post('body'),
    watchedRequest((request) => void request.destroy()),
    ofRequest,
  ),
  bare('request.destroy() after the body was read', post('body'), (request, response) => {
    request.resume().on('end', () => {
      request.destroy()
      setTimeout(() => answer(response, { still: 'answers', state: requestState(request) }), 20)
    })
  }),
  bare('request.destroy() after the answer', post('body'), (request, response) => {
    response.end('answered')
    response.on('finish', () => request.destroy())
  }),
  bare(
    'socket.destroy()',
    get(),
    watchedResponse((request) => void request.socket.destroy()),
    ofResponse,
  ),
  bare(
    'socket.destroy(): the request',
    get(),
    watchedRequest((request) => void request.socket.destroy()),
    ofRequest,
  ),
  bare(
    'socket.destroy() after a write',
    script([write(head()), until('first')]),
    watchedResponse(async (request, response) => {
      response.write('first')
      await delay(50)
      request.socket.destroy()
    }),
    ofResponse,
  ),
  bare(
    'socket close event',
    get(),
    (request, response, record) => {
      request.socket.on('close', (hadError: boolean) => record(`socket close ${hadError}`))
      response.destroy()
    },
    { until: 'socket close' },
  ),
  bare(
    'socket.end() closes politely',
    get(),
    watchedResponse((request) => void request.socket.end()),
    ofResponse,
  ),
  bare(
    'connection closes after response.end()',
    get(),
    (request, response, record) => {
      request.socket.on('close', () => record('socket close'))
      response.end('x')
    },
    { until: 'socket close' },
  ),

  bare('client leaves a stream: the response', leaving, watchedResponse(trickle), ofResponse),
  bare('client leaves a stream: the request', leaving, watchedRequest(trickle), ofRequest),
  bare(
    'client leaves a stream of a POST that was read: the request',
    script(
      [write(`${head({ method: 'POST', body: 'body' })}body`), until('first'), destroy],
      'POST',
    ),
    watchedRequest((request, response, record) => {
      request.resume().on('end', () => void trickle(request, response, record))
    }),
    ofRequest,
  ),
  bare(
    'client leaves before the answer: the response',
    leavingEarly,
    watchedResponse(async () => await delay(300)),
    ofResponse,
  ),
  bare(
    'client leaves before the answer: the request',
    leavingEarly,
    watchedRequest(async () => await delay(300)),
    ofRequest,
  ),
  bare(
    'client leaves while its body is read: the request',
    script(
      [write(`${head({ method: 'POST', body: 'hello world' })}hello`), pause(60), destroy],
      'POST',
    ),
    watchedRequest((request) => void request.resume()),
    ofRequest,
  ),
  bare(
    'client leaves while its body is read: the response',
    script(
      [write(`${head({ method: 'POST', body: 'hello world' })}hello`), pause(60), destroy],
      'POST',
    ),
    watchedResponse((request) => void request.resume()),
    ofResponse,
  ),
  bare(
    'write() after the client left',
    leaving,
    async (_request, response, record) => {
      response.on('error', (error) => record(`error ${told(error)}`))
      await new Promise<void>((resolve) => {
        response.on('close', resolve)
        void trickle(_request, response, record)
      })
      await delay(50)
      record(
        `write ${response.write('x', (error) => record(`called ${told(error)}`))} ${responseState(response)}`,
      )
      setTimeout(() => record('later'), 30)
    },
    { until: 'later' },
  ),
  bare(
    'client leaves: socket close',
    leaving,
    (request, response, record) => {
      request.socket.on('close', () => record(`socket close ${request.socket.destroyed}`))
      return trickle(request, response, record)
    },
    { until: 'socket close' },
  ),
  bare(
    'client closes its half before the answer',
    script([write(head()), halfClose]),
    async (_request, response) => {
      await delay(40)
      response.end('still here')
    },
  ),
  bare(
    'client leaves after the answer',
    script([write(head({ keepAlive: true })), untilHead, destroy]),
    watchedResponse((_request, response) => void response.end('whole')),
    ofResponse,
  ),
]
