import { AsyncLocalStorage } from 'node:async_hooks'
import { BridgeError } from './errors.ts'

/** The part of a Worker's `ExecutionContext` that the bridge calls. */
export interface ExecutionContextLike {
  waitUntil(promise: Promise<unknown>): void
}

/**
 * What belongs to the request being served: the Worker's bindings (`env`), its execution context
 * (`ctx`, to call `waitUntil` on), what Cloudflare knows of the client (`cf`), and the `Request`
 * itself.
 */
export interface RequestContext<Env = unknown, Ctx = ExecutionContextLike, Cf = unknown> {
  readonly env: Env
  readonly ctx: Ctx
  readonly cf: Cf
  readonly request: Request
}

const storage = new AsyncLocalStorage<RequestContext>()

/**
 * Returns the context of the request being served, anywhere below its handler.
 * @returns The bindings, execution context, `cf` object and `Request` of the current request
 * @throws {BridgeError} `ERR_BRIDGE_NO_CONTEXT` when called outside a request, at module scope say
 */
export function getContext<
  Env = unknown,
  Ctx = ExecutionContextLike,
  Cf = unknown,
>(): RequestContext<Env, Ctx, Cf> {
  const context = storage.getStore()
  if (context === undefined) {
    throw new BridgeError(
      'ERR_BRIDGE_NO_CONTEXT',
      'getContext() was called outside a request. Bindings exist only while a request is served: call it inside a handler, not at module scope.',
    )
  }
  return context as RequestContext<Env, Ctx, Cf>
}

/** The context of the request being served, where there is one. */
export function currentContext(): RequestContext | undefined {
  return storage.getStore()
}

/** Calls `work` so that `getContext()` returns `context` in everything it starts. */
export function runInContext<Result>(context: RequestContext, work: () => Result): Result {
  return storage.run(context, work)
}

/** Whether the code that runs belongs to the request of this context. */
export function isInContext(context: RequestContext): boolean {
  return storage.getStore() === context
}

/** Ends the request being served, where there is one: what it was doing threw. */
export function failCurrentRequest(error: unknown): void {
  const context = storage.getStore()
  if (!(context instanceof RequestScope)) return
  context.exchange?.disconnect(error instanceof Error ? error : null)
}

/** An exchange that can be broken off. */
interface Exchange {
  readonly req: { readonly method: string; readonly url: string }
  readonly isAnswered: boolean
  disconnect(error: Error | null): void
}

/** A request as far as the end of its exchange asks for it. */
interface EndedRequest {
  readonly cloudflare: RequestContext
  /** Whether the app read a body that came in more than one piece. */
  readonly _hasLongBody: boolean
}

/**
 * Lets go of an exchange that is over. The runtime keeps a request's context until it collects all
 * garbage: what the context led to would outlive every smaller collection.
 */
export function endExchange(request: EndedRequest): void {
  const { cloudflare: context } = request
  if (context instanceof RequestScope) context.exchange = undefined
  if (!request._hasLongBody) latest.request = request
}

/**
 * The last request that is over, with its response. V8 throws away what it compiled for objects of a
 * shape when it finds none left of that shape, and between two requests there may be none. A long
 * body, of which an app may have kept all, is not worth it.
 */
const latest: { request: EndedRequest | undefined } = { request: undefined }

/** What is left where a request is served without a Worker's context, on Node say. */
const NO_CONTEXT: ExecutionContextLike = {
  waitUntil(promise) {
    promise.catch(() => {})
  },
}

/** A request's context; `cf` is read from the request only when somebody asks for it. */
export class RequestScope implements RequestContext {
  readonly env: unknown
  readonly ctx: ExecutionContextLike
  readonly request: Request
  /** The exchange that answers the request, until it is over. */
  exchange: Exchange | undefined = undefined

  constructor(request: Request, env: unknown, ctx: ExecutionContextLike = NO_CONTEXT) {
    this.request = request
    this.env = env
    this.ctx = ctx
  }

  get cf(): unknown {
    return (this.request as { cf?: unknown }).cf
  }
}
