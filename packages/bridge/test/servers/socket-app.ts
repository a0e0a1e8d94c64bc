/** What apps do with sockets; runs on Node and on Workers, and notes what it saw. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { Duplex, finished } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'

export type Note = (what: unknown) => void
type Route = (req: IncomingMessage, res: ServerResponse, note: Note) => unknown

export const routes: Record<string, Route> = {
  '/identity'(req, res, note) {
    const { socket } = req
    note([socket === res.socket, socket === req.connection, socket === res.connection])
    note([socket === req.socket, socket instanceof Socket, socket instanceof Duplex])
    res.on('finish', () => note(['finish', res.socket, res.connection, req.socket === socket]))
    res.on('close', () => note(['close', res.socket, req.socket === socket]))
    res.end()
  },
  '/identity-streamed'(req, res, note) {
    const { socket } = req
    note(socket === res.socket)
    res.on('finish', () => note(['finish', res.socket, req.socket === socket]))
    res.write('streamed')
    note(socket === res.socket)
    res.end()
    note(socket === res.socket)
  },

  '/properties'(req, res, note) {
    const socket = req.socket as unknown as Record<string, unknown>
    for (const name of PROPERTIES) note([name, typeof socket[name]])
    res.end()
  },
  '/values'(req, res, note) {
    for (const name of VALUES)
      note([name, (req.socket as unknown as Record<string, unknown>)[name]])
    res.end()
  },
  '/address'(req, res, note) {
    const { port, ...address } = req.socket.address() as { port: number }
    note([address, port === req.socket.localPort])
    res.end()
  },
  '/chaining'(req, res, note) {
    const { socket } = req
    const chained = [
      socket.setTimeout(0),
      socket.setNoDelay(true),
      socket.setKeepAlive(true, 1000),
      socket.ref(),
      socket.unref(),
      socket.on('lookup', () => {}),
    ]
    note(chained.map((returned) => returned === socket))
    res.end()
  },

  '/listeners'(req, res, note) {
    const { socket } = req
    const listener = (): void => note('called')
    const before = socket.listenerCount('close')
    socket.on('close', listener)
    socket.once('close', listener)
    note(socket.listenerCount('close') - before)
    socket.removeListener('close', listener)
    socket.off('close', listener)
    note(socket.listenerCount('close') - before)
    socket.on('close', () => note(['close', socket.destroyed]))
    res.end()
  },
  /** A stream is looked at after listeners were added: they have to stay. */
  '/listeners-then-state'(req, res, note) {
    const { socket } = req
    socket.on('close', () => note('close'))
    note([socket.writableLength, socket.readableLength, socket.writableEnded])
    res.end()
  },
  '/finished'(req, res, note) {
    finished(req.socket, (error) => note(['finished', error?.code]))
    res.end('answered')
  },
  '/finished-when-destroyed'(req, _res, note) {
    finished(req.socket, (error) => note(['finished', error?.code]))
    req.socket.destroy()
  },

  '/timeout-of-socket'(req, res, note) {
    req.socket.setTimeout(50, () => note('socket timeout'))
    res.on('close', () => note(`res close ${res.writableFinished}`))
  },
  '/timeout-of-request'(req, res, note) {
    const returned = req.setTimeout(50, () => note('req timeout'))
    note(returned === req)
    res.on('close', () => note(`res close ${res.writableFinished}`))
  },
  '/timeout-of-response'(_req, res, note) {
    const returned = res.setTimeout(50, () => {
      note('res timeout')
      res.end('timed out')
    })
    note(returned === res)
  },
  '/timeout-by-event'(req, res, note) {
    res.on('timeout', (socket) => {
      note(['res timeout', socket === req.socket])
      res.statusCode = 504
      res.end('timed out')
    })
    req.socket.setTimeout(50)
  },
  '/timeout-of-nobody'(req, res, note) {
    req.socket.setTimeout(50)
    req.socket.on('close', () => note(`socket close ${req.socket.destroyed}`))
    res.on('close', () => note(`res close ${res.writableFinished}`))
  },
  async '/timeout-put-off'(req, res, note) {
    req.socket.setTimeout(600)
    res.on('timeout', () => note('timeout'))
    for (let index = 0; index < 6; index += 1) {
      await delay(150)
      res.write(`${index}`)
    }
    res.end()
  },
  async '/timeout-taken-back'(req, res, note) {
    req.socket.setTimeout(50, () => note('timeout'))
    req.socket.setTimeout(0)
    await delay(150)
    note(req.socket.timeout)
    res.end('no timeout')
  },
  '/timeout-after-the-end'(req, res, note) {
    req.socket.setTimeout(50)
    res.on('timeout', () => note('res timeout'))
    res.end()
  },
}

const PROPERTIES = `
  remoteAddress remotePort remoteFamily localAddress localPort localFamily bytesRead
  bytesWritten connecting pending destroyed readyState timeout readable writable allowHalfOpen
  server encrypted authorized errored setTimeout setNoDelay setKeepAlive ref unref address
  connect destroy destroySoon resetAndDestroy end write pause resume read pipe unpipe unshift
  push cork uncork setEncoding isPaused setDefaultEncoding readableLength writableLength
  readableHighWaterMark writableHighWaterMark readableEnded writableEnded writableFinished
  closed writableNeedDrain writableCorked readableObjectMode writableObjectMode
  readableAborted readableDidRead readableEncoding writableAborted on once off emit
  addListener removeListener removeAllListeners listenerCount eventNames setMaxListeners
  _readableState _writableState
`
  .trim()
  .split(/\s+/)

/** Those that are the same for any client on this machine. */
const VALUES = `
  remoteAddress remoteFamily localAddress localFamily connecting pending destroyed readyState
  timeout readable writable errored closed encrypted writableEnded writableFinished
  readableEnded writableLength writableNeedDrain writableCorked readableObjectMode
  writableObjectMode
`
  .trim()
  .split(/\s+/)
