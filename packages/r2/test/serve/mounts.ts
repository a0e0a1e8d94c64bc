import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MemoryStore, serveR2 } from '@node-cf/r2'
import { toRequestListener } from '@node-cf/r2/node'
import { type RunningWorker, startWorker } from '../../../../scripts/workerd/index.ts'
import { expressApp, fastifyApp } from './apps.ts'

/** Where the handler is mounted in the tests; the first is the handler and nothing else. */
export const mountNames = [
  'a Worker',
  'Express on a Worker',
  'Fastify on a Worker',
  'node:http',
  'Express on Node',
  'Fastify on Node',
] as const

export type MountName = (typeof mountNames)[number]

export interface Mount {
  readonly port: number
  /** The path before the keys, with its slash. */
  readonly path: string
}

/** All mounts, over two stores that have the same files. */
export interface Mounts {
  readonly worker: RunningWorker
  readonly store: MemoryStore
  at(name: MountName): Mount
  stop(): Promise<void>
}

/** Starts a Worker that serves a bucket at `/worker/`, `/express/` and `/fastify/`. */
export function startServingWorker(): Promise<RunningWorker> {
  return startWorker({
    entry: `${import.meta.dirname}/workers/serve.ts`,
    bindings: { r2Buckets: { BUCKET: 'bucket' } },
  })
}

/** Puts an object into the Worker's bucket as it is, whatever its metadata. */
export async function putObject(
  worker: RunningWorker,
  object: { key: string; httpMetadata?: Record<string, string>; size?: number },
  body: string = '',
): Promise<void> {
  const headers = { 'x-object': encodeURIComponent(JSON.stringify(object)) }
  const response = await worker.fetch('/put', { method: 'POST', headers, body })
  if (!response.ok) throw new Error(await response.text())
}

export async function startMounts(files: Record<string, string>): Promise<Mounts> {
  const worker = await startServingWorker()
  const store = new MemoryStore({ publicUrl: '/media/' })
  for (const [key, text] of Object.entries(files)) {
    await putObject(worker, { key, httpMetadata: { contentType: 'text/plain' } }, text)
    await store.save(key, text)
  }
  const plain = createServer(toRequestListener(serveR2(store)))
  const express = createServer(expressApp(store))
  const fastify = fastifyApp(store)
  await fastify.ready()
  const servers = [plain, express, fastify.server]
  const ports = await Promise.all(servers.map(listen))
  const mounts = new Map<MountName, Mount>([
    ['a Worker', { port: worker.port, path: '/worker/' }],
    ['Express on a Worker', { port: worker.port, path: '/express/' }],
    ['Fastify on a Worker', { port: worker.port, path: '/fastify/' }],
    ['node:http', { port: ports[0]!, path: '/media/' }],
    ['Express on Node', { port: ports[1]!, path: '/media/' }],
    ['Fastify on Node', { port: ports[2]!, path: '/media/' }],
  ])
  return {
    worker,
    store,
    at: (name) => mounts.get(name)!,
    async stop() {
      await Promise.all([worker.dispose(), ...servers.map(close)])
    },
  }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return (server.address() as AddressInfo).port
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => {
    server.close(resolve)
  })
}
