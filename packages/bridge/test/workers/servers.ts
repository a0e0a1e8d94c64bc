import http, { createServer, get, request as httpRequest, Server } from 'node:http'
import https from 'node:https'
import { buffer, text } from 'node:stream/consumers'
import { getContext, toServerHandler } from '@node-cf/bridge'
import { choosy, server } from '../servers/app.ts'
import required from '../servers/required-http.cjs'
import { type HttpLike, scenarios } from '../servers/scenarios.ts'

server.listen(3000)
choosy.listen(3001)

/** Runs scenarios, and calls the servers of this isolate as tests of an app do. */
const tests = http.createServer(async (req, res) => {
  const { pathname, searchParams } = new URL(req.url ?? '', 'http://x')
  const route = routes[pathname]
  try {
    res.end(JSON.stringify((await route?.(searchParams)) ?? null))
  } catch (error) {
    res.end(JSON.stringify({ threw: String(error) }))
  }
})
tests.listen({ port: 3002 })

/** Answers what shows that the caller's context goes along. */
http
  .createServer(async (req, res) => {
    const { env } = getContext<{ SECRET: string }>()
    const body = await text(req)
    res.setHeader('X-Method', req.method ?? '')
    res.end(`${req.url} ${String(req.headers['x-sent'] ?? '')} ${body} ${env.SECRET}`)
  })
  .listen(3003)

https.createServer({ key: '', cert: '' }, (_req, res) => res.end('over https')).listen(3004)
required.https.createServer({}, (_req, res) => res.end('required')).listen(3005)

const ways: Record<string, HttpLike> = {
  'the default import': http,
  "require('http')": required.http,
  'named imports': { createServer, Server },
}

const routes: Record<string, (query: URLSearchParams) => unknown> = {
  '/scenario': (query) => {
    const way = ways[query.get('way') ?? ''] ?? http
    return scenarios[query.get('name') ?? '']?.(way)
  },
  '/named-options': () =>
    Object.fromEntries(
      [
        'headersTimeout',
        'requestTimeout',
        'insecureHTTPParser',
        'highWaterMark',
        'keepAliveTimeout',
        'keepAliveTimeoutBuffer',
        'connectionsCheckingInterval',
        'maxHeaderSize',
      ].map((name) => {
        try {
          createServer({ [name]: name === 'insecureHTTPParser' ? true : 16_384 })
          return [name, 'taken']
        } catch (error) {
          return [name, (error as { code: string }).code]
        }
      }),
    ),
  '/loopback/fetch': async (query) => {
    const response = await fetch(`http://${query.get('host')}:3003/a?b`, {
      method: 'POST',
      body: 'posted',
      headers: { 'x-sent': 'yes' },
    })
    return [response.status, response.headers.get('x-method'), await response.text()]
  },
  '/loopback/request-object': async () => {
    const response = await fetch(new Request('http://127.0.0.1:3003/object'))
    return [response.status, await response.text()]
  },
  '/loopback/get': () =>
    new Promise((resolve, reject) => {
      get('http://127.0.0.1:3003/got', async (response) => {
        resolve([response.statusCode, response.headers['x-method'], String(await buffer(response))])
      }).on('error', reject)
    }),
  '/loopback/request': () =>
    new Promise((resolve, reject) => {
      const request = httpRequest(
        { port: 3003, path: '/requested', method: 'PUT', headers: { 'x-sent': 'yes' } },
        async (response) => {
          resolve([
            response.statusCode,
            response.headers['x-method'],
            String(await buffer(response)),
          ])
        },
      )
      request.on('error', reject)
      request.end('put')
    }),
  /** As supertest does: a server that is made for one request, on any port. */
  '/loopback/temporary': async () => {
    const temporary = http.createServer((_req, res) => res.end('temporary'))
    await new Promise<void>((resolve) => {
      temporary.listen(0, resolve)
    })
    const { port } = temporary.address() as { port: number }
    const response = await fetch(`http://127.0.0.1:${port}/`)
    const body = await response.text()
    await new Promise((resolve) => {
      temporary.close(resolve)
    })
    return body
  },
}

const handlers = new Map<string, ReturnType<typeof toServerHandler>>()

export default {
  /** The port is part of the request, for the tests to choose. */
  async fetch(request: Request, env: unknown, ctx: never): Promise<Response> {
    const port = request.headers.get('x-port') ?? '3000'
    const handler = handlers.get(port) ?? toServerHandler({ port: Number(port) })
    handlers.set(port, handler)
    try {
      return await handler(request, env, ctx)
    } catch (error) {
      const { code, message } = error as Error & { code: string }
      return Response.json({ code, message })
    }
  },
}
