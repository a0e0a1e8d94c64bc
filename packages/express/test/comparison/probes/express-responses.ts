/** What Express adds to a response: send, json, redirect, cookies, types, ETags, ranges. */
import type { Request, Response } from 'express'
import { delay } from '../../../../../scripts/comparison/observe.ts'
import { bothVersions, type Build } from '../express-versions.ts'
import { attempt } from '../../../../../scripts/comparison/observe.ts'
import type { Definition, Exchange } from '../probe.ts'
import { get, send } from '../../../../../scripts/comparison/request.ts'

/** An app of one handler for everything. */
const all =
  (handler: (request: Request, response: Response) => unknown): Build =>
  (express) =>
    express().use((request: Request, response: Response) => void handler(request, response))

const text = 'The quick brown fox jumps over the lazy dog. '.repeat(20)

/** A file of memory, served with ranges as `send` serves files of a disk. */
const ranged = all((request, response) => {
  const bytes = Buffer.from(text)
  response.set('Accept-Ranges', 'bytes').type('text')
  const ranges = request.range(bytes.length)
  if (ranges === -1)
    return response.status(416).set('Content-Range', `bytes */${bytes.length}`).end()
  const range = Array.isArray(ranges) && ranges.length === 1 ? ranges[0] : undefined
  if (range === undefined) return response.send(bytes)
  response.status(206).set('Content-Range', `bytes ${range.start}-${range.end}/${bytes.length}`)
  return response.end(bytes.subarray(range.start, range.end + 1))
})

const formats = all((_request, response) =>
  response.format({
    text: () => response.send('text'),
    html: () => response.send('<p>html</p>'),
    json: () => response.send({ a: 'json' }),
  }),
)

const cached = all((_request, response) => response.send(text))

const responses: [string, Exchange, Build][] = [
  ['send(string)', get(), all((_request, response) => response.send('héllo'))],
  ['send(Buffer)', get(), all((_request, response) => response.send(Buffer.from([0, 255])))],
  ['send(object)', get(), all((_request, response) => response.send({ a: [1, null, 'é'] }))],
  ['send() of nothing', get(), all((_request, response) => response.send())],
  ['send(null)', get(), all((_request, response) => response.send(null))],
  ['send(boolean)', get(), all((_request, response) => response.send(true))],
  ['send("") has a length of 0', get(), all((_request, response) => response.send(''))],
  ['send with a type', get(), all((_request, response) => response.type('text/plain').send('<p>'))],
  [
    'send with status 204',
    get(),
    all((_request, response) => response.status(204).send('dropped')),
  ],
  [
    'send with status 205',
    get(),
    all((_request, response) => response.status(205).send('dropped')),
  ],
  [
    'send with status 304',
    get(),
    all((_request, response) => response.status(304).send('dropped')),
  ],
  ['send for HEAD', send({ method: 'HEAD' }), all((_request, response) => response.send('hello'))],
  ['json', get(), all((_request, response) => response.json({ a: 1 }))],
  [
    'json settings',
    get(),
    (express) => {
      const app = express()
      app
        .set('json spaces', 2)
        .set('json escape', true)
        .set('json replacer', (key: string, value: unknown) =>
          key === 'hidden' ? undefined : value,
        )
      app.get(
        '/',
        (_request: Request, response: Response) => void response.json({ a: '<b>&', hidden: 1 }),
      )
      return app
    },
  ],
  [
    'json of a status',
    get(),
    all((_request, response) => response.status(422).json({ error: 'no' })),
  ],
  [
    'json keeps a type',
    get(),
    all((_request, response) => response.type('application/problem+json').json({})),
  ],
  [
    'jsonp',
    get('/?callback=call.back[0]'),
    all((_request, response) => response.jsonp({ a: '\u2028' })),
  ],
  ['jsonp without a callback', get(), all((_request, response) => response.jsonp({ a: 1 }))],
  [
    'jsonp of a bad callback',
    get('/?callback=alert(1)//'),
    all((_request, response) => response.jsonp({ a: 1 })),
  ],
  ['sendStatus', get(), all((_request, response) => response.sendStatus(418))],
  ['sendStatus of an unknown code', get(), all((_request, response) => response.sendStatus(599))],
  [
    'status out of range',
    get(),
    all((_request, response) => {
      const observed = attempt(() => void response.status(1000).end())
      if (!response.headersSent) response.status(200).json(observed)
    }),
  ],
  [
    'status of text',
    get(),
    all((_request, response) => {
      const observed = attempt(() => void response.status('abc' as unknown as number).end())
      if (!response.headersSent) response.status(200).json(observed)
    }),
  ],
  ['redirect', get(), all((_request, response) => response.redirect('/a b?é=%zz'))],
  [
    'redirect with a status',
    get(),
    all((_request, response) => response.redirect(308, 'https://other.test/x')),
  ],
  [
    'redirect for HEAD',
    send({ method: 'HEAD' }),
    all((_request, response) => response.redirect('/x')),
  ],
  [
    'redirect as JSON client',
    get('/', 'Accept: application/json'),
    all((_request, response) => response.redirect('/x')),
  ],
  [
    'redirect as HTML client',
    get('/', 'Accept: text/html'),
    all((_request, response) => response.redirect('/<x>')),
  ],
  [
    'redirect back',
    get('/', 'Referer: https://before.test/'),
    all((request, response) => response.redirect(request.get('Referrer') ?? '/')),
  ],
  ['location', get(), all((_request, response) => response.location('/caf\u00e9').end())],
  [
    'attachment',
    get(),
    all((_request, response) => response.attachment('r\u00e9sum\u00e9.pdf').send('x')),
  ],
  [
    'attachment without a name',
    get(),
    all((_request, response) => response.attachment().send('x')),
  ],
  [
    'links',
    get(),
    all((_request, response) =>
      response.links({ next: '/2', last: '/9' }).links({ first: '/1' }).end(),
    ),
  ],
  [
    'vary',
    get(),
    all((_request, response) => response.vary('Accept').vary('Origin').vary('accept').end()),
  ],
  [
    'append',
    get(),
    all((_request, response) =>
      response
        .append('Warning', '199 a')
        .append('Warning', ['299 b', '399 c'])
        .append('Set-Cookie', 'a=1')
        .append('Set-Cookie', 'b=2')
        .end(),
    ),
  ],
  [
    'set of lists, numbers, objects',
    get(),
    all((_request, response) =>
      response
        .set({ 'X-One': '1', 'X-List': ['a', 'b'], 'X-Zero': 0 as unknown as string })
        .set('X-Empty', '')
        .end(),
    ),
  ],
  [
    'set of a bad value',
    get(),
    all((_request, response) => {
      const observed = attempt(() => void response.set('X-Bad', 'a\r\nb'))
      response.json(observed)
    }),
  ],
  [
    'get',
    get(),
    all((_request, response) =>
      response
        .set('X-One', '1')
        .json([response.get('x-one'), response.get('absent') ?? 'undefined']),
    ),
  ],
  ['type', get(), all((_request, response) => response.type('png').send(Buffer.from('x')))],
  [
    'contentType of text gets a charset',
    get(),
    all((_request, response) => response.set('Content-Type', 'text/csv').send('a,b')),
  ],
  [
    'cookie',
    get(),
    all((_request, response) =>
      response
        .cookie('a', 'é ;b', { httpOnly: true, sameSite: 'lax', secure: true, path: '/x' })
        .end(),
    ),
  ],
  [
    'several cookies',
    get(),
    all((_request, response) =>
      response
        .cookie('a', 1 as unknown as string)
        .cookie('b', { c: [1] })
        .cookie('d', 'e', { expires: new Date(0) })
        .end(),
    ),
  ],
  [
    'clearCookie',
    get(),
    all((_request, response) => response.clearCookie('a', { path: '/x' }).end()),
  ],
  ['format: text', get('/', 'Accept: text/plain'), formats],
  ['format: json', get('/', 'Accept: application/json, text/html;q=0.1'), formats],
  ['format: anything', get('/', 'Accept: */*'), formats],
  [
    'format: nothing fits',
    get('/', 'Accept: image/png'),
    (express) => {
      const app = express()
      app.use((_request: Request, response: Response) =>
        response.format({
          html: () => response.send('html'),
          default: () => void response.status(406).send('none'),
        }),
      )
      return app
    },
  ],
  ['ETag', get(), cached],
  ['ETag of no match', get('/', 'If-None-Match: "other"'), cached],
  [
    'ETag of a match',
    get('/', 'If-None-Match: W/"384-WD0TXWvVZ3ahaw/Z9GqzGtPzx/g"'),
    (express) => {
      const app = express()
      app.set('etag', () => 'W/"384-WD0TXWvVZ3ahaw/Z9GqzGtPzx/g"')
      app.get('/', (_request: Request, response: Response) => void response.send(text))
      return app
    },
  ],
  ['ETag of any', get('/', 'If-None-Match: *'), cached],
  ['ETag of a match for HEAD', send({ method: 'HEAD', headers: ['If-None-Match: *'] }), cached],
  ['ETag with no-cache', get('/', 'If-None-Match: *', 'Cache-Control: no-cache'), cached],
  [
    'If-Modified-Since',
    get('/', 'If-Modified-Since: Thu, 01 Jan 1970 00:00:10 GMT'),
    all((_request, response) =>
      response.set('Last-Modified', 'Thu, 01 Jan 1970 00:00:00 GMT').send('x'),
    ),
  ],
  [
    'strong ETag',
    get(),
    (express) => {
      const app = express()
      app
        .set('etag', 'strong')
        .get('/', (_request: Request, response: Response) => void response.send(text))
      return app
    },
  ],
  [
    'ETag off, powered by off',
    get(),
    (express) => {
      const app = express()
      app
        .disable('etag')
        .disable('x-powered-by')
        .get('/', (_request: Request, response: Response) => void response.send(text))
      return app
    },
  ],
  ['range', get('/', 'Range: bytes=4-8'), ranged],
  ['range of the end', get('/', 'Range: bytes=-5'), ranged],
  ['range that cannot be', get('/', 'Range: bytes=5000-'), ranged],
  ['range of several', get('/', 'Range: bytes=0-1,4-5'), ranged],
  ['no range', get(), ranged],
  [
    'write and end',
    get(),
    all((_request, response) => {
      response.write('a')
      response.end('b')
    }),
  ],
  [
    'server-sent events',
    get(),
    all(async (_request, response) => {
      response
        .set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' })
        .flushHeaders()
      for (const count of [1, 2, 3]) {
        response.write(`id: ${count}\ndata: x\n\n`)
        await delay(10)
      }
      response.end()
    }),
  ],
  [
    'header after send',
    get(),
    all((_request, response) => {
      response.send('sent')
      const { threw } = attempt(() => void response.set('X-Late', '1')) as {
        threw?: { code: string }
      }
      if (threw?.code !== 'ERR_HTTP_HEADERS_SENT') response.destroy()
    }),
  ],
  [
    'send twice',
    get(),
    all((_request, response) => {
      response.send('first')
      attempt(() => void response.send('second'))
    }),
  ],
  [
    'a long JSON',
    get(),
    all((_request, response) =>
      response.json(Array.from({ length: 5000 }, (_, index) => ({ index, text: 'é' }))),
    ),
  ],
  [
    'app.render and res.render with an engine of memory',
    get(),
    (express) => {
      const app = express()
      app.engine(
        'memory',
        (_path: string, options: object, callback: (error: Error | null, text: string) => void) =>
          callback(null, `Hello ${(options as { name: string }).name}`),
      )
      class View {
        defaultEngine = 'memory'
        path = 'memory'
        render(options: object, callback: (error: Error | null, text: string) => void) {
          callback(null, `<p>Hello ${(options as { name: string }).name}</p>`)
        }
      }
      app.set('view', View)
      app.get('/', (_request: Request, response: Response) =>
        response.render('hello', { name: 'é' }),
      )
      return app
    },
  ],
]

export const expressResponses: Definition[] = responses.flatMap(([name, exchange, build]) =>
  bothVersions(name, exchange, build),
)
