/** Behaviours 13 to 15, and what every middleware reads: `headers`, `rawHeaders`, `headersDistinct`. */
import { answer } from '../../../../../scripts/comparison/observe.ts'
import { bare, type Definition, type Handler } from '../probe.ts'
import {
  bytesOf,
  chunk,
  get,
  head,
  script,
  send,
  write,
} from '../../../../../scripts/comparison/request.ts'

/** Headers of the requests' own framing, of no interest here. */
const framing = new Set(['host', 'x-probe', 'connection'])

const echo: Handler = (request, response) => {
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => !framing.has(name)),
  )
  answer(response, headers)
}

const reading = (read: (request: Parameters<Handler>[0]) => unknown): Handler => {
  return (request, response) => answer(response, { value: read(request) ?? 'undefined' })
}

/** Names of which Node keeps the first line only. */
const firstOnly = [
  'Age',
  'Authorization',
  'Content-Type',
  'ETag',
  'Expires',
  'From',
  'If-Modified-Since',
  'If-Unmodified-Since',
  'Last-Modified',
  'Location',
  'Max-Forwards',
  'Proxy-Authorization',
  'Referer',
  'Retry-After',
  'Server',
  'User-Agent',
]

export const requestHeaders: Definition[] = [
  bare(
    'one of each kind',
    get('/', 'X-One: 1', 'Accept: */*', 'User-Agent: probe', 'Content-Type: a/b'),
    echo,
  ),
  bare('repeated, joined', get('/', 'X-One: 1', 'X-Two: 2', 'x-one: 3'), echo),
  bare('repeated Accept', get('/', 'Accept: a/b', 'Accept: c/d;q=0.5'), echo),
  bare(
    'repeated X-Forwarded-For',
    get('/', 'X-Forwarded-For: 1.1.1.1', 'X-Forwarded-For: 2.2.2.2'),
    echo,
  ),
  bare('repeated Cookie', get('/', 'Cookie: a=1', 'Cookie: b=2; c=3', 'cookie: d=4'), echo),
  bare('one Cookie with a comma', get('/', 'Cookie: a=1, b=2; c="x, y"'), echo),
  bare('repeated Set-Cookie is a list', get('/', 'Set-Cookie: a=1', 'Set-Cookie: b=2'), echo),
  bare(
    'one Set-Cookie is a list',
    get('/', 'Set-Cookie: a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT'),
    echo,
  ),
  ...firstOnly.map((name) =>
    bare(`repeated ${name} keeps the first`, get('/', `${name}: a`, `${name}: b`), echo),
  ),
  bare(
    'repeated Host keeps the first',
    get('/', 'Host: second.test'),
    reading(({ headers }) => headers.host),
  ),
  bare('empty value', get('/', 'X-Empty:', 'X-Blank:   '), echo),
  bare('repeated with an empty value', get('/', 'X-One:', 'X-One: 1', 'X-One:'), echo),
  bare('blanks around a value', get('/', 'X-Padded: \t a  b \t '), echo),
  bare('tab within a value', get('/', 'X-Tab: a\tb'), echo),
  bare('no blank after the colon', get('/', 'X-Tight:value:with:colons'), echo),
  bare('UTF-8 value', get('/', `X-Text: ${bytesOf('café €')}`), echo),
  bare('latin1 value', get('/', 'X-Text: caf\xe9'), echo),
  bare(
    'special names',
    get('/', '__proto__: a', 'constructor: b', 'toString: c', 'hasOwnProperty: d'),
    echo,
  ),
  bare('odd characters in a name', get('/', "X!#$%&'*+-.^_`|~9: a", '9: b'), echo),
  bare('underscore and dash are two names', get('/', 'X_One: a', 'X-One: b'), echo),
  bare('value of 4 KB', get('/', `X-Long: ${'long'.repeat(1000)}`), echo),
  bare('head of 20 KB', get('/', `X-Long: ${'long'.repeat(5000)}`), echo),
  bare(
    '100 headers',
    get('/', ...Array.from({ length: 100 }, (_, index) => `X-Header-${index}: ${index}`)),
    echo,
  ),
  bare('name with a space', get('/', 'Bad Name: x'), echo),
  bare('space before the colon', get('/', 'X-Bad : x'), echo),
  bare('line without a colon', get('/', 'no colon here'), echo),
  bare('folded line', get('/', 'X-Folded: a\r\n b'), echo),
  bare('control character in a value', get('/', 'X-Bad: a\x01b'), echo),
  bare(
    'line ends of LF only',
    script([write('GET / HTTP/1.1\nHost: x\nX-Probe: {probe}\nConnection: close\n\n')]),
    echo,
  ),
  bare(
    'rawHeaders keeps case, order and repetition',
    get('/', 'x-LOWER: 1', 'X-Two: 2', 'x-lower: 3'),
    (request, response) => answer(response, { rawHeaders: request.rawHeaders }),
  ),
  bare('rawHeaders as pairs, case aside', get('/', 'B: 1', 'A: 2'), (request, response) => {
    const pairs: Record<string, string | undefined> = {}
    request.rawHeaders.forEach((name, index, all) => {
      if (index % 2 === 0) pairs[name.toLowerCase()] = all[index + 1]
    })
    answer(response, pairs)
  }),
  bare('headersDistinct', get('/', 'X-One: 1', 'X-Two: 2'), (request, response) => {
    answer(response, {
      ...request.headersDistinct,
      prototype: Object.getPrototypeOf(request.headersDistinct) === null,
    })
  }),
  bare(
    'headersDistinct of a repeated header',
    get('/', 'X-One: 1', 'X-One: 2'),
    reading(({ headersDistinct }) => headersDistinct['x-one']),
  ),
  bare(
    'headersDistinct of a repeated cookie',
    get('/', 'Cookie: a=1', 'Cookie: b=2'),
    reading(({ headersDistinct }) => headersDistinct.cookie),
  ),
  bare('prototype and absence', get(), (request, response) => {
    const { headers } = request
    answer(response, {
      prototype: Object.getPrototypeOf(headers) === Object.prototype,
      absent: headers['x-absent'] === undefined,
      in: 'x-absent' in headers,
      same: request.headers === headers,
    })
  }),
  bare('headers can be changed and replaced', get('/', 'X-One: 1'), (request, response) => {
    request.headers['x-two'] = '2'
    delete request.headers['x-one']
    const changed = { one: request.headers['x-one'] ?? 'gone', two: request.headers['x-two'] }
    request.headers = { 'x-three': '3' }
    answer(response, { changed, replaced: request.headers })
  }),
  bare('version', get(), ({ httpVersion, httpVersionMajor, httpVersionMinor }, response) => {
    answer(response, { httpVersion, httpVersionMajor, httpVersionMinor })
  }),
  bare('HTTP/1.0', send({ version: '1.0' }), ({ httpVersion, url }, response) =>
    answer(response, { httpVersion, url }),
  ),
  bare(
    'HTTP/1.0 without a Host',
    script([write('GET / HTTP/1.0\r\nX-Probe: {probe}\r\n\r\n')]),
    echo,
  ),
  bare(
    'HTTP/1.1 without a Host',
    script([write('GET / HTTP/1.1\r\nX-Probe: {probe}\r\nConnection: close\r\n\r\n')]),
    echo,
  ),
  bare(
    'Host with a port',
    send({ host: 'probe.test:8080' }),
    reading(({ headers }) => headers.host),
  ),
  bare(
    'Host as an IPv6 address',
    send({ host: '[::1]:8080' }),
    reading(({ headers }) => headers.host),
  ),
  bare(
    'Host with upper case',
    send({ host: 'Probe.TEST' }),
    reading(({ headers }) => headers.host),
  ),
  bare(
    'Host that is no host',
    send({ host: 'not a host' }),
    reading(({ headers }) => headers.host),
  ),
  bare(
    'Host that is empty',
    send({ host: '' }),
    reading(({ headers }) => headers.host),
  ),
  bare('Host with a path', send({ host: 'probe.test/evil?' }), ({ headers, url }, response) =>
    answer(response, { host: headers.host, url }),
  ),
  bare(
    'hop-by-hop headers are visible',
    get('/', 'Keep-Alive: timeout=9', 'TE: trailers', 'Proxy-Connection: x'),
    echo,
  ),
  bare(
    'encoding and range headers are visible',
    get('/', 'Accept-Encoding: br, gzip', 'Range: bytes=0-1', 'If-None-Match: "x"'),
    echo,
  ),
  bare('length of a body is visible', send({ method: 'POST', body: 'four' }), echo),
  bare('length 0 is visible', send({ method: 'POST', body: '' }), echo),
  bare('no length, no body', send({ method: 'POST' }), echo),
  bare('chunked framing is visible', send({ method: 'POST', chunks: ['one'] }), echo),
  bare(
    'trailers of a request',
    script(
      [
        write(
          `${head({ method: 'POST', chunks: [], headers: ['Trailer: X-Sum'] })}${chunk('one')}0\r\nX-Sum: 1\r\n\r\n`,
        ),
      ],
      'POST',
    ),
    (request, response) => {
      request.resume().on('end', () => {
        answer(response, {
          trailers: request.trailers,
          distinct: request.trailersDistinct,
          raw: request.rawTrailers,
        })
      })
    },
  ),
  bare(
    'trailers are empty at first',
    send({ method: 'POST', body: 'x' }),
    ({ trailers, rawTrailers }, response) => {
      answer(response, { trailers, rawTrailers })
    },
  ),
]
