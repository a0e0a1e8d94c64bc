/** Log lines of made-up exchanges, which are the same in every place. */

/** As much of morgan as makes lines, in every version. */
export interface Morgan {
  compile(format: string): FormatLine
  token(name: string, value: unknown): unknown
  [name: string]: unknown
}
type FormatLine = (tokens: Morgan, request: object, response: object) => string | undefined

const named = ['combined', 'common', 'short', 'tiny', 'dev']

export const formats = [
  '',
  'plain text',
  ':method',
  ':method:url',
  ':req[X-Note]|:req[x-none]|:res[content-length]|:res[x-none]',
  '[:date[iso]] [:date[clf]] [:date[web]] :date',
  ':remote-addr :remote-user ":referrer" ":user-agent" :response-time[0] ms',
  '"quoted" \\ \n\t\r \u001b[31m\u0000 é \u2028 ${x} `',
  ':method[] :m :a-b-c :: :status:',
  ':own[an "argument" \\ with é] :number :object :nothing :empty',
]

function exchange(statusCode: number): [request: object, response: object] {
  const fields: Record<string, string | string[] | undefined> = {
    'content-length': '12',
    'x-list': ['a', 'b'],
  }
  const request = {
    method: 'GET',
    url: '/a?b=%20é',
    httpVersionMajor: 1,
    httpVersionMinor: 1,
    headers: {
      'user-agent': 'Agent "1.0"',
      'x-note': 'a note',
      referer: 'http://a.example/',
      authorization: `Basic ${btoa('ada:lovelace')}`,
    },
    _remoteAddress: '192.0.2.1',
    _startAt: [1, 0],
  }
  const response = {
    headersSent: statusCode > 0,
    statusCode,
    _startAt: [1, 2_345_678],
    getHeader: (name: string) => fields[name.toLowerCase()],
  }
  return [request, response]
}

/**
 * Compiles every format, and writes a line of each exchange.
 *
 * @param morgan What `require('morgan')` returns
 * @returns The lines, or what was thrown in place of one
 */
export function morganLines(morgan: Morgan): string[] {
  // The only one that depends on the moment.
  const { date } = morgan as unknown as { date: (...values: unknown[]) => string }
  morgan.token('date', (...values: unknown[]) => date(...values).replaceAll(/\w/g, '#'))
  morgan.token('own', (_request: object, _response: object, argument: string) => `<${argument}>`)
  morgan.token('number', () => 5)
  morgan.token('object', () => ({ valueOf: () => 'value', toString: () => 'text' }))
  morgan.token('nothing', () => undefined)
  morgan.token('empty', () => '')

  const functions = [...named.map((name) => morgan[name] as FormatLine | string), ...formats].map(
    (format) => (typeof format === 'function' ? format : morgan.compile(format)),
  )
  return functions.flatMap((line) =>
    [200, 302, 404, 500, 0].map((status) => {
      const [request, response] = exchange(status)
      try {
        return JSON.stringify(line(morgan, request, response))
      } catch (error) {
        return (error as Error).name
      }
    }),
  )
}
