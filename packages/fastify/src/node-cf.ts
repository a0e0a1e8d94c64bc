import createError from '@fastify/error'
import { type ExecutionContextLike, getContext, type RequestContext } from '@node-cf/bridge'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import plugin from 'fastify-plugin'

declare global {
  // What "wrangler types" declares, and what a project declares by hand, is added to this.
  namespace Cloudflare {
    interface Env {}
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The Worker's bindings, its execution context, and what Cloudflare knows of the client. */
    readonly cloudflare: CloudflareContext
  }
}

/** What belongs to a request on Workers. */
export interface CloudflareContext {
  /** The bindings. Their types are those of `Cloudflare.Env`, which a project adds to. */
  readonly env: Cloudflare.Env
  /** The execution context: `waitUntil` keeps work alive after the response. */
  readonly ctx: ExecutionContextLike
  /** What Cloudflare knows of the client: country, data centre, TLS version. */
  readonly cf: unknown
}

/** What requests get that come from no Worker: on Node, and from `inject` outside a request. */
export interface NodeCfOptions {
  env?: Cloudflare.Env
  /** By default work given to `waitUntil` is waited for by `app.close()`. */
  ctx?: ExecutionContextLike
  cf?: unknown
}

const NoBindingsError: createError.FastifyErrorConstructor<{ code: string }, []> = createError(
  'FST_ERR_NODE_CF_NO_BINDINGS',
  'This request comes from no Worker, and so has no bindings. On Node, and for inject() outside a request, give them when you register the plugin: app.register(nodeCf, { env: { … } }).',
)

const register: FastifyPluginAsync<NodeCfOptions> = async (app, options) => {
  const given = options.env && {
    env: options.env,
    ctx: options.ctx ?? contextUntilClose(app),
    cf: options.cf,
  }

  app.decorateRequest('cloudflare', {
    getter() {
      const { cloudflare } = this.raw as { cloudflare?: CloudflareContext }
      const context = cloudflare ?? contextOfCaller() ?? given
      if (context === undefined) throw new NoBindingsError()
      return context
    },
  })
}

/** A request that a handler injects belongs to the request that is being served. */
function contextOfCaller(): RequestContext<Cloudflare.Env> | undefined {
  try {
    return getContext<Cloudflare.Env>()
  } catch {
    return undefined
  }
}

/** Work after a response, which an app on Node finishes before it closes. */
function contextUntilClose(app: FastifyInstance): ExecutionContextLike {
  const unfinished = new Set<Promise<unknown>>()
  app.addHook('onClose', async () => {
    await Promise.all(unfinished)
  })
  return {
    waitUntil(promise) {
      const work = Promise.resolve(promise)
        .catch((error: unknown) => app.log.error(error))
        .finally(() => unfinished.delete(work))
      unfinished.add(work)
    },
  }
}

/** A plugin that gives requests `request.cloudflare`: `env`, `ctx` and `cf`. */
export const nodeCf: FastifyPluginAsync<NodeCfOptions> = plugin(register, {
  name: '@node-cf/fastify',
  fastify: '5.x',
})
