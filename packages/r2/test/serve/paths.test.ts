import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { MemoryStore, serveR2 } from '@node-cf/r2'
import { send } from '../../../../scripts/runtimes/index.ts'
import { type MountName, mountNames, type Mounts, startMounts } from './mounts.ts'

const files = {
  'letters.txt': 'letters',
  'private/secret.txt': 'secret',
  'Grüße & 100%.txt': 'greetings',
  '%2e%2e': 'dots',
}

let mounts: Mounts

beforeAll(async () => {
  mounts = await startMounts(files)
})
afterAll(() => mounts.stop())

async function get(name: MountName, path: string): Promise<{ status: number; text: string }> {
  const mount = mounts.at(name)
  // This client sends a path as it is given.
  const { status, text } = await send(mount.port, mount.path + path)
  return { status, text: status === 200 ? text : '' }
}

describe.each(mountNames)('%s', (name) => {
  it.each([
    ['letters.txt', 'letters'],
    ['letters.txt?download=1', 'letters'],
    ['%6cetters.txt', 'letters'],
    ['private/secret.txt', 'secret'],
    ['Gr%C3%BC%C3%9Fe%20&%20100%25.txt', 'greetings'],
    ['%252e%252e', 'dots'],
  ])('finds %s', async (path, text) => {
    expect(await get(name, path)).toEqual({ status: 200, text })
  })

  it.each([
    '',
    '/',
    'private',
    'private/',
    '/letters.txt',
    'private//secret.txt',
    'private%2Fsecret.txt',
    'private%2fsecret.txt',
    'private%5Csecret.txt',
    'private\\secret.txt',
    './letters.txt',
    'private/../letters.txt',
    'private/%2e%2e/letters.txt',
    'private/.%2E/letters.txt',
    '..%2fletters.txt',
    '%2e%2e',
    '../media/letters.txt',
    'letters.txt%00',
    'letters.txt%0d%0aX:1',
    'letters.txt%',
    'letters%zz.txt',
    'letters.txt%C3',
    'letters.txt%ED%A0%80',
    '%25252e',
    'a'.repeat(1100),
  ])('finds nothing at %p', async (path) => {
    const { status } = await get(name, path)
    // Fastify's own router refuses what it cannot decode.
    expect(name.startsWith('Fastify') ? [400, 404] : [404]).toContain(status)
  })

  it('answers any path as the model does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...pieces), { maxLength: 6 }), async (parts) => {
        const path = parts.join('')
        const answer = await get(name, path)
        // Some of what leads to no file is refused before the handler sees it.
        expect({ ...answer, status: answer.status === 400 ? 404 : answer.status }).toEqual(
          expected(path),
        )
      }),
      { numRuns: 300 },
    )
  })
})

const pieces = [
  '/',
  '//',
  '.',
  '..',
  '\\',
  '+',
  '"',
  '<',
  '|',
  ';',
  '@',
  ':',
  '\u00fc',
  '%',
  '%2',
  '%zz',
  '%00',
  '%25',
  '%2e',
  '%2E',
  '%2F',
  '%2f',
  '%5c',
  '%C3',
  '%c3%bc',
  'letters.txt',
  'letters',
  '%2Etxt',
  'private',
  'private/secret.txt',
  'secret.txt',
]

function expected(path: string): { status: number; text: string } {
  const missing = { status: 404, text: '' }
  if (/%2f/i.test(path)) return missing
  try {
    const text = new Map(Object.entries(files)).get(decodeURIComponent(path))
    return text === undefined ? missing : { status: 200, text }
  } catch {
    return missing
  }
}

describe('the URL of any key', () => {
  it('leads to the file', async () => {
    const store = new MemoryStore({ location: 'here', publicUrl: 'https://files.example/a%20b/' })
    const serve = serveR2(store)
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
        async (key) => {
          const isKey = await store.save(key, key, { allowOverwrite: true }).then(
            () => true,
            () => false,
          )
          fc.pre(isKey)
          const response = await serve(new Request(store.url(key)))
          expect([response.status, await response.text()]).toEqual([200, key])
        },
      ),
      { numRuns: 500 },
    )
  })
})
