import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { toServerHandler } from '@node-cf/bridge'
import { listener } from '../servers/noted.ts'

const codeOf = (error: unknown): unknown => (error as { code?: string } | null)?.code
const seen = new Set<unknown>()

/** What has no like on Node: there a socket carries bytes. */
const routes: Record<string, (req: IncomingMessage, res: ServerResponse) => unknown> = {
  '/client'({ socket }, res) {
    const { remoteAddress, remoteFamily, remotePort, localPort } = socket
    const { encrypted } = socket as unknown as { encrypted: unknown }
    res.end(JSON.stringify({ remoteAddress, remoteFamily, remotePort, localPort, encrypted }))
  },
  '/own'(req, res) {
    const isNew = !seen.has(req.socket)
    seen.add(req.socket)
    res.end(JSON.stringify([isNew, req.socket.listenerCount('close')]))
    req.socket.on('close', () => {})
  },
  '/write'({ socket }, res) {
    const errors: unknown[] = []
    socket.on('error', (error) => errors.push(['event', codeOf(error)]))
    socket.write('raw bytes', (error) => errors.push(['callback', codeOf(error)]))
    socket.on('close', () => (lastErrors = errors))
    setTimeout(() => res.end('answered'), 20)
  },
  '/last-errors': (_req, res) => res.end(JSON.stringify(lastErrors)),
  '/write-unheard'({ socket }, res) {
    socket.write('raw bytes')
    setTimeout(() => res.end('answered'), 20)
  },
  '/end'({ socket }, res) {
    socket.end()
    setTimeout(() => res.end('answered'), 20)
  },
  '/read'({ socket }, res) {
    const bytes: unknown[] = []
    socket.on('data', (chunk) => bytes.push(chunk))
    socket.resume()
    socket.pause()
    setTimeout(() => res.end(JSON.stringify(bytes)), 20)
  },
  '/destroy-with-error'({ socket }) {
    const errors: unknown[] = []
    socket.on('error', (error) => errors.push(error.message))
    socket.on('close', (hadError) => {
      errors.push(hadError)
      lastErrors = errors
    })
    socket.destroy(new Error('of the socket'))
    socket.destroy()
  },
}

let lastErrors: unknown[] = []

http.createServer((req, res) => (routes[String(req.url)] ?? listener)(req, res)).listen(3000)
const handler = toServerHandler({ port: 3000 })

export default {
  fetch(request: Request, ...rest: [unknown, never]): unknown {
    const isSecure = request.headers.has('x-over-tls')
    const url = request.url.replace('http:', isSecure ? 'https:' : 'http:')
    return handler(isSecure ? new Request(url, request) : request, ...rest)
  },
}
