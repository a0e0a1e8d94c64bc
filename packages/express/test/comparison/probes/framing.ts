/** Behaviours 2 and 16: `Content-Length`, `Transfer-Encoding` and `Date` on responses, kept or made. */
import type { ServerResponse } from 'node:http'
import { attempt, describe } from '../../../../../scripts/comparison/observe.ts'
import { bare, type Definition } from '../probe.ts'
import { get, post, send } from '../../../../../scripts/comparison/request.ts'

type Respond = (response: ServerResponse) => unknown

const cases: Record<string, Respond> = {
  'length of end(data)': (response) => response.end('hello'),
  'length of end() is 0': (response) => response.end(),
  'length after writeHead(200)': (response) => response.writeHead(200).end('hello'),
  'length after writeHead(404)': (response) => response.writeHead(404).end('hello'),
  'length of a redirect': (response) => response.writeHead(302, { Location: '/x' }).end(),
  'length as a number': (response) => response.writeHead(200, { 'Content-Length': 5 }).end('hello'),
  'length as a string': (response) => response.setHeader('content-length', '5').end('hello'),
  'length and several writes': (response) => {
    response.setHeader('Content-Length', 10)
    response.write('hello')
    response.end('world')
  },
  'length of 206': (response) =>
    response.writeHead(206, { 'Content-Range': 'bytes 0-4/11', 'Content-Length': 5 }).end('hello'),
  'no length once written': (response) => {
    response.write('hel')
    response.end('lo')
  },
  'no length once flushed': (response) => {
    response.flushHeaders()
    response.end('hello')
  },
  'a length of UTF-8': (response) => response.end('€'),
  'chunked asked for': (response) =>
    response.setHeader('Transfer-Encoding', 'chunked').end('hello'),
  'chunked asked for in writeHead': (response) =>
    response.writeHead(200, { 'transfer-encoding': 'chunked' }).end('hello'),
  'length removed': (response) => {
    response.setHeader('Content-Length', 5)
    response.removeHeader('Content-Length')
    response.end('hello')
  },
  'length that never was removed': (response) => {
    response.removeHeader('content-length')
    response.end('hello')
  },
  'transfer-encoding removed': (response) => {
    response.removeHeader('transfer-encoding')
    response.write('hel')
    response.end('lo')
  },
  'Connection: close by the app': (response) =>
    response.setHeader('Connection', 'close').end('hello'),
  'shouldKeepAlive false': (response) => {
    response.shouldKeepAlive = false
    response.end('hello')
  },
  'no default type': (response) => response.end('<p>hello</p>'),
  'type kept as it is': (response) => response.setHeader('Content-Type', 'text/html').end('<p>'),
  'type with odd case kept': (response) =>
    response.setHeader('Content-Type', 'Text/HTML;Charset=UTF-8').end('<p>'),
  'content-encoding is not applied': (response) =>
    response.setHeader('Content-Encoding', 'gzip').end('not gzip'),
  'content-encoding identity': (response) =>
    response.setHeader('Content-Encoding', 'identity').end('plain'),
  'content-encoding br, streamed': (response) => {
    response.setHeader('Content-Encoding', 'br')
    response.write('not ')
    response.end('br')
  },
  'content-encoding of two': (response) =>
    response.setHeader('Content-Encoding', 'gzip, br').end('neither'),
  'Date is sent': (response) => response.end(),
  'Date of the app': (response) =>
    response.setHeader('Date', 'Thu, 01 Jan 1970 00:00:00 GMT').end(),
  'Date of the app, any text': (response) => response.setHeader('Date', 'not a date').end(),
  'Date removed': (response) => {
    response.removeHeader('Date')
    response.end()
  },
  'sendDate false': (response) => {
    response.sendDate = false
    response.end()
  },
  'sendDate true after removeHeader': (response) => {
    response.removeHeader('date')
    response.sendDate = true
    response.end()
  },
  'Trailer announced': (response) => {
    response.setHeader('Trailer', 'X-Sum')
    response.write('hello')
    response.end()
  },
}

const bodyless: Record<string, Respond> = {
  data: (response) => response.end('hello'),
  writes: (response) => {
    response.write('hello')
    response.end('world')
  },
  'a length': (response) => response.setHeader('Content-Length', 5).end(),
  nothing: (response) => response.end(),
  'chunked by the app': (response) => response.setHeader('Transfer-Encoding', 'chunked').end('x'),
}

export const framing: Definition[] = [
  ...Object.entries(cases).map(([name, respond]) =>
    bare(name, get(), (_request, response) => void respond(response), {
      framingMatters: /chunked|removed/.test(name),
    }),
  ),
  bare(
    'length of an answer to POST',
    post('body'),
    (_request, response) => void response.end('hello'),
  ),
  bare(
    'length of an answer to HTTP/1.0',
    send({ version: '1.0' }),
    (_request, response) => void response.end('hello'),
  ),
  bare('streamed answer to HTTP/1.0', send({ version: '1.0' }), (_request, response) => {
    response.write('hel')
    response.end('lo')
  }),
  ...[204, 205, 304].flatMap((status) =>
    Object.entries(bodyless).map(([name, respond]) =>
      bare(`${status} with ${name}`, get(), (_request, response) => {
        response.statusCode = status
        response.setHeader('X-Kept', 'yes')
        respond(response)
      }),
    ),
  ),
  bare('204 through writeHead with a type', get(), (_request, response) => {
    response.writeHead(204, { 'Content-Type': 'text/plain' }).end()
  }),
  bare('304 keeps its ETag', get(), (_request, response) => {
    response.writeHead(304, { ETag: '"x"', 'Cache-Control': 'max-age=1' }).end()
  }),
  bare('body shorter than its length', get(), (_request, response) => {
    response.writeHead(200, { 'Content-Length': 11 })
    response.end('hello')
  }),
  bare('writes shorter than their length', get(), (_request, response) => {
    response.writeHead(200, { 'Content-Length': 11 })
    response.write('hello')
    response.end()
  }),
  bare('body longer than its length', get(), (_request, response) => {
    response.writeHead(200, { 'Content-Length': 5 })
    response.end('hello world')
  }),
  bare('writes longer than their length', get(), (_request, response) => {
    response.writeHead(200, { 'Content-Length': 5 })
    response.write('hello ')
    response.end('world')
  }),
  bare(
    'strictContentLength, end() of too much',
    get(),
    (_request, response, record) => {
      response.strictContentLength = true
      response.setHeader('Content-Length', 5)
      record(JSON.stringify(attempt(() => response.end('hello world'))))
      record(`sent ${response.headersSent}, ended ${response.writableEnded}`)
      response.destroy()
    },
    { until: 'sent' },
  ),
  bare(
    'strictContentLength, write() of too much',
    get(),
    (_request, response, record) => {
      response.strictContentLength = true
      response.setHeader('Content-Length', 5)
      response.on('error', (error) => record(`error ${JSON.stringify(describe(error))}`))
      record(JSON.stringify(attempt(() => response.write('hello world'))))
      record(JSON.stringify(attempt(() => response.write('again'))))
      record(JSON.stringify(attempt(() => response.end())))
      record(`ended ${response.writableEnded}`)
      setTimeout(() => {
        response.destroy()
        record('done')
      }, 20)
    },
    { until: 'done' },
  ),
  bare(
    'strictContentLength, end() of too little',
    get(),
    (_request, response, record) => {
      response.strictContentLength = true
      response.setHeader('Content-Length', 5)
      response.write('hel')
      record(JSON.stringify(attempt(() => response.end())))
      record(JSON.stringify(attempt(() => response.end('lo'))))
      record('done')
    },
    { until: 'done' },
  ),
  bare('strictContentLength, exact', get(), (_request, response) => {
    response.strictContentLength = true
    response.setHeader('Content-Length', 5)
    response.write('hel')
    response.end('lo')
  }),
]
