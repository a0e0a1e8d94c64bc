/** Behaviour 17: informational answers and trailers can be called for, and their callbacks fire. */
import type { ServerResponse } from 'node:http'
import { answer, attempt } from '../../../../../scripts/comparison/observe.ts'
import { bare, type Definition, type Outcome } from '../probe.ts'
import {
  get,
  head,
  send,
  script,
  untilHead,
  write,
} from '../../../../../scripts/comparison/request.ts'

const untyped = (response: ServerResponse) =>
  response as unknown as Record<string, (...values: unknown[]) => unknown>

export const informational: Definition[] = [
  bare('writeContinue', get(), (_request, response) => {
    const observed = attempt(() => response.writeContinue())
    answer(response, observed)
  }),
  bare(
    'writeContinue calls back',
    get(),
    (_request, response, record) => {
      response.writeContinue(() => record('continued'))
      response.end('after')
    },
    { until: 'continued' },
  ),
  bare('writeProcessing', get(), (_request, response) => {
    const observed = attempt(() => response.writeProcessing())
    answer(response, observed)
  }),
  bare(
    'writeProcessing calls back',
    get(),
    (_request, response, record) => {
      untyped(response).writeProcessing?.(() => record('processing'))
      response.end('after')
    },
    { until: 'processing' },
  ),
  bare('writeEarlyHints', get(), (_request, response) => {
    const observed = attempt(() =>
      response.writeEarlyHints({ link: '</a.css>; rel=preload; as=style' }),
    )
    answer(response, { observed, sent: response.headersSent })
  }),
  bare(
    'writeEarlyHints of several links calls back',
    get(),
    (_request, response, record) => {
      response.writeEarlyHints(
        {
          link: ['</a.css>; rel=preload; as=style', '</b.js>; rel=preload; as=script'],
          'x-trace': '1',
        },
        () => record('hinted'),
      )
      response.end('after')
    },
    { until: 'hinted' },
  ),
  bare('writeEarlyHints without links', get(), (_request, response) => {
    const call = untyped(response)
    answer(response, {
      empty: attempt(() => call.writeEarlyHints?.({})),
      emptyList: attempt(() => call.writeEarlyHints?.({ link: [] })),
      none: attempt(() => call.writeEarlyHints?.()),
      null: attempt(() => call.writeEarlyHints?.({ link: null })),
    })
  }),
  bare('writeEarlyHints with a bad link', get(), (_request, response) => {
    answer(response, {
      link: attempt(() => response.writeEarlyHints({ link: 'no link at all' })),
      list: attempt(() => response.writeEarlyHints({ link: ['</a.css>; rel=preload', 'bad'] })),
      injected: attempt(() =>
        response.writeEarlyHints({ link: '</a.css>; rel=preload', 'x-bad': 'a\r\nb' }),
      ),
      name: attempt(() =>
        response.writeEarlyHints({ link: '</a.css>; rel=preload', 'x bad': 'a' }),
      ),
    })
  }),
  bare('several informational answers', get(), (_request, response) => {
    response.writeContinue()
    response.writeProcessing()
    response.writeEarlyHints({ link: '</a.css>; rel=preload' })
    response.end('after')
  }),
  bare(
    'informational after the head',
    get(),
    (_request, response, record) => {
      response.flushHeaders()
      record(JSON.stringify(attempt(() => response.writeContinue())))
      record(JSON.stringify(attempt(() => response.writeProcessing())))
      record(
        JSON.stringify(attempt(() => response.writeEarlyHints({ link: '</a.css>; rel=preload' }))),
      )
      response.end('after')
      record('done')
    },
    { until: 'done', normalise: withoutAnswers },
  ),
  bare('addTrailers', get(), (_request, response) => {
    response.setHeader('Trailer', 'X-Sum')
    response.write('hello')
    const observed = attempt(() => response.addTrailers({ 'X-Sum': '5' }))
    response.end(JSON.stringify(observed))
  }),
  bare('addTrailers as pairs', get(), (_request, response) => {
    response.write('hello')
    response.addTrailers([
      ['X-Sum', '5'],
      ['X-Other', '6'],
    ])
    response.end()
  }),
  bare('addTrailers of bad names and values', get(), (_request, response) => {
    answer(response, {
      name: attempt(() => response.addTrailers({ 'a b': '1' })),
      value: attempt(() => response.addTrailers({ 'X-Sum': 'a\nb' })),
    })
  }),
  bare('addTrailers with a length', get(), (_request, response) => {
    response.setHeader('Content-Length', 5)
    response.addTrailers({ 'X-Sum': '5' })
    response.end('hello')
  }),
  bare('Trailer announced with a length is refused', get(), (_request, response) => {
    response.setHeader('Trailer', 'X-Sum')
    response.setHeader('Content-Length', 5)
    const observed = attempt(() => response.end('hello'))
    response.removeHeader('Trailer')
    response.removeHeader('Content-Length')
    answer(response, observed)
  }),
  bare(
    'writeContinue on Expect',
    script(
      [
        write(head({ method: 'POST', body: 'body', headers: ['Expect: 100-continue'] })),
        untilHead,
        write('body'),
      ],
      'POST',
    ),
    (request, response) => {
      const observed = attempt(() => response.writeContinue())
      request.resume().on('end', () => answer(response, observed))
    },
  ),
  bare('HEAD with trailers', send({ method: 'HEAD' }), (_request, response) => {
    response.addTrailers({ 'X-Sum': '5' })
    response.end()
  }),
]

/** Node puts informational answers into the body once the head is out: nobody can want that compared. */
function withoutAnswers(outcome: Outcome): Outcome {
  return { ...outcome, answers: [], surplus: '', ending: 'left aside' }
}
