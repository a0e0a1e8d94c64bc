/** Behaviour 15: every method workerd knows reaches the app under its name. */
import { answer } from '../../../../../scripts/comparison/observe.ts'
import { bare, type Definition, type Handler } from '../probe.ts'
import { send } from '../../../../../scripts/comparison/request.ts'

const methods = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'QUERY',
  'PROPFIND',
  'PROPPATCH',
  'MKCOL',
  'COPY',
  'MOVE',
  'LOCK',
  'UNLOCK',
  'SEARCH',
  'PURGE',
  'REPORT',
  'MERGE',
  'CHECKOUT',
  'MKACTIVITY',
  'NOTIFY',
  'SUBSCRIBE',
  'UNSUBSCRIBE',
  'MKCALENDAR',
  'ACL',
  'BIND',
  'LINK',
  'UNLINK',
  'REBIND',
  'UNBIND',
  'SOURCE',
  'M-SEARCH',
  'UNKNOWN',
  'get',
  'Post',
]

const echo: Handler = (request, response) => {
  response.setHeader('X-Method', String(request.method))
  answer(response, { method: request.method })
}

export const methodProbes: Definition[] = [
  ...methods.map((method) => bare(method, send({ method }), echo)),
  bare('CONNECT', send({ method: 'CONNECT', target: 'other.test:443' }), echo),
  bare('method can be assigned', send({ method: 'POST' }), (request, response) => {
    request.method = 'DELETE'
    answer(response, { method: request.method })
  }),
]
