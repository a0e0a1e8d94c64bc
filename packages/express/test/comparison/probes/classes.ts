/** Behaviours 8, 13 and 19: what `request` and `response` are, for code that asks or subclasses. */
// oxlint-disable typescript/unbound-method -- methods are taken off and put back, as middleware does
import { EventEmitter } from 'node:events'
import http, { IncomingMessage, OutgoingMessage, Server, ServerResponse } from 'node:http'
import { Duplex, Readable, Stream, Writable } from 'node:stream'
import net from 'node:net'
import { answer, attempt } from '../../../../../scripts/comparison/observe.ts'
import { bare, type Definition } from '../probe.ts'
import { get } from '../../../../../scripts/comparison/request.ts'

const requestMembers = [
  '_destroy',
  '_dump',
  '_read',
  'aborted',
  'complete',
  'connection',
  'headers',
  'headersDistinct',
  'httpVersion',
  'method',
  'rawHeaders',
  'rawTrailers',
  'readable',
  'setTimeout',
  'socket',
  'statusCode',
  'statusMessage',
  'trailers',
  'trailersDistinct',
  'url',
  'signal',
  'pipe',
  'read',
  'unshift',
  'wrap',
  'asIndexedPairs',
  'destroy',
  'joinDuplicateHeaders',
  'res',
  'upgrade',
]
const responseMembers = [
  '_contentLength',
  '_finish',
  '_flushOutput',
  '_hasBody',
  '_header',
  '_headerSent',
  '_implicitHeader',
  '_last',
  '_onPendingData',
  '_removedConnection',
  '_removedContLen',
  '_removedTE',
  '_renderHeaders',
  '_send',
  '_sent100',
  '_expect_continue',
  '_storeHeader',
  '_writeRaw',
  '_keepAliveTimeout',
  '_headers',
  '_headerNames',
  'addTrailers',
  'appendHeader',
  'assignSocket',
  'chunkedEncoding',
  'connection',
  'cork',
  'destroy',
  'destroyed',
  'detachSocket',
  'end',
  'errored',
  'finished',
  'flushHeaders',
  'getHeader',
  'getHeaderNames',
  'getHeaders',
  'getRawHeaderNames',
  'hasHeader',
  'headersSent',
  'maxRequestsOnConnectionReached',
  'outputData',
  'outputSize',
  'pipe',
  'removeHeader',
  'req',
  'sendDate',
  'setHeader',
  'setHeaders',
  'setTimeout',
  'shouldKeepAlive',
  'socket',
  'statusCode',
  'statusMessage',
  'strictContentLength',
  'uncork',
  'useChunkedEncodingByDefault',
  'writable',
  'writableCorked',
  'writableEnded',
  'writableFinished',
  'writableHighWaterMark',
  'writableLength',
  'writableNeedDrain',
  'writableObjectMode',
  'write',
  'writeContinue',
  'writeEarlyHints',
  'writeHead',
  'writeHeader',
  'writeProcessing',
]

const typesOf = (target: object, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.map((name) => {
      const value = (target as Record<string, unknown>)[name]
      return [name, value === null ? 'null' : typeof value]
    }),
  )

export const classes: Definition[] = [
  bare('instanceof', get(), (request, response) => {
    answer(response, {
      incoming: request instanceof IncomingMessage,
      readable: request instanceof Readable,
      requestStream: request instanceof Stream,
      requestEmitter: request instanceof EventEmitter,
      notWritable: request instanceof Duplex,
      serverResponse: response instanceof ServerResponse,
      outgoing: response instanceof OutgoingMessage,
      defaultImport:
        response instanceof http.ServerResponse && request instanceof http.IncomingMessage,
      responseStream: response instanceof Stream,
      responseEmitter: response instanceof EventEmitter,
      writable: (response as unknown) instanceof Writable,
    })
  }),
  bare('constructor names', get(), (request, response) => {
    answer(response, {
      request: request.constructor.name,
      response: response.constructor.name,
      constructors: [
        request.constructor === IncomingMessage,
        response.constructor === ServerResponse,
      ],
      tags: [Object.prototype.toString.call(request), Object.prototype.toString.call(response)],
    })
  }),
  bare('members of the request', get(), (request, response) =>
    answer(response, typesOf(request, requestMembers)),
  ),
  bare('members of the response', get(), (_request, response) =>
    answer(response, typesOf(response, responseMembers)),
  ),
  bare('fields can be added', get(), (request, response) => {
    const withUser = Object.assign(request, { user: { name: 'a' } })
    const withLocals = Object.assign(response, { locals: { a: 1 } })
    answer(response, { user: withUser.user, locals: withLocals.locals })
  }),
  bare('end can be wrapped, as sessions and loggers do', get(), (_request, response) => {
    const { end, write } = response
    let written = 0
    response.write = function wrappedWrite(this: ServerResponse, ...values: unknown[]) {
      written++
      return (write as (...values: unknown[]) => boolean).apply(this, values)
    } as typeof write
    response.end = function wrappedEnd(this: ServerResponse, ...values: unknown[]) {
      response.setHeader('X-Written', written)
      return (end as (...values: unknown[]) => ServerResponse).apply(this, values)
    } as typeof end
    response.end('wrapped')
  }),
  bare('writeHead can be wrapped, as on-headers does', get(), (_request, response) => {
    const { writeHead } = response
    response.writeHead = function wrapped(this: ServerResponse, ...values: unknown[]) {
      this.setHeader('X-Wrapped', 'yes')
      return (writeHead as (...values: unknown[]) => ServerResponse).apply(this, values)
    }
    response.statusCode = 201
    response.end('implicit head')
  }),
  bare('wrapped writeHead is called by write()', get(), (_request, response) => {
    const { writeHead } = response
    let calls = 0
    response.writeHead = function wrapped(this: ServerResponse, ...values: unknown[]) {
      calls++
      return (writeHead as (...values: unknown[]) => ServerResponse).apply(this, values)
    }
    response.write('a')
    response.write('b')
    response.end(` ${calls}`)
  }),
  bare('wrapped writeHead is called by flushHeaders()', get(), (_request, response) => {
    const { writeHead } = response
    let calls = 0
    response.writeHead = function wrapped(this: ServerResponse, ...values: unknown[]) {
      calls++
      return (writeHead as (...values: unknown[]) => ServerResponse).apply(this, values)
    }
    response.flushHeaders()
    response.end(` ${calls}`)
  }),
  bare('wrapped setHeader is not called by the bridge', get(), (_request, response) => {
    let calls = 0
    const { setHeader } = response
    response.setHeader = function wrapped(
      this: ServerResponse,
      ...values: Parameters<typeof setHeader>
    ) {
      calls++
      return setHeader.apply(this, values)
    }
    response.end(`${calls}`)
  }),
  bare('a prototype in between, as Express puts there', get(), (request, response) => {
    const requestParent = Object.create(Object.getPrototypeOf(request) as object) as Record<
      string,
      unknown
    >
    requestParent.hello = () => 'request'
    Object.setPrototypeOf(request, requestParent)
    const responseParent = Object.create(Object.getPrototypeOf(response) as object) as Record<
      string,
      unknown
    >
    responseParent.hello = () => 'response'
    Object.setPrototypeOf(response, responseParent)
    answer(response, {
      request: (request as unknown as { hello(): string }).hello(),
      response: (response as unknown as { hello(): string }).hello(),
      instance: request instanceof IncomingMessage && response instanceof ServerResponse,
    })
  }),
  bare('the prototypes that Express 4 builds from', get(), (request, response) => {
    Object.setPrototypeOf(request, Object.create(IncomingMessage.prototype) as object)
    Object.setPrototypeOf(response, Object.create(ServerResponse.prototype) as object)
    response.setHeader('X-One', '1')
    answer(response, {
      url: request.url,
      headers: typeof request.headers,
      one: response.getHeader('x-one'),
    })
  }),
  bare('own keys of request and response can be read', get(), (request, response) => {
    const read = (target: object) =>
      Object.keys(target).every(
        (key) => (target as Record<string, unknown>)[key] !== Symbol.for('never'),
      )
    answer(response, { request: read(request), response: read(response) })
  }),
  bare('new ServerResponse(request)', get(), (request, response) => {
    answer(response, {
      made: attempt(() => typeof new ServerResponse(request).setHeader),
      called: attempt(() =>
        (
          ServerResponse as unknown as { call(target: object, request: IncomingMessage): void }
        ).call(Object.create(ServerResponse.prototype), request),
      ),
    })
  }),
  bare('ServerResponse by inheritance, as light-my-request does', get(), (request, response) => {
    const observed = attempt(() => {
      function Mock(this: ServerResponse) {
        ;(ServerResponse as unknown as { call(target: object, request: object): void }).call(this, {
          method: 'GET',
          httpVersionMajor: 1,
          httpVersionMinor: 1,
        })
      }
      Object.setPrototypeOf(Mock.prototype, ServerResponse.prototype)
      const mock = new (Mock as unknown as { new (): ServerResponse })()
      mock.setHeader('X-One', '1')
      return [mock.getHeader('x-one'), mock instanceof ServerResponse]
    })
    void request
    answer(response, observed)
  }),
  bare('new IncomingMessage(socket)', get(), (_request, response) => {
    answer(
      response,
      attempt(() => {
        const message = new IncomingMessage(new net.Socket())
        return [message.readable, message.method === null, Object.keys(message.headers).length]
      }),
    )
  }),
  bare('class that extends ServerResponse', get(), (request, response) => {
    answer(
      response,
      attempt(() => {
        class Mine extends ServerResponse {
          greet() {
            return 'hello'
          }
        }
        const mine = new Mine(request)
        mine.setHeader('X-One', '1')
        return [mine.greet(), mine.getHeader('x-one')]
      }),
    )
  }),
  bare('http.Server and friends exist', get(), (_request, response) => {
    answer(response, {
      server: typeof Server,
      agent: typeof http.Agent,
      globalAgent: typeof http.globalAgent,
      methods: Array.isArray(http.METHODS),
      maxHeaderSize: typeof http.maxHeaderSize,
      createServer: typeof http.createServer,
    })
  }),
]
