/** Behaviour 13: `request.socket` as libraries use it. */
import net from 'node:net'
import { Duplex } from 'node:stream'
import tls from 'node:tls'
import { once } from 'node:events'
import { answer, attempt, delay } from '../../../../../scripts/comparison/observe.ts'
import { bare, type Definition } from '../probe.ts'
import { get, head, pause, post, script, write } from '../../../../../scripts/comparison/request.ts'

const methods = [
  'address',
  'connect',
  'cork',
  'destroy',
  'destroySoon',
  'end',
  'pause',
  'pipe',
  'read',
  'ref',
  'resetAndDestroy',
  'resume',
  'setEncoding',
  'setKeepAlive',
  'setNoDelay',
  'setTimeout',
  'unref',
  'unpipe',
  'uncork',
  'write',
  'on',
  'once',
  'off',
  'removeListener',
  'emit',
  'getPeerCertificate',
  'getCipher',
  'getProtocol',
  'isSessionReused',
] as const

const properties = [
  'allowHalfOpen',
  'autoSelectFamilyAttemptedAddresses',
  'bufferSize',
  'bytesRead',
  'bytesWritten',
  'closed',
  'connecting',
  'destroyed',
  'encrypted',
  'errored',
  'localAddress',
  'localFamily',
  'localPort',
  'parser',
  'pending',
  'readable',
  'readyState',
  'remoteAddress',
  'remoteFamily',
  'remotePort',
  'server',
  'timeout',
  'writable',
  'writableEnded',
  'writableFinished',
  'writableHighWaterMark',
  'writableLength',
  'authorized',
  '_httpMessage',
  '_handle',
] as const

export const sockets: Definition[] = [
  bare('one socket', get(), (request, response) => {
    answer(response, {
      same: request.socket === response.socket,
      connection: request.connection === request.socket,
      responseConnection: response.connection === request.socket,
      duplex: request.socket instanceof Duplex,
      net: request.socket instanceof net.Socket,
      tls: request.socket instanceof tls.TLSSocket,
    })
  }),
  bare('types of methods', get(), (request, response) => {
    const socket = request.socket as unknown as Record<string, unknown>
    answer(response, Object.fromEntries(methods.map((name) => [name, typeof socket[name]])))
  }),
  bare('types of properties', get(), (request, response) => {
    const socket = request.socket as unknown as Record<string, unknown>
    answer(
      response,
      Object.fromEntries(
        properties.map((name) => [name, socket[name] === null ? 'null' : typeof socket[name]]),
      ),
    )
  }),
  bare('states while serving', get(), ({ socket }, response) => {
    answer(response, {
      connecting: socket.connecting,
      pending: socket.pending,
      destroyed: socket.destroyed,
      readable: socket.readable,
      writable: socket.writable,
      readyState: socket.readyState,
      encrypted: String((socket as { encrypted?: boolean }).encrypted),
      allowHalfOpen: socket.allowHalfOpen,
      ended: socket.writableEnded,
      timeout: socket.timeout ?? 'undefined',
    })
  }),
  bare('remote address', get(), ({ socket }, response) => {
    answer(response, {
      address: socket.remoteAddress,
      family: socket.remoteFamily,
      isIP: net.isIP(socket.remoteAddress ?? ''),
      port: typeof socket.remotePort,
    })
  }),
  bare('local address', get(), ({ socket }, response) => {
    answer(response, {
      address: socket.localAddress,
      family: socket.localFamily,
      port: typeof socket.localPort,
    })
  }),
  bare('address()', get(), ({ socket }, response) => {
    const address = socket.address() as { address?: string; family?: string; port?: number }
    answer(response, {
      address: address.address,
      family: address.family,
      port: typeof address.port,
    })
  }),
  bare(
    'encrypted is not taken from a header',
    get('/', 'X-Forwarded-Proto: https', 'CF-Visitor: {"scheme":"https"}'),
    (request, response) => {
      answer(response, { encrypted: String((request.socket as { encrypted?: boolean }).encrypted) })
    },
  ),
  bare(
    'remote address is not taken from x-forwarded-for',
    get(
      '/',
      'X-Forwarded-For: 203.0.113.9',
      'X-Real-IP: 203.0.113.9',
      'Forwarded: for=203.0.113.9',
    ),
    (request, response) => {
      answer(response, { address: request.socket.remoteAddress })
    },
  ),
  bare(
    'remote address with cf-connecting-ip',
    get('/', 'CF-Connecting-IP: 203.0.113.9'),
    (request, response) => {
      answer(response, {
        address: request.socket.remoteAddress,
        family: request.socket.remoteFamily,
      })
    },
  ),
  bare(
    'remote address with cf-connecting-ip of IPv6',
    get('/', 'CF-Connecting-IP: 2001:db8::1'),
    (request, response) => {
      answer(response, {
        address: request.socket.remoteAddress,
        family: request.socket.remoteFamily,
      })
    },
  ),
  bare('server of the socket', get(), ({ socket }, response) => {
    const { server } = socket as unknown as { server?: net.Server }
    answer(response, {
      type: typeof server,
      listening: server?.listening ?? 'none',
      net: server instanceof net.Server,
    })
  }),
  bare('setters chain', get(), ({ socket }, response) => {
    answer(response, {
      keepAlive: socket.setKeepAlive(true, 1000) === socket,
      noDelay: socket.setNoDelay(true) === socket,
      timeout: socket.setTimeout(5000) === socket,
      timeoutIs: socket.timeout,
      timeoutOff: (socket.setTimeout(0), socket.timeout),
      ref: socket.ref() === socket,
      unref: socket.unref() === socket,
    })
  }),
  bare('setTimeout with bad values', get(), ({ socket }, response) => {
    const untyped = socket as unknown as { setTimeout(...values: unknown[]): unknown }
    answer(response, {
      text: attempt(() => untyped.setTimeout('soon')),
      negative: attempt(() => untyped.setTimeout(-1)),
      callback: attempt(() => untyped.setTimeout(1000, 'no function')),
    })
  }),
  bare(
    'socket timeout event',
    get(),
    async ({ socket }, response, record) => {
      response.on('close', () => record('response close'))
      socket.setTimeout(40, () => record('called'))
      await once(socket, 'timeout')
      record(`timeout ${socket.destroyed}`)
    },
    { until: 'response close' },
  ),
  bare(
    'request.setTimeout of a whole request closes the connection',
    get(),
    (request, response, record) => {
      response.on('close', () => record('response close'))
      record(
        `chained ${request.setTimeout(40, () => record('called')) === request} ${request.socket.timeout}`,
      )
    },
    { until: 'response close' },
  ),
  bare(
    'request.setTimeout of a slow body',
    script([write(head({ method: 'POST', body: 'body' })), pause(150), write('body')], 'POST'),
    (request, response) => {
      const chained =
        request.setTimeout(40, () =>
          answer(response, { chained, timeout: request.socket.timeout }),
        ) === request
    },
  ),
  bare('response.setTimeout', get(), (_request, response) => {
    const chained = response.setTimeout(40, () => answer(response, { chained })) === response
  }),
  bare('timeout events of request and response', get(), async (request, response) => {
    const seen: string[] = []
    request.on('timeout', () => seen.push('request'))
    response.on('timeout', () => seen.push('response'))
    request.socket.on('timeout', () => seen.push('socket'))
    request.setTimeout(40)
    response.setTimeout(40)
    await delay(120)
    answer(response, { seen })
  }),
  bare(
    'an unheard timeout closes the connection',
    get(),
    (_request, response, record) => {
      response.on('close', () => record('close'))
      response.setTimeout(40)
    },
    { until: 'close' },
  ),
  bare('timeout taken back', get(), async (request, response) => {
    request.setTimeout(40, () => response.end('timed out'))
    request.setTimeout(0)
    await delay(100)
    if (!response.writableEnded) response.end('in time')
  }),
  bare('listeners on the socket', get(), ({ socket }, response) => {
    const listener = () => {}
    socket.on('close', listener)
    const added = socket.listeners('close').includes(listener)
    socket.removeListener('close', listener)
    answer(response, { added, removed: !socket.listeners('close').includes(listener) })
  }),
  bare('socket of two requests is not shared state', get(), ({ socket }, response) => {
    const marked = socket as unknown as { mark?: number }
    const before = marked.mark ?? 'none'
    marked.mark = 1
    answer(response, { before })
  }),
  bare('bytesRead and bytesWritten are counts', post('body'), ({ socket }, response) => {
    answer(response, { read: typeof socket.bytesRead, written: socket.bytesWritten })
  }),
  bare('response.detachSocket and assignSocket', get(), (_request, response) => {
    const { socket } = response
    if (socket === null) return answer(response, 'no socket')
    response.detachSocket(socket)
    const detached = response.socket === null
    const assigned = attempt(() => response.assignSocket(socket))
    answer(response, { detached, assigned, again: attempt(() => response.assignSocket(socket)) })
  }),
  bare(
    'socket after the response closed',
    get(),
    (request, response, record) => {
      response.on('close', () =>
        record(`close ${response.socket === null} ${typeof request.socket}`),
      )
      response.end('x')
    },
    { until: 'close' },
  ),
  bare('cork and uncork on the socket', get(), ({ socket }, response) => {
    socket.cork()
    response.write('a')
    response.end('b')
    process.nextTick(() => socket.uncork())
  }),
]
