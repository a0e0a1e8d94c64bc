/** What would end a Node process, or never end: here one request fails, tells nothing, and harms no other. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { resolve } from 'node:path'
import { startWorker, type RunningWorker } from '../../../../scripts/workerd/index.ts'

let worker: RunningWorker

beforeAll(async () => {
  worker = await startWorker({ entry: resolve(import.meta.dirname, 'servers/faulty.ts') })
}, 30_000)
afterAll(async () => {
  await worker.dispose()
})

/** Asks for a fault, and returns the answer's status, its text, and everything that came. */
async function provoke(
  name: string,
  method = 'GET',
  body = '',
): Promise<{ status: number; bytes: string }> {
  const length = body ? `Content-Length: ${body.length}\r\n` : ''
  const bytes = await worker.raw(
    `${method} / HTTP/1.1\r\nHost: x\r\nX-Fault: ${name}\r\n${length}Connection: close\r\n\r\n${body}`,
  )
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(bytes)?.[1]), bytes }
}

const beforeTheHead = [
  ...[
    'error',
    'text',
    'null',
    'undefined',
    'symbol',
    'object without a prototype',
    'error whose message throws',
    'frozen error',
  ].flatMap((what) => [`throws ${what}`, `rejects with ${what}`]),
  'returns a thenable that throws',
  'status out of range',
  'status that a Response cannot have',
  'status 101',
  'invalid header',
  'error event that nobody hears',
]

describe('a listener that goes wrong before the head', () => {
  it.each(beforeTheHead)('%s: 500, of which the client learns nothing', async (name) => {
    const { status, bytes } = await provoke(name)
    expect(status).toBe(500)
    expect(bytes).not.toMatch(/secret|\bat \w|worker\.js|node:/i)
  })

  it('tells the log', async () => {
    await provoke('throws error')
    expect(await worker.logged(/a secret in an error/)).toContain('Error')
  })

  it('answers 500 when a listener of the body throws', async () => {
    const { status, bytes } = await provoke('body listener throws', 'POST', 'body')
    // Node's process would end; without the exception in hand, the time limit is what is left.
    expect([500, 503]).toContain(status)
    expect(bytes).not.toContain('secret')
  })
})

describe('a listener that goes wrong after the head', () => {
  it.each(['throws after a write', 'rejects after a write'])(
    '%s: the answer is cut, not ended',
    async (name) => {
      const { bytes } = await provoke(name)
      expect(bytes).not.toMatch(/0\r\n\r\n$/)
      expect(bytes).not.toContain('secret')
    },
  )

  it('delivers what was written before a later rejection', async () => {
    const { status, bytes } = await provoke('rejects after a write')
    expect(status).toBe(200)
    expect(bytes).toContain('first')
  })

  it('never passes off a promised body as whole', async () => {
    const { status, bytes } = await provoke('throws after writeHead')
    expect(bytes).not.toContain('secret')
    const isCut = bytes === '' || (status === 200 && /Content-Length: 100/i.test(bytes))
    expect(isCut || status === 500).toBe(true)
  })

  it.each(['throws after end', 'rejects after end'])('%s: the answer stands', async (name) => {
    const { status, bytes } = await provoke(name)
    expect(status).toBe(200)
    expect(bytes).toContain('whole')
    expect(bytes).not.toContain('secret')
  })
})

describe('responseTimeout', () => {
  it('answers 503 for an app that never does', async () => {
    const started = Date.now()
    const { status, bytes } = await provoke('never answers')
    expect(status).toBe(503)
    expect(bytes).not.toContain('ERR_')
    expect(Date.now() - started).toBeGreaterThanOrEqual(250)
    expect(Date.now() - started).toBeLessThan(1500)
  })

  it('names the request in the log', async () => {
    await provoke('never answers')
    expect(await worker.logged(/ERR_BRIDGE_RESPONSE_TIMEOUT|was not answered/)).toContain('300 ms')
  })

  it('drops an answer that comes too late', async () => {
    const { status, bytes } = await provoke('answers too late')
    expect(status).toBe(503)
    expect(bytes).not.toContain('late')
  })

  it('leaves an answer in time alone', async () => {
    const { status, bytes } = await provoke('answers in time')
    expect(status).toBe(200)
    expect(bytes).toContain('in time')
  })

  it('does not end a response that has begun', async () => {
    const { bytes } = await provoke('never ends')
    expect(bytes).toContain('first')
    expect(bytes).not.toMatch(/0\r\n\r\n$/)
  })

  it('is checked when it is given', async () => {
    const { bytes } = await provoke('refusals')
    const refusals = JSON.parse(bytes.slice(bytes.indexOf('\r\n\r\n') + 4)) as string[]
    for (const refusal of refusals)
      expect(refusal).toMatch(/^true ERR_BRIDGE_OPTION .*responseTimeout/)
  })
})

describe('a faulty request', () => {
  it('harms no other in flight', async () => {
    const names = beforeTheHead.flatMap((name) => [name, 'answers in time'])
    const answers = await Promise.all(names.map((name) => provoke(name)))
    answers.forEach(({ status }, index) =>
      expect(status).toBe(names[index] === 'answers in time' ? 200 : 500),
    )
  })

  it('with any target and any header value is answered, and never by an error of the bridge', async () => {
    const visible = fc.string({
      unit: fc.integer({ min: 0x21, max: 0xff }).map((code) => String.fromCharCode(code)),
    })
    const value = fc.string({
      unit: fc
        .integer({ min: 0x01, max: 0xff })
        .filter((code) => code !== 10 && code !== 13)
        .map((code) => String.fromCharCode(code)),
    })
    const name = fc.constantFrom(
      'X-Any',
      'Cookie',
      'Host',
      'Content-Type',
      'X-Forwarded-For',
      '__proto__',
      'Accept',
      'Range',
      'Expect',
    )
    await fc.assert(
      fc.asyncProperty(visible, name, value, async (target, header, text) => {
        const host = header === 'Host' ? '' : 'Host: x\r\n'
        const bytes = await worker.raw(
          `GET /echo${target} HTTP/1.1\r\n${host}${header}: ${text}\r\nConnection: close\r\n\r\n`,
        )
        const status = Number(/^HTTP\/1\.\d (\d+)/.exec(bytes)?.[1])
        expect([200, 400, 417, 431]).toContain(status)
      }),
      { numRuns: 300 },
    )
  }, 60_000)
})
