import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type RunningWorker, startWorker } from '../../../../scripts/workerd/index.ts'

let worker: RunningWorker

beforeAll(async () => {
  worker = await startWorker({ entry: `${import.meta.dirname}/workers/module-random.ts` })
})
afterAll(() => worker.dispose())

const get = async (path: string): Promise<unknown> => (await worker.fetch(path)).json()

describe('random bytes asked for at module scope', () => {
  it('are not to be had before a request comes', async () => {
    const refused = expect.stringMatching(/^Disallowed operation called within global scope/)
    expect(await get('/early')).toEqual({
      text: refused,
      byte: refused,
      copy: refused,
      length: refused,
      write: refused,
      native: refused,
      secret: expect.stringMatching(/^Failed to execute 'createSecretKey'/),
      signature: refused,
      unknownAlgorithm: expect.stringMatching(/not supported|Invalid digest/),
      wrongSize: expect.stringMatching(/"size" is out of range/),
    })
  })

  it('are random in a request, and stay what they are', async () => {
    const random = (await get('/random')) as { bytes: string }
    expect(random).toEqual({
      length: 64,
      bytes: expect.stringMatching(/^[\da-f]{128}$/),
      isCopied: true,
      isSigned: true,
      isBuffer: true,
      later: 4,
    })
    expect(new Set(random.bytes.match(/../g)).size).toBeGreaterThan(20)
    expect(await get('/random')).toEqual(random)
  })
})
