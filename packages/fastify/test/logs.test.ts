import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'

type Line = Record<string, unknown>
type Entry = [method: string, value: Line]

let worker: RunningWorker

beforeAll(async () => {
  worker = await startWorker({ entry: `${import.meta.dirname}/workers/logs.ts` })
})
afterAll(() => worker.dispose())

async function entriesOf(app: string, path = '/'): Promise<Entry[]> {
  const answer = await worker.fetch(`${path}?app=${encodeURIComponent(app)}`)
  return (await answer.json()) as Entry[]
}
async function atStart(): Promise<{ atStart: Entry[]; sections: boolean[]; own: string[] }> {
  return (await (await worker.fetch('/?app=')).json()) as never
}

describe('the lines of a logger', () => {
  it('are objects, for each request one when it comes and one when it is done', async () => {
    const [incoming, ...others] = await entriesOf('logger: true')
    expect(incoming).toEqual([
      'info',
      {
        level: 30,
        time: expect.any(Number),
        pid: expect.any(Number),
        hostname: expect.any(String),
        reqId: 'req-1',
        req: {
          method: 'GET',
          url: '/?app=logger%3A%20true',
          host: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
          remoteAddress: '127.0.0.1',
          remotePort: 0,
        },
        msg: 'incoming request',
      },
    ])
    expect(others.at(-1)).toEqual([
      'info',
      expect.objectContaining({
        reqId: 'req-1',
        res: { statusCode: 200 },
        responseTime: expect.any(Number),
        msg: 'request completed',
      }),
    ])
  })

  it("go to the console's method of their level", async () => {
    const entries = await entriesOf('levels')
    const own = entries.filter(([, { msg }]) => String(msg).startsWith('an '))
    expect(own.map(([method, { level, msg }]) => [method, level, msg])).toEqual([
      ['debug', 10, 'an trace'],
      ['debug', 20, 'an debug'],
      ['info', 30, 'an info'],
      ['warn', 40, 'an warn'],
      ['error', 50, 'an error'],
      ['error', 60, 'an fatal'],
    ])
    expect(own[2]).toEqual([
      'info',
      expect.objectContaining({ password: 'secret', nested: { list: [1, 'é'] } }),
    ])
  })

  it('below the level are not there', async () => {
    const entries = await entriesOf('logger: true')
    expect(entries.filter(([method]) => method === 'debug')).toEqual([])
  })

  it('have errors as objects, with type, message, stack and cause', async () => {
    const entries = await entriesOf('logger: true', '/error')
    const errors = entries.filter(([method]) => method === 'error')
    expect(errors).toEqual([
      [
        'error',
        expect.objectContaining({
          level: 50,
          msg: 'of a type',
          err: {
            type: 'TypeError',
            message: expect.stringContaining('of a type'),
            stack: expect.stringMatching(/TypeError: of a type[^]*the cause/),
          },
        }),
      ],
      [
        'error',
        expect.objectContaining({
          msg: 'of a handler',
          err: expect.objectContaining({ type: 'Error', statusCode: 502 }),
        }),
      ],
    ])
  })

  it('are redacted', async () => {
    const entries = await entriesOf('redact')
    expect(JSON.stringify(entries)).not.toContain('secret')
    expect(entries[1]?.[1]).toMatchObject({ password: '[Redacted]' })
  })

  it("have the app's serializers, base, timestamp and message key", async () => {
    const [incoming] = await entriesOf('serializers')
    expect(incoming).toEqual([
      'info',
      {
        level: 30,
        reqId: 'req-1',
        req: { short: 'GET /?app=serializers' },
        message: 'incoming request',
      },
    ])
  })

  it('keep their method where the level is a word', async () => {
    const entries = await entriesOf('level as a word')
    expect(entries.slice(1, 4).map(([method, { level }]) => [method, level])).toEqual([
      ['info', 'info'],
      ['warn', 'warn'],
      ['error', 'error'],
    ])
  })

  it('may have levels of their own', async () => {
    const entries = await entriesOf('custom levels')
    expect(entries.filter(([, { level }]) => level === 35).map(([method]) => method)).toEqual([
      'info',
    ])
  })

  it('that a hook has made something else of are text', async () => {
    const [incoming] = await entriesOf('not JSON')
    expect(incoming).toEqual(['info', expect.stringMatching(/^line: \{"level":30.*request"\}$/)])
  })

  it('of loggerInstance are objects too', async () => {
    const entries = await entriesOf('loggerInstance')
    expect(entries[0]).toEqual([
      'info',
      expect.objectContaining({ name: 'root', msg: 'incoming request' }),
    ])
    expect(entries.map(([method]) => method)).toContain('debug')
  })

  it("of a stream of the app's own stay there", async () => {
    expect(await entriesOf('stream')).toEqual([])
    const { own } = await atStart()
    expect(own[0]).toMatch(/^\{"level":30,.*"msg":"incoming request"\}\n$/)
  })

  it('of requests can be switched off', async () => {
    const entries = await entriesOf('disableRequestLogging')
    expect(entries.map(([, { msg }]) => msg)).toEqual([
      'an info',
      'an warn',
      'an error',
      'an fatal',
    ])
  })

  it('arrive in the log of the runtime', async () => {
    await entriesOf('logger: true')
    expect(await worker.logged(/request completed/)).toMatch(/level: 30/)
  })
})

describe('a transport', () => {
  it.each(['transport', 'transports'])('writes to the console instead: %s', async (app) => {
    const entries = await entriesOf(app)
    expect(entries.map(([method, { msg }]) => [method, msg])).toEqual([
      ['info', 'incoming request'],
      ['info', 'an info'],
      ['warn', 'an warn'],
      ['error', 'an error'],
      ['error', 'an fatal'],
      ['info', 'request completed'],
    ])
  })

  it('is told of when the Worker starts', async () => {
    const { atStart: entries } = await atStart()
    const warnings = entries.filter(([method]) => method === 'warn').map(([, text]) => text)
    expect(warnings).toEqual([
      expect.stringMatching(/^pino's transport pino-pretty needs a thread.*Leave "transport" out/),
      expect.stringMatching(/^pino's transport pino\/file, @acme\/remote needs a thread/),
    ])
  })
})

describe('nothing is added to the log', () => {
  it('when the Worker starts', async () => {
    const { atStart: entries, sections } = await atStart()
    expect(entries.filter(([method]) => method !== 'warn')).toEqual([])
    expect(sections).toEqual([false, false, false])
    expect(worker.logs.filter((entry) => /AVVIO/.test(entry))).toEqual([])
  })

  it('when something else is written to standard output', async () => {
    const answer = await worker.fetch('/?app=stream&stdout')
    expect(await answer.json()).toEqual([['log', 'stdout: plain text']])
  })
})
