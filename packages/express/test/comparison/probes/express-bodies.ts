/** Express's own body parsers, which read the request as raw-body does. */
import { deflateRawSync, deflateSync, gzipSync, brotliCompressSync } from 'node:zlib'
import type { ErrorRequestHandler, NextFunction, Request, RequestHandler, Response } from 'express'
import { bothVersions, type Build } from '../express-versions.ts'
import type { Definition, Exchange, Express, Outcome } from '../probe.ts'
import {
  bytesOf,
  chunk,
  destroy,
  head,
  pause,
  post,
  script,
  send,
  write,
} from '../../../../../scripts/comparison/request.ts'

const failure: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) return next(error)
  response.status(error.status ?? 500).json({
    type: error.type,
    name: error.name,
    message: error.message,
    expected: error.expected,
    received: error.received,
    limit: error.limit,
    length: error.length,
  })
}

/** An app with one parser, which tells what it made of the body. */
const parsed =
  (parser: (express: Express) => RequestHandler): Build =>
  (express) => {
    const app = express()
    app.use(parser(express))
    app.use((request: Request, response: Response) => {
      const body: unknown = request.body
      response.json({
        body: Buffer.isBuffer(body) ? `buffer ${body.toString('hex')}` : (body ?? 'undefined'),
        kind: typeof body,
        ended: request.readableEnded,
      })
    })
    app.use(failure)
    return app
  }

const json = parsed((express) => express.json())
const form = parsed((express) => express.urlencoded({ extended: true }))
const flatForm = parsed((express) => express.urlencoded({ extended: false }))
const text = parsed((express) => express.text())
const raw = parsed((express) => express.raw())

const asJson = 'Content-Type: application/json'
const asForm = 'Content-Type: application/x-www-form-urlencoded'
const body = JSON.stringify({ name: 'é', list: [1, 2], deep: { a: null } })
const squeezed = (squeeze: (bytes: Buffer) => Buffer): string =>
  squeeze(Buffer.from(body)).toString('latin1')

const bodies: [string, Exchange, Build][] = [
  ['json', post(bytesOf(body), asJson), json],
  ['json with a charset', post(bytesOf(body), `${asJson}; charset=UTF-8`), json],
  [
    'json in UTF-16',
    post(Buffer.from(body, 'utf16le').toString('latin1'), `${asJson}; charset=utf-16le`),
    json,
  ],
  [
    'json in chunks',
    send({ method: 'POST', headers: [asJson], chunks: ['{"a":', '1', '}'] }),
    json,
  ],
  ['json of GET', send({ method: 'GET', headers: [asJson], body: '{"a":1}' }), json],
  ['json of DELETE', send({ method: 'DELETE', headers: [asJson], body: '{"a":1}' }), json],
  ['json of QUERY', send({ method: 'QUERY', headers: [asJson], body: '{"a":1}' }), json],
  ['json without a body', send({ method: 'POST', headers: [asJson] }), json],
  ['json of length 0', post('', asJson), json],
  ['json of an empty chunked body', send({ method: 'POST', headers: [asJson], chunks: [] }), json],
  ['json of another type', post('{"a":1}', 'Content-Type: text/plain'), json],
  ['json without a type', post('{"a":1}'), json],
  ['json that is none', post('{"a":', asJson), json],
  ['json that is a number', post('42', asJson), json],
  ['json too large', post(`"${'x'.repeat(200_000)}"`, asJson), json],
  ['json in gzip', post(squeezed(gzipSync), asJson, 'Content-Encoding: gzip'), json],
  ['json in deflate', post(squeezed(deflateSync), asJson, 'Content-Encoding: deflate'), json],
  ['json in brotli', post(squeezed(brotliCompressSync), asJson, 'Content-Encoding: br'), json],
  ['json in an unknown encoding', post(body, asJson, 'Content-Encoding: zip'), json],
  ['json in gzip that is none', post('no gzip', asJson, 'Content-Encoding: gzip'), json],
  ['json in an unknown charset', post(body, `${asJson}; charset=klingon`), json],
  [
    'json verified',
    post('{"a":1}', asJson),
    parsed((express) =>
      express.json({
        verify: (_request, _response, bytes) => {
          if (bytes[0] === 123) throw new Error('refused')
        },
      }),
    ),
  ],
  [
    'json, inflate off',
    post(squeezed(deflateRawSync), asJson, 'Content-Encoding: deflate'),
    parsed((express) => express.json({ inflate: false })),
  ],
  ['form', post('a=1&b=x+y&c=%C3%A9&d[]=1&d[]=2&e[f]=3', asForm), form],
  ['form without nesting', post('a=1&a=2&e[f]=3', asForm), flatForm],
  ['form with empty parts', post('a=&=b&&c', asForm), form],
  ['form with invalid percent', post('a=%zz', asForm), form],
  [
    'form of too many fields',
    post(Array.from({ length: 1100 }, (_, index) => `a${index}=1`).join('&'), asForm),
    form,
  ],
  ['text', post(bytesOf('héllo'), 'Content-Type: text/plain; charset=utf-8'), text],
  ['text in latin1', post('h\xe9llo', 'Content-Type: text/plain; charset=iso-8859-1'), text],
  ['raw', post('\x00\xff\x80', 'Content-Type: application/octet-stream'), raw],
  ['raw of every type', post('x'), parsed((express) => express.raw({ type: () => true }))],
  [
    'two parsers',
    post('{"a":1}', asJson),
    parsed((express) => {
      const [first, second] = [express.json(), express.urlencoded({ extended: true })]
      return (request: Request, response: Response, next: NextFunction) =>
        first(request, response, (error?: unknown) =>
          error ? next(error) : second(request, response, next),
        )
    }),
  ],
  [
    'the same parser twice',
    post('{"a":1}', asJson),
    parsed((express) => {
      const parser = express.json()
      return (request: Request, response: Response, next: NextFunction) =>
        parser(request, response, () => parser(request, response, next))
    }),
  ],
  [
    'parser after something asynchronous',
    post('{"a":1}', asJson),
    parsed((express) => {
      const parser = express.json()
      return (request: Request, response: Response, next: NextFunction) =>
        void setTimeout(() => parser(request, response, next), 40)
    }),
  ],
  [
    'slow body',
    script(
      [
        write(head({ method: 'POST', headers: [asJson], body: '{"a":1}' })),
        pause(30),
        write('{"a"'),
        pause(30),
        write(':1}'),
      ],
      'POST',
    ),
    json,
  ],
  [
    'no parser, req.on("data")',
    post('hello'),
    (express) =>
      express().use((request: Request, response: Response) => {
        let received = ''
        request
          .setEncoding('utf8')
          .on('data', (part: string) => (received += part))
          .on('end', () => void response.json({ received }))
      }),
  ],
  [
    'no parser, req.pipe(res)',
    post('hello'),
    (express) =>
      express().use((request: Request, response: Response) => void request.pipe(response)),
  ],
]

/** The parser's own words on a body that is cut, which only the log can tell: nobody is left to answer. */
const cut = (record: (entry: string) => void, express: Express) => {
  const app = express()
  app.use(express.json())
  app.use(((error, _request, _response, _next) =>
    record(`${error.type} ${error.status} ${error.code} ${error.message}`)) as ErrorRequestHandler)
  return app
}

export const expressBodies: Definition[] = [
  ...bodies.flatMap(([name, exchange, build]) => bothVersions(name, exchange, build)),
  ...bothVersions(
    'json too large in chunks',
    send({ method: 'POST', headers: [asJson], chunks: ['["', 'x'.repeat(150_000), '"]'] }),
    json,
    { normalise: withoutReceived },
  ),
  ...bothVersions(
    'json that is cut',
    script(
      [
        write(`${head({ method: 'POST', headers: [asJson], body: '{"a":1}' })}{"a"`),
        pause(60),
        destroy,
      ],
      'POST',
    ),
    (express, record) => cut(record, express),
    { until: 'request.aborted' },
  ),
  ...bothVersions(
    'json in chunks that is cut',
    script(
      [
        write(`${head({ method: 'POST', headers: [asJson], chunks: [] })}${chunk('{"a"')}`),
        pause(60),
        destroy,
      ],
      'POST',
    ),
    (express, record) => cut(record, express),
    { until: 'request.aborted' },
  ),
]

/** How much had arrived when the limit was passed depends on how it arrived. */
function withoutReceived(outcome: Outcome): Outcome {
  const bodyWithoutIt = ({ received: _received, ...rest }: Record<string, unknown>): unknown => rest
  return {
    ...outcome,
    answers: outcome.answers.map((one) => ({
      ...one,
      body: bodyWithoutIt(one.body as Record<string, unknown>),
      headers: { ...one.headers, etag: ['left aside'] },
    })),
  }
}
