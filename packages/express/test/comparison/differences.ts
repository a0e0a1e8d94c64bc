import type { ListedDifference } from '../../../../scripts/comparison/judgement.ts'

const parserRefuses =
  'workerd reads the request line and headers itself and refuses these before any JavaScript runs, in its own words.'
const parserAccepts =
  'workerd reads the request line and headers itself, is more lenient here than Node, and gives no hint of it.'
const headersAreJoined =
  'workerd hands over repeated headers joined by a comma: which line came first, and that there were several, is lost.'
const noInterim = 'A Worker answers with one Response: nothing informational can be sent before it.'
const noTrailers = 'A Response has no trailers, and a Request none either.'
const noSilentEnd =
  'A Worker cannot close a connection without an answer; a request left without one gets 500.'
const nullBody =
  'A Response of status 204, 205 or 304 has no body, and workerd sends no Content-Length of the app with it.'
const statusRange = 'A Response takes a status from 200 to 599.'

/** A refusal by workerd, in place of Node's own, which has no body. */
const refusal = (text: string): Record<string, unknown> => ({
  'headers.content-type': ['text/plain'],
  'headers.content-length': [String(text.length)],
  body: text,
})

/** An answer where Node closes the connection without one. */
const answered = (status: number): Record<string, unknown> => ({
  ending: 'complete',
  answers: [status],
})

const urls: ListedDifference[] = [
  {
    probe: 'urls: fragment',
    bridge: { 'body.url': '/a' },
    because: 'workerd cuts the fragment off the URL.',
  },
  {
    probe: 'urls: fragment after the query',
    bridge: { 'body.url': '/a?b' },
    because: 'workerd cuts the fragment off the URL.',
  },
  {
    probe: 'urls: absolute form',
    bridge: { 'body.url': '/absolute/../x?y=1' },
    because: 'workerd takes the host out of the target before it makes the URL.',
  },
  {
    probe: 'urls: absolute form without a path',
    bridge: { 'body.url': '/' },
    because: 'workerd takes the host out of the target before it makes the URL.',
  },
  { probe: /^urls: (?:quotes, angles, braces)$/, bridge: { status: 400 }, because: parserRefuses },
  {
    probe: /^express routing: Express [45]: no route$/,
    bridge: { status: 400 },
    because: parserRefuses,
  },
  {
    probe: /^urls: UTF-8 unencoded(?: in the query)?$/,
    bridge: { status: 200 },
    because: parserAccepts,
  },
  { probe: 'urls: no slash', bridge: { status: 200 }, because: parserAccepts },
  { probe: 'urls: space', bridge: refusal('invalid HTTP version parsed'), because: parserRefuses },
  {
    probe: /^urls: (?:tab|query without a path)$/,
    bridge: refusal('invalid URI'),
    because: parserRefuses,
  },
]

const methods: ListedDifference[] = [
  {
    probe:
      /^methods: (?:MKCALENDAR|BIND|LINK|UNLINK|REBIND|UNBIND|SOURCE|M-SEARCH|UNKNOWN|get|Post)$/,
    bridge: { status: 501 },
    because: 'workerd answers methods it does not know with 501 before any JavaScript runs.',
  },
  {
    probe: /^express routing: Express [45]: M-SEARCH$/,
    bridge: { status: 501 },
    because: 'workerd answers methods it does not know with 501.',
  },
  {
    probe: 'methods: CONNECT',
    bridge: answered(500),
    because: 'workerd gives CONNECT to another handler than fetch; Node, with no listener, closes.',
  },
]

const requestHeaders: ListedDifference[] = [
  ...[
    'Age',
    'Authorization',
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
  ].map((name) => ({
    probe: `request headers: repeated ${name} keeps the first`,
    bridge: { [`body.${name.toLowerCase()}`]: 'a, b' },
    because: headersAreJoined,
  })),
  {
    probe: 'request headers: one Cookie with a comma',
    bridge: { 'body.cookie': 'a=1; b=2; c="x, y"' },
    because:
      'workerd joins repeated Cookie lines by a comma, which the bridge has to undo; a comma of the client looks the same.',
  },
  {
    probe: 'request headers: rawHeaders keeps case, order and repetition',
    bridge: {
      'body.rawHeaders': [
        'connection',
        'close',
        'host',
        'probe.test',
        'x-lower',
        '1, 3',
        'x-probe',
        'request%20headers%3A%20rawHeaders%20keeps%20case%2C%20order%20and%20repetition',
        'x-two',
        '2',
      ],
    },
    because: 'workerd hands headers over sorted, in lower case and joined.',
  },
  {
    probe: 'request headers: headersDistinct of a repeated header',
    bridge: { 'body.value': ['1, 2'] },
    because: headersAreJoined,
  },
  {
    probe: 'request headers: headersDistinct of a repeated cookie',
    bridge: { 'body.value': ['a=1; b=2'] },
    because: headersAreJoined,
  },
  {
    probe: 'request headers: latin1 value',
    bridge: { 'body.x-text': 'caf\ufffd' },
    because: 'workerd decodes header values as UTF-8; bytes that are none are lost.',
  },
  {
    probe: 'request headers: head of 20 KB',
    bridge: { status: 200 },
    because: 'workerd allows larger heads than the 16 KB of Node.',
  },
  {
    probe:
      /^request headers: (?:name with a space|space before the colon|line without a colon|folded line)$/,
    bridge: refusal('invalid HTTP header parsed'),
    because: parserRefuses,
  },
  {
    probe: /^request headers: (?:control character in a value|line ends of LF only)$/,
    bridge: { status: 200 },
    because: parserAccepts,
  },
  {
    probe: 'request headers: HTTP/1.0',
    bridge: { 'body.httpVersion': '1.1', 'headers.content-length': ['31'] },
    because: 'A Request does not tell the version of HTTP, and workerd frames the response.',
  },
  {
    probe: 'framing: length of an answer to HTTP/1.0',
    bridge: { 'headers.content-length': ['5'] },
    because: 'A Request does not tell the version of HTTP, and a length is right for any.',
  },
  {
    probe: /^request headers: (?:HTTP\/1\.0 without a Host|Host that is empty)$/,
    bridge: { status: 400 },
    because: 'workerd refuses requests without a host: it makes the URL from it.',
  },
  {
    probe: 'request headers: HTTP/1.1 without a Host',
    bridge: { 'headers.date': undefined, body: 'Bad Request' },
    because: parserRefuses,
  },
  {
    probe: 'request headers: trailers of a request',
    bridge: { 'body.trailers.x-sum': undefined, 'body.distinct.x-sum': undefined, 'body.raw': [] },
    because: noTrailers,
  },
]

const requestBodies: ListedDifference[] = [
  {
    probe: 'request bodies: Expect: 100-continue, body not read',
    bridge: { interim: [] },
    because: 'workerd sends 100 when the body is first read; Node, as soon as the head is there.',
  },
  {
    probe: 'request bodies: length and chunked together',
    bridge: { status: 200 },
    because: parserAccepts,
  },
  {
    probe: 'request bodies: body longer than its length',
    bridge: { status: 200 },
    because: 'workerd looks at what follows a body after it has answered; Node, before.',
  },
  {
    probe: /^request bodies: (?:two different lengths|length that is no number|negative length)$/,
    bridge: refusal('invalid content-length parsed'),
    because: parserRefuses,
  },
  {
    probe: 'request bodies: unknown transfer coding',
    bridge: refusal('invalid transfer-encoding parsed'),
    because: parserRefuses,
  },
  {
    probe: 'body delivery: nothing flows by itself',
    bridge: { 'body.state': '' },
    because:
      'Node parses a body that fits its buffer before anybody reads it; the bridge pulls it from the Request when it is read.',
  },
  {
    probe: 'destroy: client closes its half before the answer',
    bridge: answered(200),
    because: 'workerd goes on for a client that only closed its half; Node gives up.',
  },
]

const status: ListedDifference[] = [
  { probe: /^status: (?:600|700|999)$/, bridge: { status: 500 }, because: statusRange },
  {
    probe: /^status: 10\d as a final status$/,
    bridge: { ...answered(500), surplus: '' },
    because: statusRange,
  },
  { probe: 'status: 205', bridge: { body: '' }, because: nullBody },
  {
    probe: /^framing: 205 with (?:data|writes|chunked by the app)$/,
    bridge: { body: '' },
    because: nullBody,
  },
  {
    probe: 'framing: 205 with a length',
    bridge: { ending: 'complete', 'headers.content-length': ['0'] },
    because: nullBody,
  },
  {
    probe: /^framing: (?:204|304) with a length$/,
    bridge: { 'headers.content-length': undefined },
    because: nullBody,
  },
  {
    probe: /^middleware: Express [45]: cors preflight$/,
    bridge: { 'headers.content-length': undefined },
    because: nullBody,
  },
]

const joinsOnTheWayOut =
  'workerd writes the headers it has a number for on one line, joined by a comma.'
const responseHeaders: ListedDifference[] = [
  {
    probe: 'response headers: sent: WWW-Authenticate of several',
    bridge: { 'headers.www-authenticate': ['Basic realm="a, b", Bearer'] },
    because: joinsOnTheWayOut,
  },
  {
    probe: 'response headers: sent: Link of several',
    bridge: { 'headers.link': ['</a>; rel=preload, </b>; rel=preload'] },
    because: joinsOnTheWayOut,
  },
  {
    probe: 'response headers: sent: Vary of several',
    bridge: { 'headers.vary': ['Accept, Origin'] },
    because: joinsOnTheWayOut,
  },
  {
    probe: 'express responses: Express 4: attachment',
    bridge: {
      'headers.content-disposition': ['attachment; filename="r\u00c3\u00a9sum\u00c3\u00a9.pdf"'],
    },
    because:
      'workerd writes header values in UTF-8; Node writes this one in a way that loses the characters.',
  },
]

const wrongLength =
  'Behaviour 16: a body that does not have the length its head promises is an error; Node sends it as it is.'
const framing: ListedDifference[] = [
  {
    probe: 'framing: body shorter than its length',
    bridge: { ending: 'complete', status: 500 },
    because: wrongLength,
  },
  {
    probe: /^framing: (?:body longer than its|writes longer than their) length$/,
    bridge: { status: 500, surplus: '' },
    because: wrongLength,
  },
  {
    probe: 'framing: Trailer announced',
    bridge: { 'headers.trailer': undefined },
    because: noTrailers,
  },
]

const informational: ListedDifference[] = [
  {
    probe:
      /^informational: (?:writeContinue|writeProcessing|writeEarlyHints|writeContinue calls back|writeProcessing calls back|writeEarlyHints of several links calls back|several informational answers)$/,
    bridge: { interim: [] },
    because: noInterim,
  },
  {
    probe: 'informational: writeContinue on Expect',
    bridge: { interim: [{ status: 100, headers: {} }] },
    because: 'workerd sends the one 100 itself when the body is first read.',
  },
  {
    probe: 'informational: addTrailers',
    bridge: { 'headers.trailer': undefined, 'trailers.x-sum': undefined },
    because: noTrailers,
  },
  {
    probe: 'informational: addTrailers as pairs',
    bridge: { 'trailers.x-sum': undefined, 'trailers.x-other': undefined },
    because: noTrailers,
  },
]

const destroyed: ListedDifference[] = [
  {
    probe:
      /^destroy: response\.destroy\((?:error)?\) (?:before the head(?:: the request)?|after writeHead|returns the response)$/,
    bridge: answered(500),
    because: noSilentEnd,
  },
  {
    probe: /^destroy: request\.destroy\((?:error)?\)(?:: the response| of a body)?$/,
    bridge: answered(500),
    because: noSilentEnd,
  },
  {
    probe:
      /^destroy: (?:socket\.destroy\(\)(?:: the request)?|socket close event|socket\.end\(\) closes politely|write\(\) and end\(\) after destroy\(\))$/,
    bridge: answered(500),
    because: noSilentEnd,
  },
  {
    probe: /^streams: (?:finished|onFinished)\(response\) of one destroyed(?: with an error)?$/,
    bridge: answered(500),
    because: noSilentEnd,
  },
  {
    probe: 'streams: pipeline whose source fails before the head',
    bridge: answered(500),
    because: noSilentEnd,
  },
  {
    probe: 'body delivery: destroy(error) while reading',
    bridge: answered(500),
    because: noSilentEnd,
  },
  {
    probe:
      /^sockets: (?:socket timeout event|request\.setTimeout of a whole request closes the connection|an unheard timeout closes the connection)$/,
    bridge: answered(500),
    because: noSilentEnd,
  },
  {
    probe: /^middleware: Express [45]: morgan, status of one destroyed$/,
    bridge: answered(500),
    because: noSilentEnd,
  },
  {
    probe: 'framing: strictContentLength, end() of too much',
    bridge: answered(500),
    because: noSilentEnd,
  },
]

const prematureClose =
  '{"name":"TypeError","code":"ERR_STREAM_PREMATURE_CLOSE","message":"Premature close"}'
const streams: ListedDifference[] = [
  {
    probe:
      /^streams: finished\(response\) (?:of one destroyed(?: with an error)?|when the client leaves)$/,
    bridge: { log: [`finished ${prematureClose}`] },
    because: "stream.finished() is workerd's own, and makes this error a TypeError.",
  },
  {
    probe: 'streams: pipeline when the client leaves',
    bridge: { log: ['source closed true', `piped ${prematureClose}`] },
    because: "stream.pipeline() is workerd's own, and makes this error a TypeError.",
  },
]

const keepsContext =
  'Behaviour 9: AsyncLocalStorage survives body events; in Node these run in the context of the connection.'
const contexts: ListedDifference[] = [
  {
    probe: 'contexts: AsyncLocalStorage in body events',
    bridge: { 'body.data': '/', 'body.end': '/', 'body.close': '/' },
    because: keepsContext,
  },
  {
    probe: 'contexts: AsyncLocalStorage in readable',
    bridge: { body: ['/'] },
    because: keepsContext,
  },
]

const classes: ListedDifference[] = [
  {
    probe: 'classes: instanceof',
    bridge: { 'body.writable': true },
    because:
      "workerd's own OutgoingMessage, which the response inherits from, is a Writable; Node's is a Stream.",
  },
]

const wholeBody =
  'A body of up to 64 KiB that announces its length is read in one piece, which is faster (decisions/003): what arrived of one that breaks off is not seen.'
const abortedBody = [
  'request aborted: readableAborted aborted destroyed errored',
  'response close',
  'request error ECONNRESET aborted: readableAborted aborted destroyed closed errored',
  'request close: readableAborted aborted destroyed closed errored',
]
const emptyAnswer = 'workerd announces the length of an empty body.'
const brokenBodies: ListedDifference[] = [
  {
    probe:
      /^request bodies: (?:chunk size that is no number|(?:chunked )?body cut by a half-close)$/,
    bridge: { 'headers.content-length': ['0'] },
    because: emptyAnswer,
  },
  {
    probe: /^request bodies: body cut by a (?:half-close|reset)$/,
    bridge: { log: abortedBody },
    because: wholeBody,
  },
  {
    probe: 'request bodies: cut body rejects an iteration',
    bridge: { log: ['rejected ECONNRESET aborted'] },
    because: wholeBody,
  },
  {
    probe: 'events: POST, slow body',
    bridge: {
      log: [
        'before: ',
        'data body: complete',
        'request end: complete readableEnded',
        'request close: complete readableEnded destroyed closed',
      ],
    },
    because: wholeBody,
  },
  {
    probe: 'framing: strictContentLength, write() of too much',
    bridge: { ending: 'no answer', answers: [], surplus: '' },
    because: 'A body longer than its Content-Length is an error here from the first write on.',
  },
]

const noConnection = 'No connection of its own is behind a request on Workers.'
const connections: ListedDifference[] = [
  {
    probe: 'sockets: types of properties',
    bridge: { 'body.parser': 'null', 'body._handle': 'null' },
    because: noConnection,
  },
  {
    probe: 'sockets: server of the socket',
    bridge: { 'body.listening': false, 'body.net': false },
    because:
      'An app that is wrapped, rather than listening itself, has a server that never listens, which is no net.Server.',
  },
]

const classNeedsNew = {
  name: 'TypeError',
  message: "Class constructor ServerResponse cannot be invoked without 'new'",
}
const namedImport =
  "import { createServer } from 'node:http' binds workerd's own function, which nothing can replace; the default import and require() get one that takes every option."

function optionRefused(option: string): Record<string, string> {
  return {
    name: 'Error',
    code: 'ERR_OPTION_NOT_IMPLEMENTED',
    message: `The ${option} option is not implemented`,
  }
}

const nativeClasses: ListedDifference[] = [
  {
    probe: 'classes: members of the request',
    bridge: { 'body.asIndexedPairs': 'function' },
    because: "workerd's Readable still has this method, which Node has removed.",
  },
  {
    probe: 'classes: new ServerResponse(request)',
    bridge: { 'body.called.threw': classNeedsNew, 'body.called.returned': undefined },
    because: "workerd's ServerResponse is a class, which is not called without new.",
  },
  {
    probe: 'classes: ServerResponse by inheritance, as light-my-request does',
    bridge: { 'body.threw': classNeedsNew, 'body.returned': undefined },
    because: "workerd's ServerResponse is a class, which is not called without new.",
  },
  ...['maxHeaderSize', 'connectionsCheckingInterval', 'keepAliveTimeout'].map((option) => ({
    probe: `servers: createServer({ ${option} })`,
    bridge: { 'body.threw': optionRefused(option), 'body.returned': undefined },
    because: namedImport,
  })),
  {
    probe: 'servers: createServer accepts every option',
    bridge: { 'body.threw': optionRefused('maxHeaderSize'), 'body.returned': undefined },
    because: namedImport,
  },
]

/** Where the bridge differs from Node, and why. */
export const listedDifferences: readonly ListedDifference[] = [
  ...urls,
  ...methods,
  ...requestHeaders,
  ...requestBodies,
  ...status,
  ...responseHeaders,
  ...framing,
  ...informational,
  ...destroyed,
  ...streams,
  ...contexts,
  ...classes,
  ...brokenBodies,
  ...connections,
  ...nativeClasses,
]
