/** Behaviour 20: `stream.finished`, `pipeline` and the on-finished package, on both ends. */
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import {
  finished,
  isErrored,
  isReadable,
  pipeline,
  PassThrough,
  Readable,
  Transform,
  Writable,
} from 'node:stream'
import { finished as finishedPromise } from 'node:stream/promises'
import onFinished from 'on-finished'
import { answer, attempt, delay, describe } from '../../../../../scripts/comparison/observe.ts'
import { bare, type Definition } from '../probe.ts'
import {
  destroy,
  get,
  head,
  pause,
  post,
  script,
  until,
  write,
} from '../../../../../scripts/comparison/request.ts'

const told = (error: unknown): string => JSON.stringify(describe(error))

/** A client that sends half a body and leaves. */
const leaving = script(
  [write(`${head({ method: 'POST', body: 'hello world' })}hello`), pause(60), destroy],
  'POST',
)
/** A client that leaves once it has seen the first bytes. */
const hangingUp = script([write(head()), until('first'), destroy])

/** Goes on writing, which is how an idle response learns that its client has left. */
async function trickle(response: ServerResponse): Promise<void> {
  response.write('first')
  for (let count = 0; count < 60 && !response.destroyed; count++) {
    await delay(20)
    response.write('more')
  }
}

export const streams: Definition[] = [
  bare(
    'finished(response)',
    get(),
    (_request, response, record) => {
      finished(response, (error) => record(`finished ${told(error)} ${response.writableFinished}`))
      response.end('x')
    },
    { until: 'finished' },
  ),
  bare(
    'finished(response) after it closed',
    get(),
    async (_request, response, record) => {
      response.end('x')
      await once(response, 'close')
      finished(response, (error) => record(`finished ${told(error)}`))
    },
    { until: 'finished' },
  ),
  bare(
    'finished(response) with promises',
    get(),
    async (_request, response, record) => {
      response.end('x')
      await finishedPromise(response)
      record(`finished ${response.writableFinished}`)
    },
    { until: 'finished' },
  ),
  bare(
    'finished(response) of one destroyed',
    get(),
    (_request, response, record) => {
      finished(response, (error) => record(`finished ${told(error)}`))
      response.destroy()
    },
    { until: 'finished' },
  ),
  bare(
    'finished(response) of one destroyed with an error',
    get(),
    (_request, response, record) => {
      response.on('error', () => {})
      finished(response, (error) => record(`finished ${told(error)}`))
      response.destroy(new Error('enough'))
    },
    { until: 'finished' },
  ),
  bare(
    'finished(response) when the client leaves',
    hangingUp,
    async (_request, response, record) => {
      finished(response, (error) => record(`finished ${told(error)}`))
      await trickle(response)
    },
    { until: 'finished' },
  ),
  bare(
    'finished(request) of a body read',
    post('body'),
    (request, response, record) => {
      finished(request, (error) => record(`finished ${told(error)}`))
      request.resume().on('end', () => response.end('x'))
    },
    { until: 'finished' },
  ),
  bare(
    'finished(request) of a body not read',
    post('body'),
    (request, response, record) => {
      finished(request, (error) => record(`finished ${told(error)}`))
      response.end('x')
    },
    { until: 'finished' },
  ),
  bare(
    'finished(request) without a body',
    get(),
    (request, response, record) => {
      finished(request, (error) => record(`finished ${told(error)}`))
      response.end('x')
    },
    { until: 'finished' },
  ),
  bare(
    'finished(request) when the client leaves',
    leaving,
    (request, _response, record) => {
      finished(request, (error) => record(`finished ${told(error)}`))
      request.resume()
    },
    { until: 'finished' },
  ),
  bare(
    'pipeline(source, response)',
    get(),
    (_request, response, record) => {
      pipeline(Readable.from(['a', 'b']), response, (error) => record(`piped ${told(error)}`))
    },
    { until: 'piped' },
  ),
  bare(
    'pipeline(request, transform, response)',
    post('hello'),
    (request, response, record) => {
      const upper = new Transform({
        transform: (part: Buffer, _encoding, done) => done(null, part.toString().toUpperCase()),
      })
      pipeline(request, upper, response, (error) => record(`piped ${told(error)}`))
    },
    { until: 'piped' },
  ),
  bare('pipeline(request, sink)', post('hello'), (request, response) => {
    let length = 0
    const sink = new Writable({
      write(part: Buffer, _encoding, done) {
        length += part.length
        done()
      },
    })
    pipeline(request, sink, (error) => answer(response, { length, error: describe(error) }))
  }),
  bare(
    'pipeline whose source fails',
    get(),
    (_request, response, record) => {
      const source = Readable.from(
        (async function* parts() {
          yield 'first'
          await delay(20)
          throw new Error('source failed')
        })(),
      )
      pipeline(source, response, (error) => record(`piped ${told(error)} ${response.destroyed}`))
    },
    { until: 'piped' },
  ),
  bare(
    'pipeline whose source fails before the head',
    get(),
    (_request, response, record) => {
      const source = new PassThrough()
      pipeline(source, response, (error) =>
        record(`piped ${told(error)} ${response.destroyed} ${response.headersSent}`),
      )
      source.destroy(new Error('source failed'))
    },
    { until: 'piped' },
  ),
  bare(
    'pipeline when the client leaves',
    hangingUp,
    (_request, response, record) => {
      const source = Readable.from(
        (async function* parts() {
          yield 'first'
          for (let count = 0; count < 60; count++) {
            await delay(20)
            yield 'more'
          }
        })(),
      )
      source.on('close', () => record(`source closed ${source.destroyed}`))
      pipeline(source, response, (error) => record(`piped ${told(error)}`))
    },
    { until: 'piped' },
  ),
  bare(
    'pipeline of a request that is cut',
    leaving,
    (request, _response, record) => {
      const sink = new PassThrough()
      pipeline(request, sink, (error) => record(`piped ${told(error)}`))
      sink.resume()
    },
    { until: 'piped' },
  ),
  bare(
    'onFinished(response)',
    get(),
    (_request, response, record) => {
      onFinished(response, (error) =>
        record(`finished ${told(error)} ${onFinished.isFinished(response)}`),
      )
      record(`before ${onFinished.isFinished(response)}`)
      response.end('x')
    },
    { until: 'finished' },
  ),
  bare(
    'onFinished(response) after it finished',
    get(),
    async (_request, response, record) => {
      response.end('x')
      await once(response, 'finish')
      onFinished(response, (error) => record(`finished ${told(error)}`))
    },
    { until: 'finished' },
  ),
  bare(
    'onFinished(request)',
    post('body'),
    (request, response, record) => {
      record(`before ${onFinished.isFinished(request)}`)
      onFinished(request, (error) =>
        record(`finished ${told(error)} ${onFinished.isFinished(request)}`),
      )
      request.resume().on('end', () => response.end('x'))
    },
    { until: 'finished' },
  ),
  bare(
    'onFinished(request) without a body',
    get(),
    (request, response, record) => {
      record(`before ${onFinished.isFinished(request)}`)
      onFinished(request, (error) => record(`finished ${told(error)}`))
      response.end('x')
    },
    { until: 'finished' },
  ),
  bare(
    'onFinished(response) when the client leaves',
    hangingUp,
    async (_request, response, record) => {
      // Whether it gets the error of the read or of the write, or none, is a race in Node.
      onFinished(response, () => record('finished'))
      await trickle(response)
    },
    { until: 'finished' },
  ),
  bare(
    'onFinished(response) of one destroyed',
    get(),
    (_request, response, record) => {
      onFinished(response, (error) => record(`finished ${told(error)}`))
      response.destroy()
    },
    { until: 'finished' },
  ),
  bare('isReadable and isErrored', post('body'), (request, response) => {
    answer(response, { readable: isReadable(request), errored: isErrored(request) })
  }),
  bare(
    'Writable.toWeb(response)',
    get(),
    async (_request, response, record) => {
      const observed = attempt(() => {
        const writer = Writable.toWeb(response).getWriter()
        void writer.write(Buffer.from('from the web')).then(() => writer.close())
      })
      if (JSON.stringify(observed).includes('threw')) answer(response, observed)
      record('done')
    },
    { until: 'done' },
  ),
  bare('pipeTo a response', get(), async (_request, response) => {
    await new Blob(['from a blob']).stream().pipeTo(Writable.toWeb(response))
  }),
  bare('request.compose(transform)', post('hello'), async (request, response) => {
    const upper = new Transform({
      transform: (part: Buffer, _encoding, done) => done(null, part.toString().toUpperCase()),
    })
    const parts: string[] = []
    for await (const part of request.compose(upper)) parts.push(String(part))
    answer(response, { body: parts.join('') })
  }),
]
