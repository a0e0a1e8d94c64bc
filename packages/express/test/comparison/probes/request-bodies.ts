/** Behaviours 15 and 16: whether there is a body, how it is framed, and what happens when it is cut. */
import { createHash } from 'node:crypto'
import {
  answer,
  delay,
  readBody,
  requestState,
  watchRequest,
} from '../../../../../scripts/comparison/observe.ts'
import { bare, type Definition, type Handler } from '../probe.ts'
import {
  bytesOf,
  chunk,
  destroy,
  halfClose,
  head,
  lastChunk,
  pause,
  post,
  script,
  send,
  untilHead,
  until,
  write,
} from '../../../../../scripts/comparison/request.ts'

const echo: Handler = async (request, response) => {
  const body = await readBody(request)
  answer(response, {
    method: request.method,
    body: body.toString(),
    length: request.headers['content-length'] ?? 'none',
    encoding: request.headers['transfer-encoding'] ?? 'none',
    complete: request.complete,
  })
}

const hash: Handler = async (request, response) => {
  const body = await readBody(request)
  answer(response, { length: body.length, hash: createHash('sha256').update(body).digest('hex') })
}

/** Answers at once, whatever becomes of the body. */
const ignore: Handler = (request, response) =>
  answer(response, { url: request.url, state: requestState(request) })

/** Reads a body that will not arrive whole, and logs how the request ends. */
const logged: Handler = (request, response, record) => {
  watchRequest(request, record)
  response.on('close', () => record('response close'))
  request.on('data', (part: Buffer) => record(`data ${part.toString()}`))
  request.on('end', () => answer(response, { ended: true }))
}

const bigBody = 'All work and no play. '.repeat(50_000)
const allBytes = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('')
const expecting = head({ method: 'POST', body: 'body', headers: ['Expect: 100-continue'] })

/** Two requests on one connection, written at once. */
const pipelined = (first: string, second: string) => script([write(first + second)], 'POST', 'POST')

export const requestBodies: Definition[] = [
  bare('POST', post('hello'), echo),
  bare('POST in UTF-8', post(bytesOf('héllo €')), echo),
  bare('POST of every byte', post(allBytes), hash),
  bare('POST of 1 MB', post(bigBody), hash),
  bare(
    'POST of 1 MB in chunks',
    send({
      method: 'POST',
      chunks: Array.from({ length: 70 }, (_, index) =>
        bigBody.slice(index * 16_000, (index + 1) * 16_000),
      ).filter(Boolean),
    }),
    hash,
  ),
  bare('POST of length 0', post(''), echo),
  bare('POST without a body', send({ method: 'POST' }), echo),
  ...['GET', 'DELETE', 'PUT', 'PATCH', 'OPTIONS', 'QUERY', 'PROPFIND'].flatMap((method) => [
    bare(`${method} with a body`, send({ method, body: 'hello' }), echo),
    bare(`${method} with a chunked body`, send({ method, chunks: ['hel', 'lo'] }), echo),
    bare(`${method} of length 0`, send({ method, body: '' }), echo),
    bare(`${method} without a body`, send({ method }), echo),
  ]),
  bare('HEAD with a body', send({ method: 'HEAD', body: 'hello' }), (request, response) => {
    request.resume().on('end', () => response.setHeader('X-Ended', 'yes').end())
  }),
  bare('chunks of one byte', send({ method: 'POST', chunks: 'one by one'.split('') }), echo),
  bare(
    'chunks of odd sizes',
    send({ method: 'POST', chunks: ['a', 'bc', 'defghij', 'k'.repeat(1000), 'l'] }),
    echo,
  ),
  bare('chunked and empty', send({ method: 'POST', chunks: [] }), echo),
  bare(
    'chunk extensions',
    script(
      [write(`${head({ method: 'POST', chunks: [] })}5;name=value\r\nhello\r\n${lastChunk}`)],
      'POST',
    ),
    echo,
  ),
  bare(
    'chunk sizes in upper case and with zeros',
    script(
      [write(`${head({ method: 'POST', chunks: [] })}000B\r\nhello world\r\n${lastChunk}`)],
      'POST',
    ),
    echo,
  ),
  bare(
    'chunk size that is no number',
    script([write(`${head({ method: 'POST', chunks: [] })}zz\r\nhello\r\n${lastChunk}`)], 'POST'),
    logged,
    { until: 'request close' },
  ),
  bare(
    'chunks written with pauses',
    script(
      [
        write(head({ method: 'POST', chunks: [] })),
        pause(30),
        write(chunk('one')),
        pause(30),
        write(chunk('two').slice(0, 4)),
        pause(30),
        write(chunk('two').slice(4)),
        write(lastChunk),
      ],
      'POST',
    ),
    echo,
  ),
  bare(
    'slow body',
    script(
      [
        write(head({ method: 'POST', body: 'hello' })),
        pause(40),
        write('he'),
        pause(40),
        write('llo'),
      ],
      'POST',
    ),
    echo,
  ),
  bare(
    'head written in pieces',
    script(
      [
        write('POST / HT'),
        pause(20),
        write('TP/1.1\r\nHost: x\r\nX-Pro'),
        pause(20),
        write('be: {probe}\r\nConnection: close\r\n\r'),
        pause(20),
        write('\n'),
      ],
      'POST',
    ),
    echo,
  ),
  bare(
    'Expect: 100-continue, body waits',
    script([write(expecting), untilHead, write('body')], 'POST'),
    echo,
  ),
  bare('Expect: 100-continue, body at once', script([write(`${expecting}body`)], 'POST'), echo),
  bare(
    'Expect: 100-continue, body not read',
    script([write(expecting), untilHead, write('body')], 'POST'),
    ignore,
  ),
  bare(
    'Expect: something else',
    script(
      [write(head({ method: 'POST', body: 'x', headers: ['Expect: miracles'] })), write('x')],
      'POST',
    ),
    echo,
  ),
  bare(
    'length and chunked together',
    script(
      [
        write(
          `${head({ method: 'POST', chunks: [], headers: ['Content-Length: 5'] })}${chunk('hello')}${lastChunk}`,
        ),
      ],
      'POST',
    ),
    echo,
  ),
  bare(
    'two different lengths',
    script(
      [
        write(
          `${head({ method: 'POST', headers: ['Content-Length: 5', 'Content-Length: 6'] })}hello!`,
        ),
      ],
      'POST',
    ),
    echo,
  ),
  bare(
    'length that is no number',
    script([write(`${head({ method: 'POST', headers: ['Content-Length: five'] })}hello`)], 'POST'),
    echo,
  ),
  bare(
    'negative length',
    script([write(`${head({ method: 'POST', headers: ['Content-Length: -1'] })}hello`)], 'POST'),
    echo,
  ),
  bare(
    'unknown transfer coding',
    script(
      [write(`${head({ method: 'POST', headers: ['Transfer-Encoding: zip'] })}hello`)],
      'POST',
    ),
    echo,
  ),
  bare('body not read', post('hello'), ignore),
  bare('body of 1 MB not read', post(bigBody), ignore),
  bare(
    'answer while the body is on its way',
    script(
      [write(head({ method: 'POST', body: 'hello' })), write('he'), untilHead, write('llo')],
      'POST',
    ),
    ignore,
  ),
  bare(
    'two pipelined requests',
    script(
      [write(head({ target: '/first', keepAlive: true }) + head({ target: '/second' }))],
      'GET',
      'GET',
    ),
    async (request, response) => {
      // The first takes longer, yet has to be answered first.
      if (request.url === '/first') await delay(50)
      answer(response, { url: request.url })
    },
  ),
  bare(
    'two pipelined requests with bodies',
    pipelined(
      `${head({ method: 'POST', body: 'first', keepAlive: true })}first`,
      `${head({ method: 'POST', body: 'second' })}second`,
    ),
    echo,
  ),
  bare(
    'second request after a body not read',
    pipelined(
      `${head({ method: 'POST', target: '/first', body: 'first', keepAlive: true })}first`,
      `${head({ method: 'POST', target: '/second', body: 'second' })}second`,
    ),
    ignore,
  ),
  bare(
    'second request on a kept connection',
    script(
      [
        write(head({ target: '/first', keepAlive: true })),
        until('/first'),
        pause(20),
        write(head({ target: '/second' })),
      ],
      'GET',
      'GET',
    ),
    (request, response) => answer(response, { url: request.url }),
  ),
  bare(
    'body longer than its length',
    script([write(`${head({ method: 'POST', body: 'hello' })}hello and more`)], 'POST'),
    echo,
  ),
  bare(
    'body cut by a half-close',
    script(
      [write(`${head({ method: 'POST', body: 'hello world' })}hello`), pause(30), halfClose],
      'POST',
    ),
    logged,
    { until: 'request close' },
  ),
  bare(
    'body cut by a reset',
    script(
      [write(`${head({ method: 'POST', body: 'hello world' })}hello`), pause(60), destroy],
      'POST',
    ),
    logged,
    { until: 'response close' },
  ),
  bare(
    'chunked body cut by a half-close',
    script(
      [write(`${head({ method: 'POST', chunks: [] })}${chunk('hello')}`), pause(30), halfClose],
      'POST',
    ),
    logged,
    { until: 'request close' },
  ),
  bare(
    'cut body rejects an iteration',
    script(
      [write(`${head({ method: 'POST', body: 'hello world' })}hello`), pause(60), destroy],
      'POST',
    ),
    async (request, _response, record) => {
      try {
        for await (const part of request) record(`data ${String(part)}`)
        record('ended')
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException
        record(`rejected ${code} ${message}`)
      }
    },
    { until: 'rejected' },
  ),
]
