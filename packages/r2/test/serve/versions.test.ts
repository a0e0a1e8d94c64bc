import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { MemoryStore, type OpenOptions, serveR2, type StoredFile } from '@node-cf/r2'
import { type Answer, type RequestOptions, send } from '../../../../scripts/runtimes/index.ts'
import type { RunningWorker } from '../../../../scripts/workerd/index.ts'
import { putObject, startServingWorker } from './mounts.ts'

let worker: RunningWorker

beforeAll(async () => {
  worker = await startServingWorker()
})
afterAll(() => worker.dispose())

describe('the calls of the binding', () => {
  it.each<[string, RequestOptions & { path?: string }, number, string[]]>([
    ['a file', {}, 200, ['get']],
    ['a file that is missing', { path: 'none' }, 404, ['get']],
    ['the head of a file', { method: 'HEAD' }, 200, ['head']],
    ['what has not changed', { headers: { 'if-none-match': '*' } }, 304, ['get']],
    ['a condition that is not met', { headers: { 'if-match': '"x"' } }, 412, ['get']],
    ['a range', { headers: { range: 'bytes=2-4' } }, 206, ['get']],
    ['a range to the end', { headers: { range: 'bytes=2-' } }, 206, ['get']],
    ['the last bytes', { headers: { range: 'bytes=-2' } }, 206, ['head', 'get']],
    ['a range beyond the end', { headers: { range: 'bytes=99-' } }, 416, ['get', 'head']],
    [
      'a range of another version',
      { headers: { range: 'bytes=2-', 'if-range': '"x"' } },
      200,
      ['get', 'get'],
    ],
    ['a method that is not served', { method: 'DELETE' }, 405, []],
    ['a path that cannot be a key', { path: 'a//b' }, 404, []],
  ])('for %s', async (_title, { path = 'file', ...request }, status, calls) => {
    await putObject(worker, { key: 'file' }, 'content')
    await send(worker.port, '/calls')
    const answer = await send(worker.port, `/worker/${path}`, request)
    expect(answer.status).toBe(status)
    expect((await send(worker.port, '/calls')).json()).toEqual(calls)
  })
})

describe('a file that is overwritten all the time', () => {
  const sizes: Record<string, number> = { a: 30_000, b: 20_000 }
  const ranges = ['bytes=0-', 'bytes=10000-', 'bytes=0-19999', 'bytes=-25000', 'bytes=25000-']

  /** An answer by what it consists of. */
  function facts({ status, headers, text }: Answer): unknown {
    return {
      status,
      letters: [...new Set(text)],
      length: [text.length, Number(headers['content-length'])],
      range: headers['content-range'],
    }
  }

  /** What may be answered to a range while the file has one letter. */
  function expectedFacts(letter: string, range: string): unknown {
    const size = sizes[letter]!
    const [, from = '', to = ''] = /(\d*)-(\d*)/.exec(range) ?? []
    const first = from === '' ? Math.max(0, size - Number(to)) : Number(from)
    const last = from === '' || to === '' ? size - 1 : Number(to)
    if (first >= size) {
      return { status: 416, letters: [], length: [0, 0], range: `bytes */${size}` }
    }
    const length = last - first + 1
    return {
      status: 206,
      letters: [letter],
      length: [length, length],
      range: `bytes ${first}-${last}/${size}`,
    }
  }

  function wholeFacts(letter: string): unknown {
    const size = sizes[letter]!
    return { status: 200, letters: [letter], length: [size, size], range: undefined }
  }

  it('is never answered with parts of two versions', async () => {
    const over = new AbortController()
    const overwrite = async (letter: string): Promise<void> =>
      putObject(worker, { key: 'hot' }, letter.repeat(sizes[letter]!))
    await overwrite('a')
    const writing = (async () => {
      for (let turn = 0; !over.signal.aborted; turn += 1) await overwrite(turn % 2 ? 'a' : 'b')
    })()
    const letterOf = new Map<unknown, string | undefined>()
    for (let turn = 0; turn < 100; turn += 1) {
      const range = ranges[turn % ranges.length]!
      const answer = await send(worker.port, '/worker/hot', { headers: { range } })
      const possible = ['a', 'b'].flatMap((letter) => [
        expectedFacts(letter, range),
        wholeFacts(letter),
      ])
      expect(possible).toContainEqual(facts(answer))
      const { etag } = answer.headers
      expect(letterOf.get(etag) ?? answer.text[0]).toBe(answer.text[0])
      letterOf.set(etag, answer.text[0])
    }
    over.abort()
    await writing
    expect(new Set(letterOf.values())).toEqual(new Set(['a', 'b', undefined]))
  })
})

describe('a file that changes between two looks at it', () => {
  /** Does something before each opening, if another file than the one looked at may not be opened. */
  class ChangingStore extends MemoryStore {
    readonly #change: (store: MemoryStore) => Promise<unknown>

    constructor(change: (store: MemoryStore) => Promise<unknown>) {
      super({ allowOverwrite: true })
      this.#change = change
    }

    override async open(key: string, options?: OpenOptions): Promise<StoredFile> {
      if (options?.ifMatch !== undefined) await this.#change(this)
      return super.open(key, options)
    }
  }

  async function lastByte(change: (store: MemoryStore) => Promise<unknown>): Promise<unknown[]> {
    const store = new ChangingStore(change)
    await store.save('file', 'version 0')
    const headers = { range: 'bytes=-1' }
    const response = await serveR2(store)(new Request('http://host/file', { headers }))
    return [response.status, await response.text(), response.headers.get('content-range')]
  }

  it('is looked at once more', async () => {
    let isFirst = true
    const change = async (store: MemoryStore) => {
      if (isFirst) await store.save('file', 'version 1')
      isFirst = false
    }
    expect(await lastByte(change)).toEqual([206, '1', 'bytes 8-8/9'])
  })

  it('is sent whole when that does not help', async () => {
    let version = 0
    const change = (store: MemoryStore) => store.save('file', `version ${(version += 1)}`)
    expect(await lastByte(change)).toEqual([200, 'version 2', null])
  })

  it('is missing when it was deleted in between', async () => {
    expect(await lastByte((store) => store.delete('file'))).toEqual([404, '', null])
  })
})
