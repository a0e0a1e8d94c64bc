/** An app that only listens, on Node and on Workers alike. */
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

type NumberedSocket = Socket & { number?: number; server?: unknown }

/** What the server and its sockets emitted, in order, each with the number of its socket. */
const events: string[] = []
let lastNumber = 0

function answer(req: IncomingMessage, res: ServerResponse): void {
  const socket: NumberedSocket = req.socket
  if (req.url === '/events') {
    res.end(JSON.stringify(events))
    return
  }
  if (req.url === '/observed') {
    events.push(`request on ${socket.number}`)
    res.on('finish', () => events.push(`finish on ${socket.number}`))
  }
  if (req.url === '/echo') {
    req.pipe(res)
    return
  }
  res.setHeader('X-Server', String(socket.server === server))
  res.end(`${req.method} ${req.url}`)
}

export const server: http.Server = http.createServer(
  { keepAliveTimeout: 5000, maxHeaderSize: 32_768, connectionsCheckingInterval: 1000 },
  answer,
)
server.on('connection', (socket: NumberedSocket) => {
  const number = (lastNumber += 1)
  socket.number = number
  events.push(`connection ${number}, ${socket.destroyed ? 'destroyed' : 'open'}`)
  socket.on('close', () => events.push(`close of ${number}`))
})

/** Asks for more before it says that it goes on. */
export const choosy: http.Server = http.createServer((_req, res) => res.end('request'))
choosy.on('checkContinue', (req: IncomingMessage, res: ServerResponse) => {
  if (req.headers['content-length'] === '5') {
    res.writeContinue()
    req.pipe(res)
  } else {
    res.writeHead(413)
    res.end('too large')
  }
})
choosy.on('checkExpectation', (req: IncomingMessage, res: ServerResponse) => {
  res.statusCode = 299
  res.end(`expected ${req.headers.expect}`)
})
