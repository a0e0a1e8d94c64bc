/** Behaviour 5: `setHeader` and its kin, `writeHead` in all its forms, and Node's own error codes. */
import type { ServerResponse } from 'node:http'
import { answer, attempt, shown } from '../../../../../scripts/comparison/observe.ts'
import { bare, type Definition } from '../probe.ts'
import { get } from '../../../../../scripts/comparison/request.ts'

/** Calls that types forbid. */
interface Untyped {
  setHeader(...values: unknown[]): unknown
  appendHeader(...values: unknown[]): unknown
  setHeaders(...values: unknown[]): unknown
  writeHead(...values: unknown[]): unknown
  getHeader(...values: unknown[]): unknown
  hasHeader(...values: unknown[]): unknown
  removeHeader(...values: unknown[]): unknown
}
const untyped = (response: ServerResponse): Untyped => response

/** What goes out when a handler sets these. */
const outgoing: Record<string, (response: ServerResponse) => unknown> = {
  setHeader: (response) => response.setHeader('X-One', '1'),
  'setHeader twice replaces': (response) => {
    response.setHeader('X-One', '1')
    response.setHeader('x-one', '2')
  },
  'setHeader of a list': (response) => response.setHeader('X-List', ['a', 'b', 'c']),
  'setHeader of a list of one': (response) => response.setHeader('X-List', ['a']),
  'setHeader of an empty list': (response) => response.setHeader('X-List', []),
  'setHeader of a number': (response) => response.setHeader('X-Number', 42),
  'setHeader of falsy values': (response) => {
    response.setHeader('X-Zero', 0)
    response.setHeader('X-Empty', '')
    untyped(response).setHeader('X-False', false)
    untyped(response).setHeader('X-Null', null)
    untyped(response).setHeader('X-NaN', Number.NaN)
  },
  'setHeader of an object': (response) =>
    untyped(response).setHeader('X-Object', { toString: () => 'as text' }),
  'setHeader of numbers in a list': (response) => untyped(response).setHeader('X-List', [1, 0, '']),
  'setHeader with blanks': (response) => response.setHeader('X-Padded', '  a  b  '),
  'setHeader with a tab': (response) => response.setHeader('X-Tab', 'a\tb'),
  'setHeader with latin1': (response) => response.setHeader('X-Text', 'caf\xe9'),
  'setHeader of 4 KB': (response) => response.setHeader('X-Long', 'long'.repeat(1000)),
  'setHeader of 100 headers': (response) => {
    for (let index = 0; index < 100; index++) response.setHeader(`X-Header-${index}`, index)
  },
  'setHeader with a comma': (response) => response.setHeader('X-Comma', 'a, b'),
  'setHeader with odd characters in a name': (response) =>
    response.setHeader("X!#$%&'*+-.^_`|~", 'a'),
  'two Set-Cookie': (response) =>
    response.setHeader('Set-Cookie', ['a=1; Path=/', 'b=2, with comma']),
  'one Set-Cookie': (response) =>
    response.setHeader('Set-Cookie', 'a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT'),
  'three Set-Cookie appended': (response) => {
    response.appendHeader('Set-Cookie', 'a=1')
    response.appendHeader('set-cookie', ['b=2', 'c=3'])
  },
  'ten Set-Cookie': (response) =>
    response.setHeader(
      'Set-Cookie',
      Array.from({ length: 10 }, (_, index) => `c${index}=${index}`),
    ),
  'two equal Set-Cookie': (response) => response.setHeader('Set-Cookie', ['a=1', 'a=1']),
  'appendHeader to nothing': (response) => response.appendHeader('X-One', '1'),
  'appendHeader to one': (response) => {
    response.setHeader('X-One', '1')
    response.appendHeader('x-one', '2')
  },
  'appendHeader to a list': (response) => {
    response.setHeader('X-One', ['1', '2'])
    response.appendHeader('X-One', ['3', '4'])
  },
  removeHeader: (response) => {
    response.setHeader('X-One', '1')
    response.setHeader('X-Two', '2')
    response.removeHeader('x-ONE')
    response.removeHeader('x-never-set')
  },
  'removeHeader then set again': (response) => {
    response.setHeader('X-One', '1')
    response.removeHeader('X-One')
    response.setHeader('X-One', '2')
  },
  'setHeaders(Headers)': (response) =>
    response.setHeaders(
      new Headers([
        ['x-one', '1'],
        ['x-two', '2'],
        ['x-one', '3'],
      ]),
    ),
  'setHeaders(Headers) with cookies': (response) =>
    response.setHeaders(
      new Headers([
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ]),
    ),
  'setHeaders(Map)': (response) =>
    response.setHeaders(
      new Map<string, number | string | string[]>([
        ['X-One', '1'],
        ['X-Two', ['2', '3']],
        ['X-Three', 4],
      ]),
    ),
  'setHeaders over setHeader': (response) => {
    response.setHeader('X-One', 'before')
    response.setHeaders(new Map([['x-one', 'after']]))
  },
  'names that objects have': (response) => {
    response.setHeader('__proto__', 'a')
    response.setHeader('constructor', 'b')
    response.setHeader('hasOwnProperty', 'c')
  },
  'WWW-Authenticate of several': (response) =>
    response.setHeader('WWW-Authenticate', ['Basic realm="a, b"', 'Bearer']),
  'Link of several': (response) =>
    response.setHeader('Link', ['</a>; rel=preload', '</b>; rel=preload']),
  'Vary of several': (response) => response.setHeader('Vary', ['Accept', 'Origin']),
  'Server, Via and others are not touched': (response) => {
    response.setHeader('Server', 'mine')
    response.setHeader('Via', '1.1 me')
    response.setHeader('Alt-Svc', 'clear')
    response.setHeader('Upgrade-Insecure-Requests', '1')
    response.setHeader('X-Powered-By', 'Node')
  },
  'flushing keeps all': (response) => {
    response.setHeader('X-One', ['1', '2'])
    response.flushHeaders()
  },
}

/** `writeHead` in its forms; each ends the response itself. */
const heads: Record<string, (response: ServerResponse) => unknown> = {
  object: (response) => response.writeHead(201, { 'X-One': '1', 'X-List': ['a', 'b'] }),
  'text and object': (response) => response.writeHead(201, 'Made', { 'X-One': '1' }),
  'no headers': (response) => response.writeHead(202),
  'text and nothing': (response) => untyped(response).writeHead(202, 'Taken', undefined),
  'undefined for a text': (response) =>
    untyped(response).writeHead(202, undefined, { 'X-One': '1' }),
  'flat list': (response) => response.writeHead(200, ['X-One', '1', 'X-Two', '2']),
  'flat list with a repeated name': (response) =>
    response.writeHead(200, ['X-One', '1', 'X-Two', '2', 'x-one', '3']),
  'flat list with cookies': (response) =>
    response.writeHead(200, ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']),
  'flat list with a list': (response) =>
    untyped(response).writeHead(200, ['X-One', ['1', '2'], 'Set-Cookie', ['a=1', 'b=2']]),
  pairs: (response) =>
    untyped(response).writeHead(200, [
      ['X-One', '1'],
      ['X-Two', '2'],
    ]),
  'pairs with a repeated name': (response) =>
    untyped(response).writeHead(200, [
      ['X-One', '1'],
      ['x-one', '2'],
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
    ]),
  'flat list over setHeader': (response) => {
    response.setHeader('X-One', 'before')
    response.setHeader('X-Kept', 'yes')
    response.writeHead(200, ['x-one', 'after', 'X-Two', '2'])
  },
  'repeated flat list over setHeader': (response) => {
    response.setHeader('X-One', 'before')
    response.writeHead(200, ['x-one', 'after', 'X-One', 'again'])
  },
  'pairs over setHeader': (response) => {
    response.setHeader('X-One', 'before')
    untyped(response).writeHead(200, [
      ['x-one', 'after'],
      ['x-one', 'again'],
    ])
  },
  'object over setHeader': (response) => {
    response.setHeader('X-One', 'before')
    response.setHeader('X-Kept', 'yes')
    response.writeHead(200, { 'x-one': 'after' })
  },
  'object over cookies': (response) => {
    response.setHeader('Set-Cookie', ['a=1', 'b=2'])
    response.writeHead(200, { 'Set-Cookie': 'c=3' })
  },
  'falsy values': (response) =>
    untyped(response).writeHead(200, {
      'X-Zero': 0,
      'X-Empty': '',
      'X-False': false,
      'X-Null': null,
    }),
  'falsy values over setHeader': (response) => {
    response.setHeader('X-One', '1')
    untyped(response).writeHead(200, { 'X-Zero': 0, 'X-Empty': '' })
  },
  'empty object': (response) => response.writeHead(200, {}),
  'empty list': (response) => response.writeHead(200, []),
  'null for headers': (response) => untyped(response).writeHead(200, null),
  length: (response) => response.writeHead(200, { 'Content-Length': '4' }),
  'length in a list': (response) => response.writeHead(200, ['Content-Length', '4']),
  'Headers object': (response) => untyped(response).writeHead(200, new Headers({ 'x-one': '1' })),
  Map: (response) => untyped(response).writeHead(200, new Map([['x-one', '1']])),
  'Date in a list': (response) =>
    response.writeHead(200, ['Date', 'Thu, 01 Jan 1970 00:00:00 GMT']),
}

const badNames = [
  '',
  'a b',
  'a:b',
  'a\r\nb',
  'é',
  'a\0',
  '(x)',
  'a/b',
  1,
  null,
  undefined,
  {},
  Symbol('s'),
] as unknown[]
const badValues = [
  'a\r\nX-Injected: 1',
  'a\nb',
  'a\rb',
  'a\0b',
  '€',
  '\x7f',
  undefined,
  ['a', 'b\n'],
  [undefined],
] as unknown[]

/** What a handler reads back. */
const readBack: Record<string, (response: ServerResponse) => unknown> = {
  getHeader: (response) => {
    response.setHeader('X-One', '1')
    response.setHeader('X-Number', 2)
    response.setHeader('X-List', ['a', 'b'])
    return [
      response.getHeader('x-ONE'),
      response.getHeader('X-Number'),
      response.getHeader('x-list'),
      response.getHeader('absent') ?? 'undefined',
    ]
  },
  'getHeader after appendHeader': (response) => {
    response.appendHeader('X-One', '1')
    const once = response.getHeader('X-One')
    response.appendHeader('X-One', '2')
    return [once, response.getHeader('X-One')]
  },
  'getHeader after appendHeader to a number': (response) => {
    response.setHeader('X-One', 1)
    response.appendHeader('X-One', '2')
    return response.getHeader('X-One')
  },
  getHeaders: (response) => {
    response.setHeader('X-One', '1')
    response.setHeader('Set-Cookie', ['a=1'])
    const headers = response.getHeaders()
    return { headers, prototype: Object.getPrototypeOf(headers) === null }
  },
  'getHeaders of nothing': (response) => ({
    headers: response.getHeaders(),
    prototype: Object.getPrototypeOf(response.getHeaders()) === null,
  }),
  'getHeaders is a copy': (response) => {
    response.setHeader('X-One', '1')
    response.getHeaders()['x-one'] = '2'
    return response.getHeader('X-One')
  },
  getHeaderNames: (response) => {
    response.setHeader('X-Two', '2')
    response.setHeader('X-One', '1')
    response.setHeader('SET-Cookie', 'a')
    return response.getHeaderNames()
  },
  getRawHeaderNames: (response) => {
    response.setHeader('X-Two', '2')
    response.setHeader('x-ONE', '1')
    return (response as unknown as { getRawHeaderNames(): string[] }).getRawHeaderNames()
  },
  'order after a header is set again': (response) => {
    response.setHeader('A', '1')
    response.setHeader('B', '1')
    response.setHeader('a', '2')
    return [
      response.getHeaderNames(),
      (response as unknown as { getRawHeaderNames(): string[] }).getRawHeaderNames(),
    ]
  },
  hasHeader: (response) => {
    response.setHeader('X-Empty', '')
    return [response.hasHeader('x-EMPTY'), response.hasHeader('X-Absent')]
  },
  'setHeader and appendHeader chain': (response) => [
    response.setHeader('X-One', '1') === response,
    response.appendHeader('X-One', '1') === response,
    response.setHeaders(new Map()) === response,
    untyped(response).removeHeader('x-one') ?? 'undefined',
  ],
  'a list is kept by reference': (response) => {
    const list = ['a']
    response.setHeader('X-List', list)
    return response.getHeader('X-List') === list
  },
  'flushHeaders and headersSent': (response) => response.headersSent,
  'getHeader of no string': (response) => [
    attempt(() => untyped(response).getHeader(1)),
    attempt(() => untyped(response).getHeader()),
  ],
  'hasHeader of no string': (response) => [
    attempt(() => untyped(response).hasHeader(1)),
    attempt(() => untyped(response).hasHeader()),
  ],
  'removeHeader of no string': (response) => [
    attempt(() => untyped(response).removeHeader(1)),
    attempt(() => untyped(response).removeHeader()),
  ],
  'setHeaders of what is no map': (response) =>
    [null, undefined, {}, [], [['a', 'b']], 'a'].map((value) =>
      attempt(() => untyped(response).setHeaders(value)),
    ),
  'writeHead with an odd list': (response) =>
    attempt(() => response.writeHead(200, ['X-One', '1', 'X-Two'])),
  'writeHead with a bad name': (response) => attempt(() => response.writeHead(200, { 'a b': '1' })),
  'writeHead with a bad value': (response) =>
    attempt(() => response.writeHead(200, { 'X-One': 'a\r\nb' })),
  'writeHead with an undefined value': (response) =>
    attempt(() => untyped(response).writeHead(200, { 'X-One': undefined })),
  'writeHead with a bad name over setHeader': (response) => {
    response.setHeader('X-Two', '2')
    return attempt(() => response.writeHead(200, { 'a b': '1' }))
  },
  'writeHead with a bad value in a list': (response) =>
    attempt(() => response.writeHead(200, ['X-One', 'a\nb'])),
}

/** Node's own messages, once the head is out. */
const tooLate: Record<string, (response: ServerResponse) => unknown> = {
  setHeader: (response) => response.setHeader('X-Late', '1'),
  'setHeader of a bad name': (response) => response.setHeader('a b', '1'),
  setHeaders: (response) => response.setHeaders(new Map([['X-Late', '1']])),
  appendHeader: (response) => response.appendHeader('X-Late', '1'),
  removeHeader: (response) => response.removeHeader('X-Early'),
  writeHead: (response) => response.writeHead(200),
  'writeHead of a bad status': (response) => response.writeHead(1000),
  getHeader: (response) => response.getHeader('X-Early'),
  getHeaders: (response) => response.getHeaders(),
  getHeaderNames: (response) => response.getHeaderNames(),
  hasHeader: (response) => response.hasHeader('x-early'),
  headersSent: (response) => response.headersSent,
  flushHeaders: (response) => response.flushHeaders(),
}

export const responseHeaders: Definition[] = [
  ...Object.entries(outgoing).map(([name, set]) =>
    bare(`sent: ${name}`, get(), (_request, response) => {
      const observed = attempt(() => void set(response))
      response.end(JSON.stringify(observed))
    }),
  ),
  ...Object.entries(heads).map(([name, write]) =>
    bare(`writeHead: ${name}`, get(), (_request, response) => {
      const observed = attempt(() => void write(response))
      if (response.headersSent) response.end('body')
      else answer(response, observed)
    }),
  ),
  ...Object.entries(readBack).map(([name, read]) =>
    bare(`read: ${name}`, get(), (_request, response) => {
      const value = read(response)
      for (const header of response.getHeaderNames()) response.removeHeader(header)
      answer(response, { value })
    }),
  ),
  ...badNames.map((name) =>
    bare(`bad name of ${shown(name)}`, get(), (_request, response) => {
      answer(response, {
        set: attempt(() => untyped(response).setHeader(name, 'value')),
        append: attempt(() => untyped(response).appendHeader(name, 'value')),
      })
    }),
  ),
  ...badValues.map((value) =>
    bare(`bad value of ${shown(value)}`, get(), (_request, response) => {
      const observed = {
        set: attempt(() => untyped(response).setHeader('X-Bad', value)),
        append: attempt(() => untyped(response).appendHeader('X-Bad', value)),
      }
      response.removeHeader('X-Bad')
      answer(response, observed)
    }),
  ),
  ...Object.entries(tooLate).map(([name, call]) =>
    bare(`too late: ${name}`, get(), (_request, response) => {
      response.setHeader('X-Early', '1')
      response.setHeader('Content-Type', 'application/json')
      response.flushHeaders()
      response.end(JSON.stringify(attempt(() => call(response))))
    }),
  ),
  bare(
    'too late: setHeader after end()',
    get(),
    (_request, response, record) => {
      response.end('x')
      record(JSON.stringify(attempt(() => response.setHeader('X-Late', '1'))))
      record(JSON.stringify(attempt(() => response.writeHead(500))))
      record('done')
    },
    { until: 'done' },
  ),
  bare('validateHeaderName and validateHeaderValue', get(), async (_request, response) => {
    const { validateHeaderName, validateHeaderValue } = await import('node:http')
    answer(response, {
      fine: [
        attempt(() => validateHeaderName('X-One')),
        attempt(() => validateHeaderValue('X-One', '1')),
      ],
      name: attempt(() => validateHeaderName('a b')),
      label: attempt(() =>
        (validateHeaderName as (name: string, label: string) => void)('a b', 'Field'),
      ),
      value: attempt(() => validateHeaderValue('X-One', 'a\nb')),
      missing: attempt(() => validateHeaderValue('X-One', undefined as unknown as string)),
    })
  }),
  bare('writeHead twice', get(), (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify(attempt(() => response.writeHead(404))))
  }),
  bare('writeHead is enough for headersSent', get(), (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' })
    response.end(
      JSON.stringify({
        sent: response.headersSent,
        one: response.getHeader('content-type') ?? 'undefined',
      }),
    )
  }),
]
