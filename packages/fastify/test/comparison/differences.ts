import type { ListedDifference } from '../../../../scripts/comparison/judgement.ts'

const noTrailers = 'A Response has no trailers.'
const noInterim = 'A Worker answers with one Response: nothing informational can be sent before it.'
const noSilentEnd =
  'A Worker cannot close a connection without an answer, nor leave it open for ever: the request fails with 500.'

/** Where Fastify on Workers differs from Fastify on Node, and why. */
export const listedDifferences: readonly ListedDifference[] = [
  {
    probe: 'routing: target /plain#fragment',
    bridge: {
      'body.query.fragment': undefined,
      'body.url': '/plain',
      'body.originalUrl': '/plain',
    },
    because: 'workerd cuts the fragment off the URL.',
  },
  {
    probe: 'requests: an empty host',
    bridge: { status: 400 },
    because: 'workerd refuses the request before any JavaScript runs.',
  },
  {
    probe: 'replies: code(205) with text',
    bridge: { body: '' },
    because: 'RFC 9110 §15.3.6 forbids a body here, and a Response of this status refuses one.',
  },
  {
    probe: 'replies: code(304) with text',
    bridge: { 'headers.content-length': undefined },
    because: 'workerd drops the length of a body that is not sent.',
  },
  {
    probe: 'replies: redirect(https://example.com/é?x=å, 301)',
    bridge: { 'headers.location': [Buffer.from('https://example.com/é?x=å').toString('latin1')] },
    because: 'workerd sends the values of headers in UTF-8.',
  },
  {
    probe: 'replies: redirect(, 302)',
    bridge: { 'headers.location': undefined },
    because: 'workerd leaves out a Location that is empty.',
  },
  {
    probe: 'replies: early hints, and then the answer',
    bridge: { interim: [] },
    because: noInterim,
  },
  ...['replies: trailers', 'replies: trailers that are async', 'replies: trailers of a stream'].map(
    (probe) => ({
      probe,
      bridge: { 'headers.trailer': undefined, 'trailers.x-sum': undefined },
      because: noTrailers,
    }),
  ),
  {
    probe: 'headers: of a request, repeated Authorization',
    bridge: { 'body.authorization': 'one, two' },
    because:
      'workerd hands over repeated headers joined by a comma: that there were several is lost.',
  },
  {
    probe: 'headers: of a response to HTTP/1.0',
    bridge: { 'body.version': '1.1' },
    because: 'A Request does not tell by which version of HTTP it came.',
  },
  ...['errors: an error of the query parser', 'options: rewriteUrl that returns no text'].map(
    (probe) => ({
      probe,
      bridge: { ending: 'complete', answers: [500] },
      because: noSilentEnd,
    }),
  ),
  {
    probe: 'raw: writeContinue and writeProcessing',
    bridge: { interim: [] },
    because: noInterim,
  },
  {
    probe: 'raw: assigned trailers',
    bridge: { 'headers.trailer': undefined, 'trailers.x-sum': undefined },
    because: noTrailers,
  },
  {
    probe: 'instances: printRoutes() of all',
    bridge: { status: 500 },
    because:
      'The router makes a second one to print, which needs a function made of text: print while the app starts, or one method.',
  },
]
