import http, { type Server } from 'node:http'
import net from 'node:net'
import { Duplex } from 'node:stream'
import { defineDefaults } from './defaults.ts'
import { BridgeError } from './errors.ts'
import { checkCallback, invalidArgumentType, outOfRange } from './node-errors.ts'

/** What a socket needs of the response that it belongs to. */
interface SocketOwner {
  readonly req: { readonly cloudflare: { readonly request: Request } }
  /** The server that the app listens with, where it made one. */
  readonly _server: unknown
  /** Ends the exchange as a broken connection would. */
  disconnect(error: Error | null): void
  /** Tells those who wait for a timeout; false where nobody does. */
  _timedOut(): boolean
}

/** Where every Worker listens, as far as it can tell. */
const LOCAL_ADDRESS = '127.0.0.1'

let wrappedServer: Server | undefined

// What it inherits comes from node:http's class, by its prototype alone: no constructor runs.
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging
export interface Socket extends Duplex {}

/**
 * Stands for the connection of one request. There is no connection that JavaScript could reach on
 * Workers, so the socket has Node's properties and events, carries no bytes, and closes with the
 * response.
 */
export class Socket {
  declare _httpMessage: unknown
  readonly #owner: SocketOwner
  #timer: ReturnType<typeof setTimeout> | undefined
  #remoteAddress: string | undefined
  #isDestroyed = false
  timeout: number | undefined = undefined

  constructor(owner: SocketOwner) {
    this.#owner = owner
  }

  get remoteAddress(): string {
    return (this.#remoteAddress ??= clientAddress(this.#owner.req.cloudflare.request))
  }

  get remoteFamily(): string {
    return this.remoteAddress.includes(':') ? 'IPv6' : 'IPv4'
  }

  get localPort(): number {
    return portOf(this.#owner.req.cloudflare.request.url)
  }

  /** True over https, and absent otherwise, as on a `net.Socket`. */
  get encrypted(): true | undefined {
    return this.#owner.req.cloudflare.request.url.startsWith('https:') ? true : undefined
  }

  /** An app that is wrapped, rather than listening itself, has a server that never listens. */
  get server(): unknown {
    return this.#owner._server ?? (wrappedServer ??= http.createServer())
  }

  get readable(): boolean {
    return !this.#isDestroyed
  }

  get writable(): boolean {
    return !this.#isDestroyed
  }

  get destroyed(): boolean {
    return this.#isDestroyed
  }

  get readyState(): net.SocketReadyState {
    return this.destroyed ? 'closed' : 'open'
  }

  destroy(error?: Error): this {
    if (this.#isDestroyed) return this
    this.#isDestroyed = true
    this.#close(error)
    return this
  }

  #close(error?: Error): void {
    clearTimeout(this.#timer)
    this.#owner.disconnect(error ?? null)
    // Most sockets are only asked for an address, and have nobody to tell.
    if (!(this as unknown as { _eventsCount?: number })._eventsCount) return
    process.nextTick(() => {
      if (error) this.emit('error', error)
      this.emit('close', error !== undefined)
    })
  }

  setTimeout(milliseconds: number, callback?: () => void): this {
    if (typeof milliseconds !== 'number') {
      throw invalidArgumentType('msecs', 'of type number', milliseconds)
    }
    if (!(milliseconds >= 0 && milliseconds < Infinity)) {
      throw outOfRange('msecs', 'a non-negative finite number', milliseconds)
    }
    if (callback !== undefined) {
      checkCallback(callback)
      if (milliseconds === 0) this.removeListener('timeout', callback)
      else this.once('timeout', callback)
    }
    this.timeout = milliseconds
    this.touch()
    return this
  }

  /** Puts the idle timeout off: something was sent or received. */
  touch(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.timeout !== undefined && this.timeout > 0 && !this.destroyed) {
      this.#timer = setTimeout(() => this.#onTimeout(), this.timeout)
    }
  }

  #onTimeout(): void {
    // As Node's server does: a connection that nobody rescues is closed, and says so afterwards.
    const isRescued = this.#owner._timedOut()
    if (!isRescued) this.#isDestroyed = true
    this.emit('timeout')
    if (!isRescued) setTimeout(() => this.#close(), 0)
  }

  address(): net.AddressInfo {
    return { address: LOCAL_ADDRESS, family: 'IPv4', port: this.localPort }
  }

  destroySoon(): void {
    this.destroy()
  }

  resetAndDestroy(): this {
    return this.destroy()
  }
}

Object.setPrototypeOf(Socket.prototype, net.Socket.prototype)
function itself(this: Socket): Socket {
  return this
}

defineDefaults(Socket.prototype, {
  setKeepAlive: itself,
  setNoDelay: itself,
  ref: itself,
  unref: itself,
  localAddress: LOCAL_ADDRESS,
  localFamily: 'IPv4',
  /** The client's port is not known on Workers. */
  remotePort: 0,
  connecting: false,
  pending: false,
  bytesRead: 0,
  bytesWritten: 0,
  bufferSize: 0,
  allowHalfOpen: true,
  parser: null,
  _handle: null,
  _httpMessage: null,
})

// The stream under a socket is made when something looks for it: hardly anything does, and to make
// it would cost more than the rest of the socket.
for (const state of ['_readableState', '_writableState']) {
  Object.defineProperty(Socket.prototype, state, {
    configurable: true,
    get(this: Socket) {
      makeStream(this)
      return (this as unknown as Record<string, unknown>)[state]
    },
    set(this: Socket, value: unknown) {
      defineDefaults(this, { [state]: value })
    },
  })
}

function makeStream(socket: Socket): void {
  const { _events, _eventsCount } = socket as unknown as Record<string, unknown>
  ;(Duplex as unknown as (this: unknown, options: object) => void).call(socket, STREAM_OPTIONS)
  // Making the stream starts its events afresh; those that were heard before go on.
  if (_events !== undefined) Object.assign(socket, { _events, _eventsCount })
}

const STREAM_OPTIONS = {
  allowHalfOpen: false,
  read() {
    // The request's bytes arrive on the request, none on its socket.
  },
  write(_chunk: unknown, _encoding: unknown, callback: (error: Error) => void) {
    callback(
      new BridgeError(
        'ERR_BRIDGE_RAW_SOCKET',
        'Workers give no access to the connection: write to the response instead of its socket.',
      ),
    )
  },
  final(this: Socket, callback: () => void) {
    callback()
    this.destroy()
  },
}

/**
 * The client's address. Cloudflare puts it into a header, and replaces what a client puts there;
 * without Cloudflare in front (then there is no `cf`) the header proves nothing.
 */
function clientAddress(request: Request): string {
  const isBehindCloudflare = (request as { cf?: unknown }).cf !== undefined
  return (isBehindCloudflare && request.headers.get('cf-connecting-ip')) || '127.0.0.1'
}

function portOf(url: string): number {
  const authority = /^\w+:\/\/[^/?#]*?(?::(\d+))?(?:[/?#]|$)/.exec(url)
  if (authority?.[1] !== undefined) return Number(authority[1])
  return url.startsWith('https:') ? 443 : 80
}
