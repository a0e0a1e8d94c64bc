/**
 * Calls of `inject` in every form that light-my-request has. Each returns what can be compared: the same
 * module runs on Node and in workerd.
 */
import { EventEmitter } from 'node:events'
import { buffer, text } from 'node:stream/consumers'
import { PassThrough, Readable } from 'node:stream'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import type { Chain } from 'light-my-request'

type Case = (app: FastifyInstance) => Promise<unknown>

/** Everything that an answer has, apart from the time of day and the raw request and response. */
export function told(response: LightMyRequestResponse): unknown {
  const { headers, statusCode, statusMessage, rawPayload, payload, body, cookies, trailers } =
    response
  return {
    statusCode,
    statusMessage,
    headers: { ...headers, ...('date' in headers ? { date: typeof headers.date } : {}) },
    rawPayload: rawPayload.toString('hex'),
    payload,
    body,
    json: attempted(() => response.json<unknown>()),
    cookies,
    trailers,
    raw: {
      isRequest: response.raw.req.constructor.name,
      url: response.raw.req.url,
      statusCode: response.raw.res.statusCode,
      headersSent: response.raw.res.headersSent,
      finished: response.raw.res.finished,
      writableEnded: response.raw.res.writableEnded,
      isMock: (response.raw.res as { isLightMyRequest?: boolean }).isLightMyRequest,
    },
  }
}

function attempted(call: () => unknown): unknown {
  try {
    return call()
  } catch (error) {
    return `threw ${(error as Error).name}`
  }
}

function described(error: unknown): unknown {
  const { name, message, code } = error as { name: string; message: string; code?: string }
  return { name, message, code }
}

const sent =
  (options: InjectOptions | string): Case =>
  async (app) =>
    told(await app.inject(options))

const refused =
  (options: object): Case =>
  async (app) => {
    try {
      return told(await app.inject(options as InjectOptions))
    } catch (error) {
      return { rejected: described(error) }
    }
  }

const echoed = (options: InjectOptions): Case => sent({ method: 'POST', url: '/echo', ...options })

const paths = [
  'text',
  'buffer',
  'stream',
  'web-stream',
  'pieces',
  'raw',
  'list-head',
  'cookies',
  'trailers',
  'empty',
  'not-modified',
  'redirect',
  'error',
  'connection',
  'length',
  'hints',
  'inject',
  'nowhere',
]
const methods = [
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'TRACE',
  'QUERY',
] as const

/** A stream of the first kind, before Node 0.10: it has no more than events. */
function oldStream(): unknown {
  return Object.assign(new EventEmitter(), {
    resume(this: EventEmitter) {
      queueMicrotask(() => {
        this.emit('data', 'old ')
        this.emit('data', 'stream')
        this.emit('end')
      })
    },
  })
}

function form(): FormData {
  const data = new FormData()
  data.append('name', 'Åsa')
  data.append('file', new Blob(['contents'], { type: 'text/plain' }), 'a.txt')
  return data
}

/** The boundary of a form is drawn at random. */
async function formSent(app: FastifyInstance): Promise<unknown> {
  const response = await app.inject({ method: 'POST', url: '/echo', payload: form() })
  const { headers, body } = response.json<{ headers: Record<string, string>; body: string }>()
  const boundary = /boundary=(.*)$/.exec(headers['content-type'] ?? '')?.[1] ?? 'none'
  return JSON.parse(JSON.stringify({ headers, body }).replaceAll(boundary, 'BOUNDARY')) as unknown
}

export const cases: Record<string, Case> = {
  // Forms of the call.
  'a promise, by the URL': sent('/echo?a=1'),
  'a promise, by options': sent({ url: '/echo', method: 'GET' }),
  'options with path for url': sent({ path: '/echo?x=1', method: 'GET' }),
  'a URL as an object': sent({ method: 'GET', url: { pathname: '/echo', query: { a: '1' } } }),
  'an absolute URL': sent({ method: 'GET', url: 'https://shop.test:8443/echo?a=1' }),
  'an absolute URL without a port': sent({ method: 'GET', url: 'https://shop.test/echo' }),
  'a callback': (app) =>
    new Promise((resolve, reject) => {
      app.inject({ method: 'GET', url: '/text' }, (error, response) => {
        if (error) reject(error)
        else resolve(told(response!))
      })
    }),
  'a callback that gets an error': (app) =>
    new Promise((resolve) => {
      app.inject({ method: 'GET', url: '/destroyed' }, (error, response) =>
        resolve({ error: described(error), response: response ?? null }),
      )
    }),
  'a chain that is awaited': async (app) => told(await app.inject().get('/text')),
  'a chain with end()': async (app) =>
    told(await app.inject().post('/echo').body({ a: 1 }).headers({ 'x-a': '1' }).end()),
  'a chain with end(callback)': (app) =>
    new Promise((resolve) => {
      app
        .inject()
        .put('/echo')
        .payload('text')
        .query({ q: 'é' })
        .cookies({ c: '1' })
        .end((_error, response) => resolve(told(response!)))
    }),
  'a chain that starts by itself': async (app) => {
    const chain = app.inject({ method: 'GET', url: '/text' })
    await new Promise((resolve) => setTimeout(resolve, 20))
    return told(await chain)
  },
  'a chain with autoStart: false': async (app) => {
    const options = { method: 'GET', url: '/text', autoStart: false } as InjectOptions
    const chain = app.inject(options) as unknown as Chain
    await new Promise((resolve) => setTimeout(resolve, 20))
    return told(await chain.end())
  },
  'a chain that is used twice': async (app) => {
    const chain = app.inject().get('/text')
    await chain
    return attempted(() => void chain.headers({})) ?? 'not refused'
  },
  'finally() of a chain': async (app) => {
    let isDone = false
    const response = await app.inject('/text').finally(() => {
      isDone = true
    })
    return { isDone, body: response.body }
  },
  'catch() of a chain': async (app) =>
    app.inject('/destroyed').catch((error: unknown) => described(error)),
  'many at once': (app) =>
    Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const response = await app.inject({ method: 'POST', url: '/echo', payload: { index } })
        return response.json<{ body: unknown }>().body
      }),
    ),

  // Requests.
  ...Object.fromEntries(
    methods.map((method) => [`method ${method}`, sent({ method, url: '/echo' })]),
  ),
  'query as an object': sent({ method: 'GET', url: '/echo?a=1', query: { b: ['2', '3'], a: '4' } }),
  'query as text': sent({ method: 'GET', url: '/echo', query: 'a=1&b=%20' }),
  headers: sent({
    method: 'GET',
    url: '/echo',
    headers: { 'X-Upper': 'kept', 'x-number': 1, 'x-list': ['a', 'b'] } as never,
  }),
  'headers that repeat': sent({
    method: 'GET',
    url: '/echo',
    headers: { cookie: ['a=1', 'b=2'], host: ['one', 'two'], accept: ['a', 'b'] } as never,
  }),
  'a header that is undefined': refused({ url: '/echo', headers: { 'x-a': undefined } }),
  'no user-agent': sent({
    method: 'GET',
    url: '/echo',
    headers: { 'user-agent': undefined } as never,
  }),
  cookies: sent({ method: 'GET', url: '/echo', cookies: { a: '1', b: 'two words; é' } }),
  'cookies beside a header': sent({
    method: 'GET',
    url: '/echo',
    cookies: { a: '1' },
    headers: { cookie: 'z=9' },
  }),
  authority: sent({ method: 'GET', url: '/echo', authority: 'api.test:8080' }),
  remoteAddress: sent({ method: 'GET', url: '/echo', remoteAddress: '203.0.113.9' }),
  server: async (app) => {
    const server = { name: 'given' }
    return told(await app.inject({ method: 'GET', url: '/text', server } as never))
  },
  'an invalid option': refused({ url: '/echo', method: 'NO SUCH METHOD' }),
  'an invalid option, unchecked': refused({ url: '/nowhere', validate: false, simulate: {} }),
  'no URL': refused({ method: 'GET' }),

  // Payloads.
  'payload: text': echoed({ payload: 'plain é', headers: { 'content-type': 'text/plain' } }),
  'payload: empty text': echoed({ payload: '' }),
  'payload: Buffer': echoed({
    payload: Buffer.from('bytes'),
    headers: { 'content-type': 'application/x-bytes' },
  }),
  'payload: object': echoed({ payload: { a: [1, { b: 'é' }] } }),
  'payload: object of another type': echoed({
    payload: { a: 1 },
    headers: { 'content-type': 'application/x-own' },
  }),
  'payload: body for payload': echoed({ body: { a: 1 } }),
  'payload: JSON as text': echoed({
    payload: '{"a":1}',
    headers: { 'content-type': 'application/json' },
  }),
  'payload: malformed JSON': echoed({
    payload: '{"a"',
    headers: { 'content-type': 'application/json' },
  }),
  'payload: FormData': formSent,
  'payload: stream': echoed({
    payload: Readable.from(['one ', 'two']),
    headers: { 'content-type': 'text/plain' },
  }),
  'payload: async iterable': (app) =>
    echoed({
      payload: Readable.from(
        (async function* parts() {
          yield 'one '
          await Promise.resolve()
          yield 'two'
        })(),
      ),
      headers: { 'content-type': 'text/plain' },
    })(app),
  'payload: stream that breaks': (app) => {
    const payload = new PassThrough()
    payload.write('first')
    setTimeout(() => payload.destroy(new Error('broken payload')), 10)
    return refused({
      method: 'POST',
      url: '/echo',
      payload,
      headers: { 'content-type': 'text/plain' },
    })(app)
  },
  'payload: stream of the first kind': (app) =>
    echoed({ payload: oldStream() as never, headers: { 'content-type': 'text/plain' } })(app),
  'payload: 1 MB': async (app) => {
    const response = await app.inject({
      method: 'POST',
      url: '/echo',
      payload: 'x'.repeat(1_000_000),
      headers: { 'content-type': 'text/plain' },
    })
    return {
      statusCode: response.statusCode,
      length: response.json<{ body: string }>().body.length,
    }
  },
  'payload: over the limit': async (app) => {
    const response = await app.inject({
      method: 'POST',
      url: '/echo',
      payload: 'x'.repeat(1_100_000),
      headers: { 'content-type': 'text/plain' },
    })
    return told(response)
  },

  // What is simulated.
  'simulate: split': echoed({
    payload: 'split',
    headers: { 'content-type': 'text/plain' },
    simulate: { split: true } as never,
  }),
  'simulate: error': async (app) => {
    const answer = refused({
      method: 'POST',
      url: '/echo',
      payload: { a: 1 },
      simulate: { error: true },
    })
    return answer(app)
  },
  'simulate: close': async (app) => {
    const answer = refused({
      method: 'POST',
      url: '/echo',
      payload: { a: 1 },
      simulate: { close: true, end: false },
    })
    return Promise.race([
      answer(app),
      new Promise((resolve) => setTimeout(() => resolve('no answer'), 100)),
    ])
  },

  // Answers.
  ...Object.fromEntries(paths.map((path) => [`answer of /${path}`, sent(`/${path}`)])),
  'HEAD of /text': sent({ method: 'HEAD', url: '/text' }),
  'HEAD of /stream': sent({ method: 'HEAD', url: '/stream' }),
  'answer of /destroyed': refused({ url: '/destroyed' }),
  'answer of /destroyed-with-error': refused({ url: '/destroyed-with-error' }),
  'answer of /broken-stream': refused({ url: '/broken-stream' }),
  'stream() of an answer': async (app) => {
    const response = await app.inject('/buffer')
    return (await buffer(response.stream())).toString('hex')
  },
  payloadAsStream: async (app) => {
    const response = await app.inject({ method: 'GET', url: '/stream', payloadAsStream: true })
    const { statusCode, headers, payload, rawPayload } = response
    return {
      statusCode,
      headers: { ...headers, date: typeof headers.date },
      payload: payload ?? null,
      rawPayload: rawPayload ?? null,
      json: attempted(() => response.json<unknown>()),
      body: await text(response.stream()),
    }
  },
  'payloadAsStream of an answer in pieces': async (app) => {
    const response = await app.inject({ method: 'GET', url: '/pieces', payloadAsStream: true })
    return text(response.stream())
  },
  'payloadAsStream that breaks': async (app) => {
    const response = await app.inject({
      method: 'GET',
      url: '/broken-stream',
      payloadAsStream: true,
    })
    try {
      return await text(response.stream())
    } catch (error) {
      return described(error)
    }
  },
  signal: async (app) => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 20)
    try {
      const { body } = await app.inject({ method: 'GET', url: '/slow', signal: controller.signal })
      return body
    } catch (error) {
      return described(error)
    }
  },
  'signal with payloadAsStream': async (app) => {
    const controller = new AbortController()
    const response = await app.inject({
      method: 'GET',
      url: '/broken-stream',
      payloadAsStream: true,
      signal: controller.signal,
    })
    controller.abort()
    try {
      return await text(response.stream())
    } catch (error) {
      return described(error)
    }
  },
}
