import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MemoryStore } from '@node-cf/r2'
import { type RunningWorker, startWorker } from '../../../../scripts/workerd/index.ts'
import { type Event, expressApp, fastifyApp } from './apps.ts'

export const serverNames = [
  'Express on a Worker',
  'Fastify on a Worker',
  'Express on Node',
  'Fastify on Node',
] as const

export type ServerName = (typeof serverNames)[number]

/** What a store holds, and what has happened. */
export interface State {
  keys: string[]
  /** How many uploads in parts have neither been completed nor aborted. */
  open: number
  events: Event[]
}

/** What is known of a file in a store. */
export interface Stored {
  bytes: Uint8Array
  contentType: string
  contentDisposition?: string
  metadata: Record<string, string>
}

/** An app that takes uploads. */
export interface UploadServer {
  readonly port: number
  /** What stands before the paths of the app. */
  readonly path: string
  state(): Promise<State>
  read(key: string): Promise<Stored>
  /** Forgets what has happened. */
  forget(): Promise<void>
}

export interface UploadServers {
  at(name: ServerName): UploadServer
  stop(): Promise<void>
}

export async function startServers(): Promise<UploadServers> {
  const worker = await startWorker({
    entry: `${import.meta.dirname}/workers/uploads.ts`,
    bindings: { r2Buckets: { EXPRESS: 'express', FASTIFY: 'fastify' } },
  })
  const expressStore = new MemoryStore({ publicUrl: '/media/' })
  const expressEvents: Event[] = []
  const express = createServer(expressApp(expressStore, expressEvents))
  const fastifyStore = new MemoryStore({ publicUrl: '/media/' })
  const fastifyEvents: Event[] = []
  const fastify = fastifyApp(fastifyStore, fastifyEvents)
  await fastify.ready()
  const servers = new Map<ServerName, UploadServer>([
    ['Express on a Worker', onWorker(worker, '/express')],
    ['Fastify on a Worker', onWorker(worker, '/fastify')],
    ['Express on Node', await onNode(express, expressStore, expressEvents)],
    ['Fastify on Node', await onNode(fastify.server, fastifyStore, fastifyEvents)],
  ])
  return {
    at: (name) => servers.get(name)!,
    async stop() {
      for (const server of [express, fastify.server]) server.close().closeAllConnections()
      await worker.dispose()
    },
  }
}

function onWorker(worker: RunningWorker, path: string): UploadServer {
  return {
    port: worker.port,
    path,
    state: async () => (await (await worker.fetch(`${path}/state`)).json()) as State,
    async read(key) {
      const response = await worker.fetch(`${path}/read/${encodeURIComponent(key)}`)
      const stat = JSON.parse(response.headers.get('x-stat')!) as Omit<Stored, 'bytes'>
      return { ...stat, bytes: new Uint8Array(await response.arrayBuffer()) }
    },
    async forget() {
      await worker.fetch(`${path}/forget`)
    },
  }
}

async function onNode(server: Server, store: MemoryStore, events: Event[]): Promise<UploadServer> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const keys = async (): Promise<string[]> =>
    (await Array.fromAsync(store.listAll())).map(({ key }) => key)
  return {
    port: (server.address() as AddressInfo).port,
    path: '',
    state: async () => ({ keys: await keys(), open: 0, events }),
    async read(key) {
      const file = await store.open(key)
      const { contentType, contentDisposition, metadata } = file
      return {
        bytes: await file.bytes(),
        contentType,
        ...(contentDisposition !== undefined && { contentDisposition }),
        metadata,
      }
    },
    async forget() {
      events.length = 0
    },
  }
}
