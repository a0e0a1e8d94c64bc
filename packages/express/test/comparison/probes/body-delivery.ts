/** Behaviours 7 and 8: a request is a Node Readable, whichever way the app reads it. */
import { once } from 'node:events'
import { PassThrough, Readable, Transform, Writable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import {
  answer,
  attempt,
  delay,
  describe,
  requestState,
} from '../../../../../scripts/comparison/observe.ts'
import { bare, type Definition } from '../probe.ts'
import {
  bytesOf,
  chunk,
  get,
  head,
  lastChunk,
  pause,
  post,
  script,
  write,
} from '../../../../../scripts/comparison/request.ts'

/** A body that comes in three pieces, one of which cuts a character in two. */
const euro = bytesOf('€')
const pieces = script(
  [
    write(head({ method: 'POST', chunks: [] }) + chunk(`a${euro[0]}`)),
    pause(30),
    write(chunk(euro.slice(1))),
    pause(30),
    write(chunk('z') + lastChunk),
  ],
  'POST',
)

export const bodyDelivery: Definition[] = [
  bare('chunks are Buffers', post('hello'), (request, response) => {
    const kinds: string[] = []
    request.on('data', (part: unknown) => {
      kinds.push(`${Buffer.isBuffer(part)} ${part?.constructor.name} ${part instanceof Uint8Array}`)
    })
    request.on('end', () => answer(response, { kinds }))
  }),
  bare('chunks can be kept', pieces, (request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => answer(response, { parts: parts.map((part) => part.toString('hex')) }))
  }),
  bare('setEncoding("utf8") keeps characters whole', pieces, (request, response) => {
    const parts: string[] = []
    const chained = request.setEncoding('utf8') === request
    request.on('data', (part: string) => parts.push(part))
    request.on('end', () =>
      answer(response, { parts, chained, encoding: request.readableEncoding }),
    )
  }),
  ...(['hex', 'base64', 'latin1', 'ascii', 'utf16le'] as const).map((encoding) =>
    bare(`setEncoding("${encoding}")`, post(bytesOf('héllo €')), async (request, response) => {
      request.setEncoding(encoding)
      let body = ''
      for await (const part of request) body += String(part)
      answer(response, { body })
    }),
  ),
  bare('async iteration', pieces, async (request, response) => {
    const parts: string[] = []
    for await (const part of request) parts.push((part as Buffer).toString('hex'))
    answer(response, { body: parts.join(''), state: requestState(request) })
  }),
  bare(
    'breaking out of an iteration destroys the request alone',
    pieces,
    async (request, response) => {
      const events: string[] = []
      for (const event of ['aborted', 'end', 'close'] as const)
        request.on(event, () => events.push(`${event}: ${requestState(request)}`))
      for await (const part of request) {
        events.push(`data ${(part as Buffer).length}`)
        break
      }
      const { destroyed } = request
      await delay(100)
      answer(response, { events, destroyed, socket: request.socket === null })
    },
  ),
  bare('iterator() may leave the request alive', pieces, async (request, response) => {
    for await (const part of request.iterator({ destroyOnReturn: false })) {
      void part
      break
    }
    const destroyed = request.destroyed
    const rest = await text(request)
    answer(response, { destroyed, rest: Buffer.from(rest).toString('hex') })
  }),
  bare('readable and read()', post('hello'), (request, response) => {
    const parts: string[] = []
    request.on('readable', () => {
      let part: Buffer | null
      while ((part = request.read() as Buffer | null) !== null) parts.push(part.toString())
    })
    request.on('end', () => answer(response, { parts, flowing: request.readableFlowing }))
  }),
  bare('read(size)', post('hello world'), (request, response) => {
    const parts: string[] = []
    request.on('readable', () => {
      let part: Buffer | null
      while ((part = request.read(4) as Buffer | null) !== null) parts.push(part.toString())
    })
    request.on('end', () => answer(response, { parts }))
  }),
  bare('unshift', post('hello'), (request, response) => {
    request.once('readable', () => {
      request.unshift(request.read() as Buffer)
      void text(request).then((body) => answer(response, { body }))
    })
  }),
  bare('pause and resume', pieces, async (request, response) => {
    const seen: string[] = []
    request.on('data', (part: Buffer) => seen.push(part.toString('hex')))
    request.on('end', () => answer(response, { seen: seen.join(''), ended: true }))
    request.pause()
    const paused = request.isPaused()
    await delay(120)
    seen.push(`(${paused}, ${seen.length} while paused)`)
    request.resume()
  }),
  bare('pause() before listening holds the body', post('hello'), async (request, response) => {
    request.pause()
    let count = 0
    request.on('data', () => count++)
    await delay(60)
    const held = count === 0
    request.on('end', () => answer(response, { held, flowing: request.readableFlowing }))
    request.resume()
  }),
  bare('a late listener misses nothing', post('hello'), async (request, response) => {
    await delay(60)
    answer(response, { body: await text(request) })
  }),
  bare('a late listener misses nothing of many pieces', pieces, async (request, response) => {
    await delay(150)
    answer(response, { body: await text(request) })
  }),
  bare('nothing flows by itself', post('hello'), async (request, response) => {
    let ended = false
    request.on('end', () => (ended = true))
    await delay(60)
    answer(response, {
      ended,
      flowing: request.readableFlowing,
      didRead: request.readableDidRead,
      state: requestState(request),
    })
  }),
  bare('resume() drains', post('hello'), (request, response) => {
    request.on('end', () =>
      answer(response, { state: requestState(request), flowing: request.readableFlowing }),
    )
    request.resume()
  }),
  bare('pipe to the response', pieces, (request, response) => {
    const returned = request.pipe(response)
    response.setHeader('X-Returned', String(returned === response))
  }),
  bare('pipe through a transform', post('hello world'), (request, response) => {
    const upper = new Transform({
      transform: (part: Buffer, _encoding, done) => done(null, part.toString().toUpperCase()),
    })
    request.pipe(upper).pipe(response)
  }),
  bare('pipe to two destinations', post('hello'), async (request, response) => {
    const [first, second] = [new PassThrough(), new PassThrough()]
    request.pipe(first)
    request.pipe(second)
    answer(response, { bodies: await Promise.all([text(first), text(second)]) })
  }),
  bare('unpipe', pieces, async (request, response) => {
    const sink = new PassThrough()
    request.pipe(sink)
    await once(sink, 'data')
    request.unpipe(sink)
    await delay(120)
    answer(response, { flowing: request.readableFlowing, rest: (await buffer(request)).length })
  }),
  bare('pipe honours a slow writable', post('x'.repeat(200_000)), (request, response) => {
    let length = 0
    const slow = new Writable({
      highWaterMark: 1000,
      write(part: Buffer, _encoding, done) {
        length += part.length
        setTimeout(done, 1)
      },
    })
    slow.on('finish', () => answer(response, { length }))
    request.pipe(slow)
  }),
  bare('pipeline() from request to response', pieces, async (request, response) => {
    await pipeline(request, response)
  }),
  bare('toArray()', post('hello'), async (request, response) => {
    const parts = await request.toArray()
    answer(response, { body: Buffer.concat(parts as Buffer[]).toString() })
  }),
  bare('map() and other operators', post('hello'), async (request, response) => {
    const parts = await request.map((part: Buffer) => part.toString().toUpperCase()).toArray()
    answer(response, { parts })
  }),
  bare('Readable.toWeb', post('hello'), async (request, response) => {
    const web = Readable.toWeb(request) as unknown as ReadableStream<Uint8Array>
    answer(response, { body: await new Response(web).text() })
  }),
  bare('once(request, "end")', post('hello'), async (request, response) => {
    request.resume()
    await once(request, 'end')
    answer(response, { state: requestState(request) })
  }),
  bare('states before and after', post('hello'), async (request, response) => {
    const look = () => ({
      state: requestState(request),
      readable: request.readable,
      flowing: request.readableFlowing,
      didRead: request.readableDidRead,
      objectMode: request.readableObjectMode,
      highWaterMark: typeof request.readableHighWaterMark,
    })
    const before = look()
    const closed = once(request, 'close').then(look)
    const ended = once(request, 'end').then(look)
    request.on('data', () => {})
    answer(response, { before, listening: look(), ended: await ended, closed: await closed })
  }),
  bare('a request without a body ends once read', get(), async (request, response) => {
    const events: string[] = []
    for (const event of ['data', 'end', 'close'] as const)
      request.on(event, () => events.push(`${event}: ${requestState(request)}`))
    await once(request, 'close')
    answer(response, { events })
  }),
  bare('read() after the end is null', post('hello'), async (request, response) => {
    request.resume()
    await once(request, 'end')
    answer(response, {
      read: request.read() as unknown,
      on: attempt(() => request.on('data', () => {})),
    })
  }),
  bare(
    'destroy(error) while reading',
    pieces,
    (request, response, record) => {
      request.on('data', () => request.destroy(new Error('enough')))
      request.on('error', (error) => record(`error ${JSON.stringify(describe(error))}`))
      request.on('close', () => record(`close: ${requestState(request)}`))
      response.on('close', () => record('response close'))
    },
    { until: 'response close' },
  ),
]
