import { appWrapped } from '#resolution'
import http, { type Server, type ServerOptions } from 'node:http'
import https from 'node:https'
import type { AddressInfo, ListenOptions } from 'node:net'
import { BridgeError } from './errors.ts'
import { makeExchange } from './exchange.ts'
import { type FetchHandler, type RequestListener, serve, type Serving } from './handler.ts'
import * as errors from './node-errors.ts'
import { type BridgeOptions, checkedOptions } from './options.ts'
import { RequestScope } from './request-context.ts'

/**
 * Servers of an app that calls `listen()` itself. On Workers nothing listens: a server is known by
 * its port, and a Worker hands it the requests.
 */
const servers = new Map<number, Server>()
const addresses = new WeakMap<Server, AddressInfo | string>()
/** Where the search for a free port begins: the first that no system gives away (RFC 6335 §6). */
const FIRST_FREE_PORT = 49_152

/**
 * Makes a Worker's `fetch` of the server that the app started with `listen(port)`.
 * @param target The port the app listens on
 * @param options How long to wait, and for what
 * @returns A function for a Worker's `fetch`
 * @throws {BridgeError} `ERR_BRIDGE_OPTION` for a port that is none; when a request comes and no
 *   server listens on the port, `ERR_BRIDGE_NO_SERVER`
 */
export function toServerHandler(
  target: { port: number },
  options: BridgeOptions = {},
): FetchHandler {
  const { port } = target
  if (!isPort(port) || port === 0) {
    throw new BridgeError(
      'ERR_BRIDGE_OPTION',
      `port must be an integer from 1 to 65535; got ${String(port)}.`,
    )
  }
  const settings = checkedOptions(options)
  appWrapped()
  let serving: Serving | undefined
  return (request, env, ctx) => {
    const server = servers.get(port)
    if (server === undefined) throw noServer(port)
    if (serving?.server !== server) {
      serving = { listener: listenerOf(server), make: makeExchange, server }
    }
    return serve(serving, settings, new RequestScope(request, env, ctx))
  }
}

/** Whether a server listens on a port of this isolate. */
export function isListening(port: number): boolean {
  return servers.has(port)
}

function noServer(port: number): BridgeError {
  const listening = [...servers.keys()].join(', ') || 'none'
  return new BridgeError(
    'ERR_BRIDGE_NO_SERVER',
    `No server listens on port ${port} (listening: ${listening}). Does the app call listen(${port}) while it loads, after @node-cf is imported?`,
  )
}

/** Emits on a server what Node's emits for a request. */
function listenerOf(server: Server): RequestListener {
  return (request, response) => {
    if (server.listenerCount('connection') > 0) server.emit('connection', request.socket)
    server.emit('request', request, response)
  }
}

/** The server that listens on a port of this isolate, for requests that the app sends to itself. */
export function handlerOfPort(port: number): FetchHandler | undefined {
  return isListening(port) ? toServerHandler({ port }) : undefined
}

const NativeServer = http.Server

/** `http.Server` that accepts every option Node's does: those without meaning here are kept. */
function BridgedServer(
  options?: ServerOptions | RequestListener | null,
  listener?: RequestListener,
): Server {
  if (typeof options === 'function') {
    listener = options
    options = null
  }
  const server: Server = Reflect.construct(
    NativeServer,
    listener ? [listener] : [],
    new.target ?? NativeServer,
  )
  const { IncomingMessage: _request, ServerResponse: _response, ...settings } = options ?? {}
  return Object.assign(server, { requireHostHeader: true }, settings)
}

const listening = {
  listen(this: Server, ...values: unknown[]): Server {
    const { port: wanted, host, path, callback } = listenArguments(values)
    if (addresses.has(this)) throw errors.alreadyListening()
    if (callback) this.once('listening', callback)
    if (wanted !== 0 && servers.has(wanted)) {
      process.nextTick(() => this.emit('error', errors.addressInUse(wanted)))
      return this
    }
    const port = wanted === 0 ? freePort() : wanted
    servers.set(port, this)
    const family = host.includes(':') ? 'IPv6' : 'IPv4'
    addresses.set(this, path ?? { address: host, family, port })
    process.nextTick(() => {
      if (addresses.has(this)) this.emit('listening')
    })
    return this
  },

  close(this: Server, callback?: (error?: Error) => void): Server {
    const isRunning = addresses.has(this)
    if (callback) {
      this.once('close', isRunning ? callback : () => callback(errors.serverNotRunning()))
    }
    for (const [port, server] of servers) if (server === this) servers.delete(port)
    addresses.delete(this)
    process.nextTick(() => this.emit('close'))
    return this
  },

  address(this: Server): AddressInfo | string | null {
    return addresses.get(this) ?? null
  },
}

interface ListenArguments {
  /** 0 for any. */
  readonly port: number
  readonly host: string
  /** The name of a socket in the file system; Workers have none, so it only names the server. */
  readonly path: string | undefined
  readonly callback: (() => void) | undefined
}

/** What `listen()` was called with: `(port, host, backlog, callback)` or `({ port, host }, callback)`. */
function listenArguments(values: unknown[]): ListenArguments {
  const callback = values.findLast((value) => typeof value === 'function') as
    | (() => void)
    | undefined
  const [first, second] = values
  const isMissing = first === undefined || first === null || typeof first === 'function'
  const options: ListenOptions =
    typeof first === 'object' && first !== null
      ? first
      : { port: isMissing ? 0 : (first as number) }
  const named = typeof first === 'string' && Number.isNaN(Number(first)) ? first : options.path
  const isOption =
    typeof first === 'object' || typeof first === 'number' || typeof first === 'string'
  if (!isMissing && (!isOption || !('port' in options || 'path' in options))) {
    const reason = 'must have the property "port" or "path"'
    throw errors.invalidArgumentValue('options', first, reason)
  }
  const host = options === first ? options.host : second
  return {
    port: named === undefined ? checkedPort(options.port) : 0,
    host: typeof host !== 'string' ? '::' : host === 'localhost' ? '127.0.0.1' : host,
    path: named,
    callback,
  }
}

function checkedPort(given: unknown): number {
  if (given === undefined || given === null) return 0
  const port = typeof given === 'string' && given.trim() !== '' ? Number(given) : given
  if (!isPort(port)) throw errors.badPort(given)
  return port
}

function isPort(port: unknown): port is number {
  return Number.isInteger(port) && (port as number) >= 0 && (port as number) < 65_536
}

function freePort(): number {
  let port = FIRST_FREE_PORT
  while (servers.has(port)) port += 1
  return port
}

/**
 * Makes `http.createServer()` and `listen()` work as on Node. What modules import from `node:http`
 * is the runtime's own, so its prototype is changed; `require('http')` and the default import are
 * an object, whose functions are replaced.
 */
export function installServer(): void {
  Object.defineProperties(NativeServer.prototype, {
    ...Object.getOwnPropertyDescriptors(listening),
    listening: {
      configurable: true,
      get(this: Server) {
        return addresses.has(this)
      },
    },
  })
  BridgedServer.prototype = NativeServer.prototype
  const createServer = (
    options?: ServerOptions | RequestListener,
    listener?: RequestListener,
  ): Server => BridgedServer(options, listener)
  Object.assign(http, { createServer, Server: BridgedServer })
  // Cloudflare ends TLS before a request gets here, so both kinds of server are one.
  Object.assign(https, { createServer, Server: BridgedServer })
}
