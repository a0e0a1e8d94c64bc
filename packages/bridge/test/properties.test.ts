import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { isUtf8 } from 'node:buffer'
import http from 'node:http'
import { ServerResponse, toFetchHandler } from '@node-cf/bridge'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'
import { parseAnswer } from './answer.ts'
import { Connection } from './connection.ts'
import { patternChunk } from './pattern.ts'
import {
  type HeaderAttempt,
  headerAttempts,
  pieceSizes,
  type ResponseStep,
  responseSteps,
  type SentHead,
  similarHeads,
  target,
} from './random-exchanges.ts'

let worker: RunningWorker

beforeAll(async () => {
  worker = await startWorker({ entry: `${import.meta.dirname}/workers/properties.ts` })
})
afterAll(() => worker.dispose())

describe('a request target', () => {
  it('arrives byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(target, async (sent) => {
        const answer = parseAnswer(
          await worker.raw(`GET ${sent} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
        )
        // Of some characters workerd has an opinion of its own, before any JavaScript runs.
        if (String(answer.body) === 'invalid URI') fc.pre(false)
        expect([answer.status, JSON.parse(String(answer.body))]).toEqual([200, sent])
      }),
      { numRuns: 300 },
    )
  })
})

describe('a header', () => {
  /** The code of the error that Node's own class throws. */
  function codeOnNode({ name, value }: HeaderAttempt): string | null {
    try {
      new http.OutgoingMessage().setHeader(name, value)
      return null
    } catch (error) {
      return (error as { code: string }).code
    }
  }

  it("is refused with Node's own codes, or arrives intact", async () => {
    await fc.assert(
      fc.asyncProperty(headerAttempts, async (attempts) => {
        const body = JSON.stringify(attempts)
        const answer = await worker.raw(
          Buffer.from(
            'POST /headers HTTP/1.1\r\nHost: x\r\nConnection: close\r\n' +
              `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
          ),
        )
        const { status, headers, body: codes } = parseAnswer(answer)
        expect([status, JSON.parse(String(codes))]).toEqual([200, attempts.map(codeOnNode)])
        for (const attempt of attempts.filter((each) => codeOnNode(each) === null)) {
          const name = attempt.name.toLowerCase()
          expect([name, headers[name]]).toEqual([name, onTheWire(attempt.value)])
        }
      }),
      { numRuns: 200 },
    )
  })

  it('of another type is treated as on Node', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.anything()),
        fc.oneof(fc.anything(), fc.constant(undefined)),
        async (name, value) => {
          let code: string | null = null
          const handler = toFetchHandler((_req, res) => {
            expect(res).toBeInstanceOf(ServerResponse)
            code = codeOf(() => res.setHeader(name as string, value as string))
            for (const each of res.getHeaderNames()) res.removeHeader(each)
            res.end()
          })
          await handler(new Request('http://x/'))
          const message = new http.OutgoingMessage()
          expect(code).toBe(codeOf(() => message.setHeader(name as string, value as string)))
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('the headers of a response', () => {
  async function headersOf({ lines, isWritten }: SentHead, type: string): Promise<unknown> {
    const response = await worker.fetch('/head', {
      method: 'POST',
      body: JSON.stringify({ lines: [...lines, ['content-type', type]], isWritten }),
    })
    const headers = new Map(response.headers)
    expect(headers.get('content-type')).toBe(type)
    for (const name of ['content-type', 'date']) headers.delete(name)
    return headers
  }

  it('do not depend on those that were sent before', async () => {
    let types = 0
    await fc.assert(
      fc.asyncProperty(similarHeads, async (heads) => {
        for (const head of heads) {
          // Of a content type that was never sent nothing is known.
          const alone = await headersOf(head, `text/type-${(types += 1)}`)
          expect(await headersOf(head, 'text/plain')).toEqual(alone)
        }
      }),
      { numRuns: 50 },
    )
  })
})

describe('a body', () => {
  it('comes back as it was sent, whatever the pieces', async () => {
    await fc.assert(
      fc.asyncProperty(pieceSizes, fc.boolean(), fc.boolean(), async (sizes, isChunked, waits) => {
        const pieces = sizes.map((size, index) => bytesOf(size, index))
        const body = Buffer.concat(pieces)
        const framing = isChunked
          ? 'Transfer-Encoding: chunked'
          : `Content-Length: ${body.byteLength}`
        const connection = await Connection.open(worker.port)
        void connection.send(
          `POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${framing}\r\n\r\n`,
        )
        for (const piece of pieces) {
          if (isChunked) void connection.send(`${piece.byteLength.toString(16)}\r\n`)
          const isSent = connection.send(piece)
          if (waits) await isSent
          if (isChunked) void connection.send('\r\n')
        }
        if (isChunked) void connection.send('0\r\n\r\n')
        await connection.closes()
        const answer = parseAnswer(connection.received)
        expect([answer.status, answer.isWhole, answer.body.equals(body)]).toEqual([200, true, true])
      }),
      { numRuns: 80 },
    )
  })
})

describe('a response', () => {
  it('is what was written, in its order, however it was corked', async () => {
    await fc.assert(
      fc.asyncProperty(responseSteps, async (steps) => {
        const response = await worker.fetch('/steps', {
          method: 'POST',
          body: JSON.stringify(steps),
        })
        expect(await response.text()).toBe(`${steps.map(textOf).join('')}.`)
        const writes = steps.flatMap(({ kind }, index) => (kind === 'write' ? [index] : []))
        expect(await (await worker.fetch('/called')).json()).toEqual({
          called: writes,
          isAsCorked: true,
          corksAtEnd: 0,
        })
      }),
      { numRuns: 100 },
    )
  })
})

function codeOf(call: () => unknown): string | null {
  try {
    call()
    return null
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}

const textOf = (step: ResponseStep): string => (step.kind === 'write' ? step.text : '')

/**
 * A value as a client reads it, the white space around it being no part of it (RFC 9110 §5.5). Node
 * sends one byte for each character; workerd sends UTF-8, whatever the app wants, and so bytes that
 * are no UTF-8 cannot be sent.
 */
function onTheWire(value: HeaderAttempt['value']): string {
  return [value]
    .flat()
    .map((each) => {
      const text = String(each).replace(/^[\t ]+|[\t ]+$/g, '')
      return isUtf8(Buffer.from(text, 'latin1')) ? text : Buffer.from(text).toString('latin1')
    })
    .join(', ')
}

/** Bytes that differ from piece to piece. */
function bytesOf(size: number, index: number): Buffer {
  const bytes = Buffer.alloc(size)
  for (let position = 0; position < size; position += 65_536) {
    patternChunk(index * 7 + position / 65_536).copy(bytes, position)
  }
  return bytes
}
