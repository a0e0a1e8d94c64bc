import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { toFetchHandler, toServerHandler } from '@node-cf/bridge'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'
import type { Answer } from './answer.ts'
import { Connection } from './connection.ts'
import { eventually } from './eventually.ts'

let worker: RunningWorker

beforeAll(async () => {
  worker = await startWorker({ entry: `${import.meta.dirname}/workers/limits.ts` })
})
afterAll(() => worker.dispose())

async function answerTo(path: string, fieldsAndBody?: string): Promise<Answer> {
  const connection = await Connection.begin(worker.port, `GET ${path}`, fieldsAndBody)
  return connection.answer()
}

describe('responseTimeout', () => {
  it('answers 503 for an app that never does, and names the request in the log', async () => {
    const before = worker.logs.length
    const { status, body } = await answerTo('/never?query')
    expect([status, String(body)]).toEqual([503, 'Service Unavailable'])
    await eventually(() => {
      const log = worker.logs.slice(before).join('\n')
      expect(log).toContain('ERR_BRIDGE_RESPONSE_TIMEOUT')
      expect(log).toContain('GET /never?query was not answered within 150 ms')
    })
  })

  it('leaves an app that answers too late to itself', async () => {
    expect(await answerTo('/late')).toMatchObject({ status: 503, isWhole: true })
    await eventually(async () => {
      const history = (await (await worker.fetch('/history')).json()) as string[]
      expect(history.toSorted()).toEqual([
        'destroyed true',
        'req aborted',
        'req close',
        'res close',
        'write ERR_STREAM_DESTROYED',
      ])
    })
  })

  it('lets an app take its time once it has begun', async () => {
    const { status, body, isWhole } = await answerTo('/begun-and-ended')
    expect([status, String(body), isWhole]).toEqual([200, 'begun;ended', true])
  })
})

describe('a status that Workers cannot send', () => {
  it.each([600, 799, 999, 100, 101, 102, 103, 199])('is refused: %d', async (status) => {
    const { body } = await answerTo('/status', `X-Status: ${status}\r\n\r\n`)
    expect(JSON.parse(String(body))).toEqual({
      code: 'ERR_BRIDGE_STATUS',
      message: `Workers cannot send status ${status}: a Response takes 200 to 599. Use a status in that range.`,
    })
  })

  it.each([0, 99, 1000, -1])('is refused as Node does where it is none: %d', async (status) => {
    const { body } = await answerTo('/status', `X-Status: ${status}\r\n\r\n`)
    expect(JSON.parse(String(body))).toMatchObject({ code: 'ERR_HTTP_INVALID_STATUS_CODE' })
  })

  it.each([600, 101, 42])('ends as a 500 where nobody catches it: %d', async (status) => {
    const { body, status: sent } = await answerTo(
      '/status-by-itself',
      `X-Status: ${status}\r\n\r\n`,
    )
    expect([sent, String(body)]).toEqual([500, 'Internal Server Error'])
  })

  it.each([200, 299, 418, 599])('is sent where it can be: %d', async (status) => {
    expect(await answerTo('/status-by-itself', `X-Status: ${status}\r\n\r\n`)).toMatchObject({
      status,
    })
  })
})

describe('options', () => {
  const listener = (): void => {}

  it.each([
    [{ responseTimeout: -1 }],
    [{ responseTimeout: Number.NaN }],
    [{ responseTimeout: Infinity }],
    [{ responseTimeout: 2 ** 31 }],
    [{ responseTimeout: '1000' as unknown as number }],
    [{ afterResponse: -1 }],
    [{ afterResponse: 30_001 }],
    [{ afterResponse: true as unknown as number }],
  ])('are checked when they are given: %j', (options) => {
    const refusal = expect.objectContaining({
      code: 'ERR_BRIDGE_OPTION',
      message: expect.stringContaining(String(Object.values(options)[0])),
    })
    expect(() => toFetchHandler(listener, options)).toThrow(refusal)
    expect(() => toServerHandler({ port: 3000 }, options)).toThrow(refusal)
  })

  it.each([{}, { responseTimeout: 0 }, { responseTimeout: 2 ** 31 - 1, afterResponse: 30_000 }])(
    'are taken as they are described: %j',
    (options) => {
      expect(toFetchHandler(listener, options)).toBeInstanceOf(Function)
    },
  )

  it.each([undefined, null, {}, 'app'])('include a listener that is one: %p', (value) => {
    expect(() => toFetchHandler(value as never)).toThrow(
      expect.objectContaining({ code: 'ERR_BRIDGE_OPTION' }),
    )
  })

  it.each([0, -1, 65_536, 1.5, '3000', undefined])('include a port that is one: %p', (port) => {
    expect(() => toServerHandler({ port: port as number })).toThrow(
      expect.objectContaining({ code: 'ERR_BRIDGE_OPTION' }),
    )
  })
})
