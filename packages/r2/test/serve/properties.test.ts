import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { send } from '../../../../scripts/runtimes/index.ts'
import { type MountName, type Mounts, startMounts } from './mounts.ts'
import { expectedAnswer, fieldsOf, randomRequest, type Version } from './random-requests.ts'

const files: Record<string, string> = {
  'letters.txt': 'abcdefghijklmnopqrstuvwxyz',
  'empty.txt': '',
}

let mounts: Mounts

beforeAll(async () => {
  mounts = await startMounts(files)
})
afterAll(() => mounts.stop())

const names: MountName[] = ['a Worker', 'Express on a Worker', 'node:http']

async function versionOf(name: MountName, file: string): Promise<Version | undefined> {
  const { port, path } = mounts.at(name)
  const { status, headers } = await send(port, path + file, { method: 'HEAD' })
  if (status === 404) return undefined
  return {
    etag: headers.etag!.slice(1, -1),
    modified: new Date(headers['last-modified']!),
    content: files[file]!,
  }
}

describe.each(names)('%s', (name) => {
  it('answers any conditions and ranges as the model does', async () => {
    const versions = new Map<string, Version | undefined>()
    for (const file of [...Object.keys(files), 'missing.txt']) {
      versions.set(file, await versionOf(name, file))
    }
    const { port, path } = mounts.at(name)
    await fc.assert(
      fc.asyncProperty(randomRequest, async (request) => {
        const file = versions.get(request.file)
        const headers = fieldsOf(request, versions.get('letters.txt')!)
        const answer = await send(port, path + request.file, {
          method: request.method,
          headers: file === undefined ? headers : fieldsOf(request, file),
        })
        const { contentRange, ...expected } = expectedAnswer(request, file)
        // Express says in words of its own that there is nothing.
        const body = answer.status === 404 ? '' : answer.text
        expect({ status: answer.status, body }).toEqual(expected)
        expect(answer.headers['content-range']).toBe(contentRange)
      }),
      { numRuns: 1000 },
    )
  })
})
