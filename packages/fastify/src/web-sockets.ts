import type { IncomingMessage } from 'node:http'
import type { RequestListener } from '@node-cf/bridge'
import { FastifyAdapterError } from './errors.ts'

/** As much of a server, of HTTP/1 or 2, as tells whether somebody waits for WebSockets. */
export interface ServerLike {
  listenerCount(event: 'upgrade'): number
}

const REMEDY =
  "@fastify/websocket writes to a raw socket, and Workers have none. Answer such requests before they reach the app, in the Worker's own fetch: by a WebSocketPair, or in a Durable Object."

/**
 * Has requests for a WebSocket refused, and said why, where an app takes them. They come as plain
 * requests, which @fastify/websocket answers by an empty 404.
 * @param listener What answers the app's requests
 * @param server The app's server, to which whoever takes WebSockets listens
 * @returns What answers them now; the same listener where nobody does
 */
export function refusingWebSockets(
  listener: RequestListener,
  server: ServerLike | undefined,
): RequestListener {
  if (!server?.listenerCount('upgrade')) return listener
  console.warn(`[ERR_FASTIFY_WEBSOCKET] This app takes WebSockets, and gets none. ${REMEDY}`)
  return (request, response) => {
    if (!isForWebSocket(request)) return listener(request, response)
    const { method, url } = request
    console.error(
      new FastifyAdapterError(
        'ERR_FASTIFY_WEBSOCKET',
        `${method} ${url} asks for a WebSocket. ${REMEDY}`,
      ),
    )
    response.writeHead(501, { 'content-type': 'text/plain; charset=utf-8' }).end('Not Implemented')
  }
}

function isForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket'
}
