import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import express from 'express'
import { MemoryStore, type ServeHandler, serveR2 } from '@node-cf/r2'
import { type NodeContext, toRequestListener } from '@node-cf/r2/node'
import { eventually, settled } from '../../../bridge/test/eventually.ts'
import { open, send } from '../../../../scripts/runtimes/index.ts'
import { EndlessBody } from './endless.ts'
import { type MountName, type Mounts, putObject, startMounts } from './mounts.ts'
import { pattern } from './pattern.ts'

let mounts: Mounts

beforeAll(async () => {
  mounts = await startMounts({ 'letters.txt': 'abcdefghijklmnopqrstuvwxyz' })
})
afterAll(() => mounts.stop())

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

async function listen(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

describe('a video', () => {
  const size = 32 * 1024 * 1024
  const names: MountName[] = ['a Worker', 'Express on a Worker', 'Fastify on a Worker']

  beforeAll(() =>
    putObject(mounts.worker, { key: 'film.mp4', size, httpMetadata: { contentType: 'video/mp4' } }),
  )

  it.each(names)('is sought through as a player does: %s', async (name) => {
    const { port, path } = mounts.at(name)
    const beginning = await open(port, `${path}film.mp4`, { headers: { range: 'bytes=0-' } })
    expect([beginning.statusCode, beginning.headers['content-range']]).toEqual([
      206,
      `bytes 0-${size - 1}/${size}`,
    ])
    const [first] = (await once(beginning, 'data')) as [Buffer]
    beginning.destroy()
    expect(first.equals(pattern(0, first.length))).toBe(true)

    const place = 20_000_000
    const rest = await send(port, `${path}film.mp4`, {
      headers: { range: `bytes=${place}-`, 'if-range': beginning.headers.etag! },
    })
    expect([rest.status, rest.headers['content-length']]).toEqual([206, String(size - place)])
    expect(rest.body.equals(pattern(place, size - place))).toBe(true)
  })

  it.each(names)('is cut by curl: %s', async (name) => {
    const { port, path } = mounts.at(name)
    const url = `http://127.0.0.1:${port}${path}film.mp4`
    const cut = async (range: string): Promise<Buffer> => {
      const { stdout } = await promisify(execFile)('curl', ['-sS', '-f', '-r', range, url], {
        encoding: 'buffer',
      })
      return stdout
    }
    expect((await cut('12345678-12345777')).equals(pattern(12_345_678, 100))).toBe(true)
    expect((await cut('-1000')).equals(pattern(size - 1000, 1000))).toBe(true)
  })

  it.each(names)('arrives whole: %s', async (name) => {
    const { port, path } = mounts.at(name)
    const answer = await send(port, `${path}film.mp4`)
    expect([answer.status, answer.headers['content-length']]).toEqual([200, String(size)])
    expect(answer.body.equals(pattern(0, size))).toBe(true)
  })
})

describe('a client that takes nothing more', () => {
  /** More than the buffers of a connection hold, and far from all. */
  const MUCH = 32 * 1024 * 1024

  /** Pauses a download until nothing more is taken, goes away, and waits for the end. */
  async function leave(port: number, path: string, taken: () => Promise<[number, boolean]>) {
    const response = await open(port, path)
    await once(response, 'data')
    response.pause()
    const bytes = await settled(async () => (await taken())[0])
    response.destroy()
    await eventually(async () => expect((await taken())[1]).toBe(true))
    return bytes
  }

  it('holds up the stream, and ends it when it leaves: a Worker', async () => {
    const { port } = mounts.worker
    const taken = async () => (await send(port, '/taken')).json() as [number, boolean]
    expect(await leave(port, '/endless', taken)).toBeLessThan(MUCH)
  })

  it.each([undefined, 'bytes'] as const)('and on Node: a stream of type %s', async (type) => {
    const body = new EndlessBody(type)
    const port = await listen(toRequestListener(async () => new Response(body.stream)))
    const taken = async (): Promise<[number, boolean]> => [body.bytesTaken, body.isCancelled]
    expect(await leave(port, '/', taken)).toBeLessThan(MUCH)
  })

  it('leaves nothing open when it has gone before there is an answer', async () => {
    const body = new EndlessBody()
    let isAsked = false
    const port = await listen(
      toRequestListener(async (_request, context) => {
        isAsked = true
        await once(context!.res, 'close')
        return new Response(body.stream)
      }),
    )
    const client = new AbortController()
    const answer = fetch(`http://127.0.0.1:${port}`, { signal: client.signal })
    await eventually(() => expect(isAsked).toBe(true))
    client.abort()
    await expect(answer).rejects.toThrow('aborted')
    await eventually(() => expect(body.isCancelled).toBe(true))
    expect(body.bytesTaken).toBe(0)
  })
})

describe('an app', () => {
  const store = new MemoryStore({ publicUrl: '/media/' })
  beforeAll(async () => {
    await store.save('ada/notes.txt', 'notes of ada')
    await store.save('ada/page.html', '<p>')
  })

  it('decides by what it knows of the request', async () => {
    const app = express()
    app.use((req, _res, next) => {
      Object.assign(req, { user: req.get('x-user') })
      next()
    })
    const authorize = (_request: Request, key: string, { req }: NodeContext): boolean =>
      key.startsWith(`${(req as { user?: string }).user}/`)
    app.use('/media', toRequestListener(serveR2(store, { authorize })))
    const port = await listen(app)
    const status = async (user: string): Promise<number> =>
      (await send(port, '/media/ada/notes.txt', { headers: { 'x-user': user } })).status
    expect([await status('ada'), await status('eve')]).toEqual([200, 403])
  })

  it('may answer in place of the file, with cookies', async () => {
    const authorize = (): Response => {
      const headers = new Headers({ location: '/login' })
      headers.append('set-cookie', 'a=1')
      headers.append('set-cookie', 'b=2')
      return new Response(null, { status: 302, headers })
    }
    const port = await listen(toRequestListener(serveR2(store, { authorize })))
    const { status, headers } = await send(port, '/media/ada/notes.txt')
    expect([status, headers.location, headers['set-cookie']]).toEqual([
      302,
      '/login',
      ['a=1', 'b=2'],
    ])
  })

  it('is not led around its guards by a path', async () => {
    const app = express()
    app.use('/media/ada', (_req, res) => void res.status(401).end())
    app.use('/media', toRequestListener(serveR2(store)))
    const port = await listen(app)
    for (const path of [
      'x/../ada',
      'x/%2e%2e/ada',
      './ada',
      '/ada',
      'x\\..\\ada',
      '..%2fmedia/ada',
    ]) {
      expect([path, (await send(port, `/media/${path}/notes.txt`)).status]).toEqual([path, 404])
    }
    expect((await send(port, '/media/ada/notes.txt')).status).toBe(401)
  })

  it('keeps the fields that it has set, but for those of the file', async () => {
    const app = express()
    app.use((_req, res, next) => {
      res.set({ 'X-App': 'mine', 'Content-Security-Policy': "default-src 'self'", ETag: '"x"' })
      next()
    })
    app.use('/media', toRequestListener(serveR2(store)))
    const port = await listen(app)
    const text = await send(port, '/media/ada/notes.txt')
    expect(text.headers).toMatchObject({
      'x-app': 'mine',
      'content-security-policy': "default-src 'self'",
    })
    expect(text.headers.etag).not.toBe('"x"')
    const page = await send(port, '/media/ada/page.html')
    expect(page.headers).toMatchObject({ 'x-app': 'mine', 'content-security-policy': 'sandbox' })
  })

  it('gets the error of a handler that rejects', async () => {
    const error = new Error('broken')
    const app = express()
    app.use(toRequestListener(() => Promise.reject(error)))
    const seen: unknown[] = []
    app.use(((thrown, _req, res, _next) => {
      seen.push(thrown)
      res.status(500).end()
    }) satisfies express.ErrorRequestHandler)
    expect((await send(await listen(app), '/')).status).toBe(500)
    expect(seen).toEqual([error])
  })

  it('without middleware gets it on the console, and the connection is cut', async () => {
    const log = jest.spyOn(console, 'error').mockImplementation(() => {})
    const error = new Error('broken')
    const failing = new ReadableStream({ pull: (controller) => controller.error(error) })
    const port = await listen(toRequestListener(async () => new Response(failing)))
    await expect(send(port, '/')).rejects.toThrow('socket hang up')
    expect(log.mock.calls).toEqual([[error]])
    log.mockRestore()
  })

  it('may have methods that a Request refuses', async () => {
    const { port, path } = mounts.at('node:http')
    expect((await send(port, `${path}letters.txt`, { method: 'TRACE' })).status).toBe(405)
  })

  it('may speak HTTP/2', async () => {
    const listener = toRequestListener(serveR2(store)) as unknown as (
      req: http2.Http2ServerRequest,
      res: http2.Http2ServerResponse,
    ) => void
    const server = http2.createServer(listener).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const stream = client.request({ ':path': '/media/ada/notes.txt', range: 'bytes=0-4' })
    const [fields] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders]
    expect([fields[':status'], fields['content-range']]).toEqual([206, 'bytes 0-4/12'])
    stream.setEncoding('utf8')
    expect(await once(stream, 'data')).toEqual(['notes'])
    client.close()
    server.close()
  })
})

describe('@whatwg-node/server', () => {
  it('mounts the handler on Node', async () => {
    // Imported without its types, which bring the DOM's along for all tests.
    const name: string = '@whatwg-node/server'
    const { createServerAdapter } = (await import(name)) as {
      createServerAdapter: (handler: ServeHandler) => express.RequestHandler
    }
    const app = express()
    app.use('/media', createServerAdapter(serveR2(mounts.store)))
    const port = await listen(app)
    const answer = await send(port, '/media/letters.txt', { headers: { range: 'bytes=-3' } })
    expect([answer.status, answer.text]).toEqual([206, 'xyz'])
    expect((await send(port, '/media/none.txt')).status).toBe(404)
  })
})
