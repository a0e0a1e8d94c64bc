/** Behaviour 14: `request.url` is the request target as it was written. */
import { answer } from '../../../../../scripts/comparison/observe.ts'
import { bare, type Definition, type Handler } from '../probe.ts'
import { bytesOf, get, send } from '../../../../../scripts/comparison/request.ts'

const targets: Record<string, string> = {
  root: '/',
  'two dots': '/a/../b',
  'two dots at the end': '/a/..',
  'two dots beyond the root': '/../../b',
  'one dot': '/a/./b',
  'one dot alone': '/.',
  'encoded dots': '/a/%2e%2e/b/%2E',
  'double slash at the start': '//double/slash',
  'three slashes': '///',
  'double slash within': '/a//b//',
  'double slash then dots': '/a//../b',
  'encoded slash': '/a%2Fb',
  'encoded backslash': '/a%5Cb%5c',
  backslash: '/a\\b\\..\\c',
  'backslash at the start': '/\\host/path',
  'invalid percent': '/%zz',
  'cut percent': '/a%2',
  'encoded null': '/a%00b',
  'encoded space and plus': '/a%20b+c',
  'encoded UTF-8': '/caf%C3%A9/%E2%82%AC',
  'upper and lower case kept': '/A%c3%A9b',
  'semicolons, colons, at': "/a;b=c:d@e,f!$&'()*+~",
  'question mark alone': '/?',
  'two question marks': '/?a=1?b=2',
  'empty query parts': '/?a&&=&b=',
  'query with dots and slashes': '/x?path=/a/../b//c',
  'query with backslash': '/x?a=\\b',
  'query with invalid percent': '/x?a=%zz&b=%',
  'query with brackets': '/x?a[b]=1&a[]=2',
  long: `/${'long/'.repeat(1000)}?${'q'.repeat(2000)}`,
}

/** What workerd's or Node's parser may refuse, or rewrite, before any listener runs. */
const unusual: Record<string, string> = {
  fragment: '/a#fragment?x',
  'fragment after the query': '/a?b#c',
  'absolute form': 'http://other.test/absolute/../x?y=1',
  'absolute form without a path': 'http://other.test',
  'quotes, angles, braces': '/"<>^`{|}',
  'UTF-8 unencoded': bytesOf('/café'),
  'UTF-8 unencoded in the query': bytesOf('/x?q=é'),
  space: '/a b',
  'no slash': 'path',
  'query without a path': '?query',
  tab: '/a\tb',
}

const echo: Handler = (request, response) =>
  answer(response, { url: request.url, method: request.method })

export const urls: Definition[] = [
  ...[...Object.entries(targets), ...Object.entries(unusual)].map(([name, target]) =>
    bare(name, get(target), echo),
  ),
  bare('asterisk', send({ method: 'OPTIONS', target: '*' }), echo),
  bare('asterisk with GET', get('*'), echo),
  bare('url can be assigned', get('/before'), (request, response) => {
    request.url = '/after'
    answer(response, { url: request.url })
  }),
]
