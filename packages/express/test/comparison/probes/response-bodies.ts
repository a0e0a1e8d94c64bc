/** Behaviours 2 and 7: what `write()` and `end()` take, return, call back and send. */
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  answer,
  attempt,
  delay,
  describe,
  responseState,
} from '../../../../../scripts/comparison/observe.ts'
import { bare, type Definition, type Outcome } from '../probe.ts'
import {
  destroy,
  get,
  pause,
  readOn,
  script,
  send,
  stopReading,
  until,
  untilHead,
  write,
  head,
} from '../../../../../scripts/comparison/request.ts'

const megabyte = 'response '.repeat(120_000)

/** What is not allowed is called with types put aside. */
interface Untyped {
  write(...values: unknown[]): boolean
  end(...values: unknown[]): ServerResponse
}
const untyped = (response: ServerResponse): Untyped => response

const encodings: [BufferEncoding, string][] = [
  ['utf8', 'héllo €'],
  ['latin1', 'h\xe9llo'],
  ['binary', '\x00\xff'],
  ['ascii', 'hello'],
  ['hex', '68656c6c6f'],
  ['base64', 'aGVsbG8='],
  ['base64url', 'aGk_'],
  ['utf16le', 'hé'],
  ['ucs2', 'hé'],
]

export const responseBodies: Definition[] = [
  bare('end() alone', get(), (_request, response) => void response.end()),
  bare('end(string)', get(), (_request, response) => void response.end('hello')),
  bare(
    'end(string) of many bytes a character',
    get(),
    (_request, response) => void response.end('héllo € 𝄞'),
  ),
  bare('end("")', get(), (_request, response) => void response.end('')),
  bare(
    'end(Buffer)',
    get(),
    (_request, response) => void response.end(Buffer.from([0, 1, 254, 255])),
  ),
  bare(
    'end(Uint8Array)',
    get(),
    (_request, response) => void response.end(new Uint8Array([104, 105])),
  ),
  bare(
    'end(Uint8Array) of part of a buffer',
    get(),
    (_request, response) =>
      void response.end(new Uint8Array(Buffer.from('hello world')).subarray(6)),
  ),
  bare('end(Buffer) that changes afterwards', get(), async (_request, response) => {
    const bytes = Buffer.from('before')
    response.write(bytes, () => {
      bytes.fill('x')
      response.end('!')
    })
  }),
  ...encodings.flatMap(([encoding, text]) => [
    bare(
      `end(string, "${encoding}")`,
      get(),
      (_request, response) => void response.end(text, encoding),
    ),
    bare(`write(string, "${encoding}")`, get(), (_request, response) => {
      response.write(text, encoding)
      response.end()
    }),
  ]),
  bare('end() of 1 MB', get(), (_request, response) => void response.end(megabyte)),
  bare('write() of 1 MB', get(), (_request, response) => {
    response.write(megabyte)
    response.end()
  }),
  bare('several writes', get(), (_request, response) => {
    for (const part of ['one ', 'two ', 'three ']) response.write(part)
    response.end('end')
  }),
  bare('writes over time', get(), async (_request, response) => {
    for (const part of ['one ', 'two ', 'three ']) {
      response.write(part)
      await delay(15)
    }
    response.end()
  }),
  bare('writes of several kinds', get(), (_request, response) => {
    response.write('text ')
    response.write(Buffer.from('bytes '))
    response.write(new Uint8Array([97, 32]))
    response.end('62', 'hex')
  }),
  bare(
    'write("") sends headers',
    script([write(head()), untilHead, destroy]),
    (_request, response) => {
      response.setHeader('X-Early', '1')
      response.write('')
    },
  ),
  bare('write("") adds nothing', get(), (_request, response) => {
    const returned = response.write('')
    response.write('a')
    response.write('')
    response.end(`b${returned}`)
  }),
  bare('return values', get(), (_request, response) => {
    const written = response.write('a')
    const ended = response.end(`${written}`) === response
    response.on('finish', () => ended)
  }),
  bare(
    'return values, told',
    get(),
    (_request, response, record) => {
      record(`write ${response.write('a')}`)
      record(`end ${response.end('b') === response}`)
    },
    { until: 'end' },
  ),
  bare(
    'callbacks of write and end, in order',
    get(),
    (_request, response, record) => {
      response.on('finish', () => record('finish'))
      response.write('a', () => record('written a'))
      response.write('b', 'utf8', () => record('written b'))
      response.end('c', () => record('ended'))
      record('called')
    },
    { until: 'finish' },
  ),
  bare(
    'callback of end() alone',
    get(),
    (_request, response, record) => {
      response.on('finish', () => record('finish'))
      response.end(() => record('ended'))
    },
    { until: 'finish' },
  ),
  bare(
    'callbacks get no error',
    get(),
    (_request, response, record) => {
      response.write('a', (error) => record(`write ${error ?? 'fine'}`))
      response.end('b', 'utf8', (...values: unknown[]) =>
        record(`end ${JSON.stringify(describe(values[0])) ?? 'fine'}`),
      )
    },
    { until: 'end' },
  ),
  bare(
    'end() twice',
    get(),
    (_request, response, record) => {
      response.on('error', (error) => record(`error ${JSON.stringify(describe(error))}`))
      response.end('once')
      record(`again ${response.end() === response}`)
      setTimeout(() => record('later'), 30)
    },
    { until: 'later' },
  ),
  bare(
    'end() twice with a callback',
    get(),
    (_request, response, record) => {
      response.on('error', (error) => record(`error ${JSON.stringify(describe(error))}`))
      response.end('once')
      response.end((error?: Error) => record(`called ${JSON.stringify(describe(error))}`))
      response.on('finish', () => {
        response.end((error?: Error) => record(`after finish ${JSON.stringify(describe(error))}`))
        setTimeout(() => record('later'), 30)
      })
    },
    { until: 'later' },
  ),
  bare(
    'end(data) after end()',
    get(),
    (_request, response, record) => {
      response.on('error', (error) => record(`error ${JSON.stringify(describe(error))}`))
      response.end('once')
      response.end('twice', (error?: Error) => record(`called ${JSON.stringify(describe(error))}`))
      setTimeout(() => record('later'), 30)
    },
    { until: 'later' },
  ),
  bare(
    'write() after end()',
    get(),
    (_request, response, record) => {
      response.on('error', (error) =>
        record(`error ${JSON.stringify(describe(error))}: ${responseState(response)}`),
      )
      response.end('once')
      record(
        `returned ${response.write('twice', (error) => record(`called ${JSON.stringify(describe(error))}`))}`,
      )
      setTimeout(() => record('later'), 30)
    },
    { until: 'later' },
  ),
  bare(
    'write() after finish',
    get(),
    (_request, response, record) => {
      response.on('error', (error) =>
        record(`error ${JSON.stringify(describe(error))}: ${responseState(response)}`),
      )
      response.on('close', () => {
        record(
          `returned ${response.write('twice', (error) => record(`called ${JSON.stringify(describe(error))}`))}`,
        )
        setTimeout(() => record('later'), 30)
      })
      response.end('once')
    },
    { until: 'later' },
  ),
  bare('write() of what is not bytes', get(), (_request, response) => {
    const target = untyped(response)
    answer(response, {
      null: attempt(() => target.write(null)),
      undefined: attempt(() => target.write(undefined)),
      nothing: attempt(() => target.write()),
      number: attempt(() => target.write(1)),
      object: attempt(() => target.write({ a: 1 })),
      array: attempt(() => target.write([1])),
      boolean: attempt(() => target.write(true)),
    })
  }),
  bare('end() of what is not bytes', get(), (_request, response) => {
    const target = untyped(response)
    const observed = {
      number: attempt(() => target.end(1)),
      object: attempt(() => target.end({ a: 1 })),
      array: attempt(() => target.end([1])),
      true: attempt(() => target.end(true)),
      ended: response.writableEnded,
    }
    answer(response, observed)
  }),
  ...(['null', 'undefined', 'false', '0'] as const).map((word) =>
    bare(`end(${word}) is end()`, get(), (_request, response) => {
      const value = { null: null, undefined, false: false, 0: 0 }[word]
      const observed = attempt(() => untyped(response).end(value))
      if (!response.writableEnded) answer(response, observed)
    }),
  ),
  bare('cork and uncork', get(), async (_request, response) => {
    response.cork()
    response.write('a')
    response.write('b')
    const corked = response.writableCorked
    await delay(20)
    response.uncork()
    response.end(` ${corked} ${response.writableCorked}`)
  }),
  bare('writable properties', get(), (_request, response) => {
    answer(response, {
      writable: response.writable,
      objectMode: response.writableObjectMode,
      highWaterMark: typeof response.writableHighWaterMark,
      length: response.writableLength,
      needDrain: response.writableNeedDrain,
      corked: response.writableCorked,
      ended: response.writableEnded,
      finished: response.writableFinished,
      old: response.finished,
      closed: response.closed,
      errored: response.errored,
      destroyed: response.destroyed,
    })
  }),
  bare(
    'writable properties after the end',
    get(),
    (_request, response, record) => {
      const look = (when: string) =>
        record(`${when} ${response.writable} ${response.writableLength} ${responseState(response)}`)
      response.end('x')
      look('ended')
      response.on('finish', () => look('finish'))
      response.on('close', () => look('close'))
    },
    { until: 'close' },
  ),
  bare('internal members that libraries read', get(), (request, response) => {
    const members = response as unknown as Record<string, unknown>
    const before = {
      header: members._header,
      headerSent: members._headerSent,
      hasBody: members._hasBody,
    }
    response.writeHead(200)
    answer({ setHeader() {}, end: response.end.bind(response) } as unknown as ServerResponse, {
      before,
      header: typeof members._header,
      implicit: typeof members._implicitHeader,
      req: (response as { req?: unknown }).req === request,
      statusMessage: response.statusMessage,
      shouldKeepAlive: response.shouldKeepAlive,
      chunked: response.useChunkedEncodingByDefault,
      sendDate: response.sendDate,
    })
  }),
  bare(
    'flushHeaders() sends the head',
    script([write(head()), untilHead, destroy]),
    (_request, response) => {
      response.writeHead(201, { 'X-Early': '1' })
      response.flushHeaders()
    },
  ),
  bare('flushHeaders() makes an implicit head', get(), (_request, response) => {
    response.setHeader('X-Early', '1')
    response.flushHeaders()
    const sent = response.headersSent
    response.flushHeaders()
    response.end(`${sent}`)
  }),
  bare(
    'first write arrives before the end',
    script([write(head()), until('data: 1'), destroy]),
    (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' })
      response.write('data: 1\n\n')
    },
  ),
  bare(
    'each write arrives by itself',
    script([write(head()), until('data: 1'), pause(30), until('data: 3'), destroy]),
    async (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' })
      for (const count of [1, 2, 3]) {
        response.write(`data: ${count}\n\n`)
        await delay(20)
      }
    },
  ),
  bare(
    'write() of much returns false, drain follows',
    get(),
    async (_request, response, record) => {
      for (let count = 0; count < 3; count++) {
        const returned = response.write(Buffer.alloc(300_000))
        record(`write ${returned} ${response.writableNeedDrain}`)
        await once(response, 'drain')
        record(`drain ${response.writableNeedDrain} ${response.writableLength}`)
      }
      response.end()
      record('end')
    },
    { until: 'end', normalise: withLength },
  ),
  bare(
    'write() of little returns true',
    get(),
    (_request, response, record) => {
      record(`write ${response.write('little')} ${response.writableNeedDrain}`)
      response.end()
      record('end')
    },
    { until: 'end' },
  ),
  bare(
    'a client that does not read stops the app',
    script([stopReading, write(head()), pause(500), readOn]),
    async (_request, response, record) => {
      const block = Buffer.alloc(100_000)
      let blocks = 0
      const total = 300
      while (blocks < total) {
        blocks++
        if (!response.write(block)) {
          const drained = await Promise.race([
            once(response, 'drain').then(() => true),
            delay(250).then(() => false),
          ])
          if (!drained) break
        }
      }
      record(`stopped early: ${blocks < total}`)
      await once(response, 'drain')
      response.end()
      record('drained')
    },
    { until: 'drained', normalise: withoutBody },
  ),
  bare('pipe a Readable', get(), (_request, response) => {
    Readable.from(['one ', 'two ', 'three']).pipe(response)
  }),
  bare(
    'pipe() emits pipe and unpipe',
    get(),
    (_request, response, record) => {
      response.on('pipe', () => record('pipe'))
      response.on('unpipe', () => record('unpipe'))
      Readable.from(['one']).pipe(response)
      response.on('finish', () => record('finish'))
    },
    { until: 'finish' },
  ),
  bare(
    'pipeline() to the response',
    get(),
    async (_request, response, record) => {
      await pipeline(Readable.from(['a', 'b']), response)
      record(`resolved: ${responseState(response)}`)
    },
    { until: 'resolved' },
  ),
  bare('1 MB by pipeline', get(), async (_request, response) => {
    await pipeline(
      Readable.from(
        (function* blocks() {
          for (let count = 0; count < 16; count++) yield Buffer.alloc(65_536, count)
        })(),
      ),
      response,
    )
  }),
  bare(
    'response.pipe() is refused',
    get(),
    (_request, response, record) => {
      response.on('error', (error) => record(`error ${JSON.stringify(describe(error))}`))
      const observed = attempt(() => (response as unknown as { pipe(): void }).pipe())
      response.end(JSON.stringify(observed))
      record('done')
    },
    { until: 'done' },
  ),
  ...(
    [
      ['end(data)', (response) => void response.end('hello')],
      [
        'write and end',
        (response) => {
          response.write('hel')
          response.end('lo')
        },
      ],
      ['a length of its own', (response) => void response.setHeader('Content-Length', 5).end()],
      [
        'a length and data',
        (response) =>
          void response
            .writeHead(200, { 'Content-Length': '5', 'Content-Type': 'text/plain' })
            .end('hello'),
      ],
      ['nothing', (response) => void response.end()],
      [
        'chunked by the app',
        (response) => void response.setHeader('Transfer-Encoding', 'chunked').end('x'),
      ],
      ['status 404', (response) => void response.writeHead(404).end('missing')],
    ] satisfies [string, (response: ServerResponse) => void][]
  ).map(([name, respond]) =>
    bare(`HEAD with ${name}`, send({ method: 'HEAD' }), (_request, response) => respond(response)),
  ),
  bare(
    'HEAD: write() returns and calls back',
    send({ method: 'HEAD' }),
    (_request, response, record) => {
      record(`write ${response.write('hello', () => record('written'))}`)
      response.end(() => record('ended'))
    },
    { until: 'ended' },
  ),
]

/** Keeps the length of a large body only. */
function withLength(outcome: Outcome): Outcome {
  return {
    ...outcome,
    answers: outcome.answers.map((one) => ({ ...one, body: String(one.body).length })),
  }
}

/** How much fits into the buffers of the two kernels differs from run to run. */
function withoutBody(outcome: Outcome): Outcome {
  return {
    ...outcome,
    answers: outcome.answers.map((one) => ({ ...one, body: 'left aside', length: 0 })),
  }
}
