import { toWorker as expressWorker } from '@node-cf/express'
import { toWorker as fastifyWorker } from '@node-cf/fastify'
import type { ExecutionContext, R2Bucket, R2HTTPMetadata } from '@cloudflare/workers-types'
import { R2Store, serveR2 } from '@node-cf/r2'
import { toRequestListener } from '@node-cf/r2/node'
import express from 'express'
import { expressApp, fastifyApp } from '../apps.ts'
import { EndlessBody } from '../endless.ts'
import { pattern } from '../pattern.ts'

interface Env {
  BUCKET: R2Bucket
}

/** The binding's methods that have been called since somebody last asked. */
const calls: string[] = []

let bucket: R2Bucket

function watched(target: R2Bucket): R2Bucket {
  return new Proxy(target, {
    get(_target, name) {
      const method = target[name as keyof R2Bucket] as (...values: unknown[]) => unknown
      return (...values: unknown[]) => {
        calls.push(String(name))
        return method.apply(target, values)
      }
    },
  })
}

function storeAt(publicUrl: string): R2Store {
  return new R2Store({ bucket: () => bucket, location: 'files', publicUrl })
}

/** The body that is being downloaded, of which there is one at a time. */
let endless = new EndlessBody()
const endlessApp = express()
endlessApp.use(
  toRequestListener(async () => {
    endless = new EndlessBody('bytes')
    return new Response(endless.stream)
  }),
)

const direct = serveR2(storeAt('/worker/'))
const onExpress = expressWorker(expressApp(storeAt('/express/')))
const onFastify = await fastifyWorker(fastifyApp(storeAt('/fastify/')))
const onEndless = expressWorker(endlessApp)

export default {
  async fetch(request: Request, bindings: Env, ctx: ExecutionContext): Promise<Response> {
    bucket = watched(bindings.BUCKET)
    // As the client sent it: a URL would be tidied up.
    switch (request.url.split('/')[3]!) {
      case 'worker':
        return direct(request)
      case 'express':
        return onExpress.fetch(request, bindings, ctx)
      case 'fastify':
        return onFastify.fetch(request, bindings, ctx)
      case 'endless':
        return onEndless.fetch(request, bindings, ctx)
      case 'taken':
        return Response.json([endless.bytesTaken, endless.isCancelled])
      case 'put':
        return put(request, bindings.BUCKET)
      case 'calls':
        return Response.json(calls.splice(0))
      default:
        return new Response('none of these', { status: 421 })
    }
  },
}

/** Puts an object as anybody can who has the bucket, with whatever metadata. */
async function put(request: Request, target: R2Bucket): Promise<Response> {
  const { key, httpMetadata, size } = JSON.parse(
    decodeURIComponent(request.headers.get('x-object')!),
  ) as {
    key: string
    httpMetadata?: R2HTTPMetadata
    size?: number
  }
  const body = size === undefined ? await request.arrayBuffer() : pattern(0, size)
  const object = await target.put(`files/${key}`, body, { httpMetadata: httpMetadata ?? {} })
  return Response.json({ etag: object.etag, uploaded: object.uploaded })
}
