import { appWrapped } from '#resolution'
import {
  type IncomingMessage as NodeRequest,
  type Server,
  type ServerResponse as NodeResponse,
  STATUS_CODES,
} from 'node:http'
import { holdAfterDisconnect, holdInvocation } from './after-response.ts'
import { BridgeError } from './errors.ts'
import {
  type ExchangeMaker,
  exchangeMaker,
  type FrameworkPrototypes,
  makeExchange,
} from './exchange.ts'
import { meetExpectation } from './expectation.ts'
import type { IncomingMessage } from './incoming-message.ts'
import { runModuleTimers } from './module-timers.ts'
import { connectionReset } from './node-errors.ts'
import { checkedOptions, type BridgeOptions, type Settings } from './options.ts'
import {
  type ExecutionContextLike,
  isInContext,
  type RequestContext,
  RequestScope,
  runInContext,
} from './request-context.ts'
import type { ServerResponse } from './server-response.ts'
import { wait } from './waiting.ts'

/** What Node's `http.createServer` takes: an Express app, `fastify.routing`, or a function. */
export type RequestListener = (request: NodeRequest, response: NodeResponse) => unknown

/** A listener with what its framework gives every request and response for a prototype. */
export interface FrameworkListener {
  readonly listener: RequestListener
  readonly prototypes: FrameworkPrototypes
}

/** A Worker's `fetch`. */
export type FetchHandler<Env = unknown> = (
  request: Request,
  env?: Env,
  ctx?: ExecutionContextLike,
) => Response | Promise<Response>

/**
 * Makes a Worker's `fetch` of a Node request listener.
 * @param listener What answers: `(req, res) => …`, alone or with its framework's prototypes
 * @param options How long to wait, and for what
 * @returns A function for a Worker's `fetch`
 * @throws {BridgeError} `ERR_BRIDGE_OPTION` for an option that is not as described,
 *   `ERR_BRIDGE_PROTOTYPE` for a prototype that does not lead to `node:http`'s
 */
export function toFetchHandler(
  listener: RequestListener | FrameworkListener,
  options: BridgeOptions = {},
): FetchHandler {
  const serving = toServing(listener)
  const settings = checkedOptions(options)
  appWrapped()
  return (request, env, ctx) => serve(serving, settings, new RequestScope(request, env, ctx))
}

/** A listener, and what its requests and responses are made by. */
export interface Serving {
  readonly listener: RequestListener
  readonly make: ExchangeMaker
  /** The server that the app listens with, where it made one. */
  readonly server?: Server
}

/** Checks a listener when it is given, and prepares what its exchanges need. */
export function toServing(given: RequestListener | FrameworkListener): Serving {
  if (typeof given === 'function') return { listener: given, make: makeExchange }
  if (typeof given?.listener !== 'function') {
    throw new BridgeError(
      'ERR_BRIDGE_OPTION',
      `A request listener must be a function (req, res); got ${typeof given}.`,
    )
  }
  return { listener: given.listener, make: exchangeMaker(given.prototypes) }
}

/** Serves one request. */
export function serve(
  serving: Serving,
  settings: Settings,
  scope: RequestScope,
): Response | Promise<Response> {
  runModuleTimers()
  const res = serving.make(scope, serving.server)
  scope.exchange = res
  return runInContext(scope, () => handle(serving, settings, scope, res))
}

function handle(
  serving: Serving,
  settings: Settings,
  scope: RequestScope,
  res: ServerResponse,
): Response | Promise<Response> {
  const { req } = res
  const { ctx } = scope
  callListener(serving, req, res, ctx)
  req._listenerDone()
  if (!res.isComplete) return answerLater(res, settings, scope)
  holdInvocation(ctx, settings)
  return res.toResponse() ?? failure(res)
}

function callListener(
  { listener, server }: Serving,
  req: IncomingMessage,
  res: ServerResponse,
  ctx: ExecutionContextLike,
): void {
  // To the app these are Node's own: only what is never asked for differs.
  const request = req as unknown as NodeRequest
  const response = res as unknown as NodeResponse
  try {
    const { expect } = req.headers
    if (expect !== undefined && meetExpectation(expect, server, request, response)) return
    const result = listener(request, response)
    if (typeof (result as PromiseLike<unknown> | undefined)?.then === 'function') {
      ctx.waitUntil(
        Promise.resolve(result as PromiseLike<unknown>).then(undefined, (error: unknown) =>
          onThrown(error, res),
        ),
      )
    }
  } catch (error) {
    onThrown(error, res)
  }
}

/** A listener threw: Node's process would end. Here its request fails, and no other is harmed. */
function onThrown(error: unknown, res: ServerResponse): void {
  console.error(error)
  res.destroy(error instanceof Error ? error : new Error('The listener threw', { cause: error }))
}

/** Answers an exchange that the listener left open when it returned. */
async function answerLater(
  res: ServerResponse,
  settings: Settings,
  scope: RequestScope,
): Promise<Response> {
  void watchOver(res, settings, scope)
  if (!res.isAnswered) {
    await res.whenAnswered()
    holdInvocation(scope.ctx, settings)
  }
  if (!res.isComplete) watchStream(res, settings, scope)
  return res.toResponse() ?? failure(res)
}

/**
 * Watches over an exchange until it is answered. Mostly the answer is there in a moment, when the
 * handler waits for nothing, or for a small body alone: watching costs a tenth of such a request.
 */
async function watchOver(
  res: ServerResponse,
  settings: Settings,
  scope: RequestScope,
): Promise<void> {
  res._onDisconnect = () => holdAfterDisconnect(scope.ctx, settings)
  const hasBody = scope.request.body !== null
  const read = hasBody ? res.req._whenRead() : Promise.resolve()
  if (read !== undefined) {
    // Who leaves meanwhile breaks the body off; but for this, the runtime would end the request.
    if (hasBody) scope.ctx.waitUntil(read)
    await read
    for (let turn = 0; turn < TURNS_TO_END; turn += 1) await Promise.resolve()
    if (res.isComplete) return
  }
  watchClient(scope)
  limitTime(scope, settings)
}

/** So many turns handlers and listeners take that wait for nothing but a turn or some. */
const TURNS_TO_END = 12

/** Notices a client that goes away, and lets the handler go on as it would on Node. */
function watchClient(scope: RequestScope): void {
  const { signal } = scope.request
  if (signal.aborted) onAbort(scope)
  // The event comes from outside of the request's context.
  else signal.addEventListener('abort', () => runInContext(scope, () => onAbort(scope)))
}

/** The signal keeps its listener for long, and by way of the scope that lets go of what is over. */
function onAbort({ exchange }: RequestScope): void {
  exchange?.disconnect(connectionReset())
}

/**
 * Limits the time that a request waits for its answer. The timer has another use: without one, the
 * runtime gives up on a request that waits for another's work.
 */
function limitTime(scope: RequestScope, { responseTimeout }: Settings): void {
  if (scope.exchange?.isAnswered !== false) return
  // By way of the scope, as the timer runs on when the exchange is over.
  void wait(responseTimeout).then(() => onTimeout(scope, responseTimeout))
}

/** Watches over a body that goes out piece by piece, which may be silent for long. */
function watchStream(res: ServerResponse, settings: Settings, scope: RequestContext): void {
  const timer = setInterval(() => {
    if (res.closed) clearInterval(timer)
  }, SIGN_OF_LIFE)
  timer.unref()
  res.once('close', () => {
    // Whoever finished the response may be another request, whose timers and work are its own.
    if (!isInContext(scope)) return
    clearInterval(timer)
    holdInvocation(scope.ctx, settings)
  })
}

/** A timer that only shows that a stream is alive runs this often, in milliseconds. */
const SIGN_OF_LIFE = 10_000

function onTimeout({ exchange }: RequestScope, responseTimeout: number): void {
  if (exchange?.isAnswered !== false) return
  const { method, url } = exchange.req
  const error = new BridgeError(
    'ERR_BRIDGE_RESPONSE_TIMEOUT',
    `${method} ${url} was not answered within ${responseTimeout} ms (option responseTimeout). Does a handler end without res.end() or next()?`,
  )
  console.error(error)
  exchange.disconnect(error)
}

/** The answer to a request that was broken off. It says nothing of why: the log does. */
function failure({ _reason: reason }: ServerResponse): Response {
  const { code } = (reason ?? {}) as { code?: string }
  // The request's body broke off or was malformed: Node's parser answers so.
  if (code === 'ECONNRESET') return new Response(null, { status: 400 })
  return plainAnswer(code === 'ERR_BRIDGE_RESPONSE_TIMEOUT' ? 503 : 500)
}

/** An answer that says its status and no more. */
export function plainAnswer(status: number): Response {
  return new Response(STATUS_CODES[status], {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  })
}
