/** What Node's modules take, and the runtime's do not without help. */
import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type RunningWorker, startWorker } from '../../../../scripts/workerd/index.ts'

const keyFiles = Object.entries({
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ec: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
}).flatMap(([name, { publicKey, privateKey }]) => [
  [`${name}-public.pem`, publicKey.export({ type: 'spki', format: 'pem' })],
  [`${name}-private.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' })],
])

let worker: RunningWorker

beforeAll(async () => {
  worker = await startWorker({
    entry: `${import.meta.dirname}/workers/node-modules.ts`,
    files: {
      'file.txt': 'text',
      'a folder/é 1.txt': '',
      'a folder/100%.txt': '',
      'nested/a': '',
      'nested/b c/d': '',
      ...(Object.fromEntries(keyFiles) as Record<string, string>),
    },
  })
})
afterAll(() => worker.dispose())

const get = async (path: string): Promise<unknown> => (await worker.fetch(path)).json()

describe('the event loop', () => {
  it('is never late, and never busy', async () => {
    expect(await get('/event-loop')).toEqual([20e6, 20e6, 0])
  })
})

describe('fs.createReadStream', () => {
  it('takes null for the default of highWaterMark', async () => {
    expect(await (await worker.fetch('/file')).text()).toBe('ex')
  })
})

describe('fs.readdir', () => {
  it('lists names as they are, and not as in a URL', async () => {
    const names = ['é 1.txt', '100%.txt']
    const entries = names.map((name) => [name, '/bundle/a folder', true])
    expect(await get('/names')).toEqual([
      names,
      entries,
      names,
      names,
      names,
      names,
      ['a', 'b c', 'b c/d'],
      ['/bundle/nested|a', '/bundle/nested|b c', '/bundle/nested/b c|d'],
      [true, true],
      'ENOENT',
    ])
  })
})

describe('signatures', () => {
  it.each([
    ['rsa', true],
    ['ec', true],
    // Without its options, a key verifies another kind of signature.
    ['pss', false],
  ])('take a key object among options: %s', async (kind, withoutOptions) => {
    expect(await get(`/${kind}`)).toEqual({ own: true, empty: false, withoutOptions, base64: true })
  })
})
