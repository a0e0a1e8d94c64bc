import { toWorker as expressWorker } from '@node-cf/express'
import { toWorker as fastifyWorker } from '@node-cf/fastify'
import type { ExecutionContext, R2Bucket, R2MultipartUpload } from '@cloudflare/workers-types'
import { R2Store } from '@node-cf/r2'
import { type Event, expressApp, fastifyApp } from '../apps.ts'

interface Env {
  EXPRESS: R2Bucket
  FASTIFY: R2Bucket
}

let env: Env

/** A bucket, what has happened to it, and the store over it. */
class Observed {
  readonly events: Event[] = []
  readonly store: R2Store
  /** Uploads in parts that were neither completed nor aborted. */
  readonly #open = new Set<string>()
  readonly #name: keyof Env

  constructor(name: keyof Env) {
    this.#name = name
    this.store = new R2Store({ bucket: () => this.#watched(env[name]), publicUrl: '/media/' })
  }

  #watched(bucket: R2Bucket): R2Bucket {
    return new Proxy(bucket, {
      get: (target, name) => {
        if (name !== 'createMultipartUpload') {
          return (target[name as keyof R2Bucket] as () => unknown).bind(target)
        }
        return async (...values: Parameters<R2Bucket['createMultipartUpload']>) =>
          this.#watch(await target.createMultipartUpload(...values))
      },
    })
  }

  #watch(upload: R2MultipartUpload): R2MultipartUpload {
    const open = this.#open.add(upload.uploadId)
    return {
      key: upload.key,
      uploadId: upload.uploadId,
      uploadPart: (...values) => upload.uploadPart(...values),
      async abort() {
        await upload.abort()
        open.delete(upload.uploadId)
      },
      async complete(parts) {
        const object = await upload.complete(parts)
        open.delete(upload.uploadId)
        return object
      },
    }
  }

  /** What is in the bucket, whatever the store would say of it. */
  async state(): Promise<Response> {
    const { objects } = await env[this.#name].list()
    const keys = objects.map(({ key }) => key)
    return Response.json({ keys, open: this.#open.size, events: this.events })
  }

  async read(key: string): Promise<Response> {
    const { stream, contentType, contentDisposition, metadata } = await this.store.open(key)
    return new Response(stream, {
      headers: { 'x-stat': JSON.stringify({ contentType, contentDisposition, metadata }) },
    })
  }
}

const observed = { express: new Observed('EXPRESS'), fastify: new Observed('FASTIFY') }
const workers = {
  express: expressWorker(expressApp(observed.express.store, observed.express.events)),
  fastify: await fastifyWorker(fastifyApp(observed.fastify.store, observed.fastify.events)),
}

export default {
  async fetch(request: Request, bindings: Env, ctx: ExecutionContext): Promise<Response> {
    env = bindings
    const url = new URL(request.url)
    const [, name, ...rest] = url.pathname.split('/') as [string, keyof typeof workers, ...string[]]
    const [path = '', key = ''] = rest
    switch (path) {
      case 'state':
        return observed[name].state()
      case 'forget':
        observed[name].events.length = 0
        return new Response()
      case 'read':
        return observed[name].read(decodeURIComponent(key))
      default:
        url.pathname = rest.join('/')
        return workers[name].fetch(new Request(url, request), bindings, ctx)
    }
  },
}
