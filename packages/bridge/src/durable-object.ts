import { appWrapped } from '#resolution'
import { DurableObjectBase } from '#durable-object'
import { BridgeError } from './errors.ts'
import {
  type FrameworkListener,
  plainAnswer,
  type RequestListener,
  serve,
  type Serving,
  toServing,
} from './handler.ts'
import { type BridgeOptions, checkedOptions } from './options.ts'
import {
  currentContext,
  type ExecutionContextLike,
  type RequestContext,
  RequestScope,
} from './request-context.ts'

/** The part of a Durable Object's state that the bridge calls. */
export interface DurableObjectStateLike extends ExecutionContextLike {
  readonly id: { toString(): string; readonly name?: string }
  readonly storage: unknown
  blockConcurrencyWhile<Result>(work: () => Promise<Result>): Promise<Result>
}

export interface DurableObjectOptions<
  Env = unknown,
  Db = unknown,
  State = DurableObjectStateLike,
> extends BridgeOptions {
  /** Returns the object's database, for `getObjectContext().db`: called once, when it starts. */
  db?: (ctx: State, env: Env) => Db
  /**
   * Prepares the object before its first request, its database's migrations say. Where it fails
   * every request gets a 503, and the log the reason.
   */
  setUp?: SetUp<Env, Db, State>
}

type SetUp<Env, Db, State> = (db: Db, ctx: State, env: Env) => Promise<unknown>

/** What belongs to a request that a Durable Object serves; `ctx` is the object's state. */
export interface ObjectContext<
  Db = unknown,
  Env = unknown,
  State = DurableObjectStateLike,
  Cf = unknown,
> extends RequestContext<Env, State, Cf> {
  readonly db: Db
}

/** A Durable Object that serves an app. Subclasses add `alarm`, methods to call, or a `fetch`. */
export interface AppObject<Env = unknown, Db = unknown, State = DurableObjectStateLike> {
  readonly ctx: State
  readonly env: Env
  /** What the option `db` returned. */
  readonly db: Db
  fetch(request: Request): Response | Promise<Response>
  /** Cloudflare's types know a class of objects by this; it has no value. */
  readonly __DURABLE_OBJECT_BRAND: never
}

/** The class of such objects, for a Worker's exports. */
export type AppObjectClass<Env = unknown, Db = unknown, State = DurableObjectStateLike> = new (
  ctx: State,
  env: Env,
) => AppObject<Env, Db, State>

/**
 * Makes the class of a Durable Object whose requests a Node request listener answers.
 * @param listenerOf Returns what answers the requests of one object, when the object starts
 * @param options What to do when an object starts, how long to wait, and for what
 * @returns The class, for a Worker's exports
 * @throws {BridgeError} `ERR_BRIDGE_OPTION` for an option that is not as described
 */
export function toDurableObjectClass<Env, Db, State extends DurableObjectStateLike>(
  listenerOf: (ctx: State, env: Env) => RequestListener | FrameworkListener,
  options: DurableObjectOptions<Env, Db, State> = {},
): AppObjectClass<Env, Db, State> {
  const settings = checkedOptions(options)
  const { db: openDb, setUp } = options
  checkFunction('db', openDb)
  checkFunction('setUp', setUp)
  appWrapped()

  class ListenerObject extends DurableObjectBase {
    declare readonly ctx: State
    declare readonly env: Env
    declare readonly __DURABLE_OBJECT_BRAND: never
    readonly db: Db
    readonly #serving: Serving
    /** Why the object cannot serve. */
    #failure: { readonly reason: unknown } | undefined

    constructor(ctx: State, env: Env) {
      super(ctx, env)
      this.#serving = toServing(listenerOf(ctx, env))
      this.db = openDb?.(ctx, env) as Db
      if (setUp) void ctx.blockConcurrencyWhile(() => this.#setUp(setUp))
    }

    /** An error that left `blockConcurrencyWhile` would end the object, and nobody be told why. */
    async #setUp(work: SetUp<Env, Db, State>): Promise<void> {
      try {
        await work(this.db, this.ctx, this.env)
      } catch (reason) {
        this.#failure = { reason }
      }
    }

    fetch(request: Request): Response | Promise<Response> {
      if (this.#failure !== undefined) {
        // The client is not told why.
        console.error(this.#failure.reason)
        return plainAnswer(503)
      }
      const scope = new ObjectScope(request, this.env, this.ctx, this.db)
      return serve(this.#serving, settings, scope)
    }
  }
  return ListenerObject
}

function checkFunction(option: string, value: unknown): void {
  if (value === undefined || typeof value === 'function') return
  throw new BridgeError(
    'ERR_BRIDGE_OPTION',
    `${option} must be a function, called when an object starts; got ${typeof value}.`,
  )
}

class ObjectScope extends RequestScope implements ObjectContext {
  declare readonly ctx: DurableObjectStateLike
  readonly db: unknown

  constructor(request: Request, env: unknown, ctx: DurableObjectStateLike, db: unknown) {
    super(request, env, ctx)
    this.db = db
  }
}

/**
 * Returns the context of the request that a Durable Object is serving, anywhere below its handler.
 * @returns What `getContext()` returns, with the object's state as `ctx`, and its database
 * @throws {BridgeError} `ERR_BRIDGE_NO_OBJECT` when called outside a request of an object
 */
export function getObjectContext<
  Db = unknown,
  Env = unknown,
  State = DurableObjectStateLike,
  Cf = unknown,
>(): ObjectContext<Db, Env, State, Cf> {
  const context = currentContext()
  if (!(context instanceof ObjectScope)) {
    throw new BridgeError(
      'ERR_BRIDGE_NO_OBJECT',
      'getObjectContext() was called outside a request of a Durable Object. The storage of an object exists only in the object: call it inside a handler of the app that toDurableObject() was given.',
    )
  }
  return context as unknown as ObjectContext<Db, Env, State, Cf>
}
