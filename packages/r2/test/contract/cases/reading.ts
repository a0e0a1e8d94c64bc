import assert from 'node:assert/strict'
import { NotFound } from '@node-cf/r2'
import { md5Of, pattern, sameBytes } from '../bodies.ts'
import type { Cases } from '../contract.ts'

export const reading: Cases = {
  async 'opens what was saved, as text, JSON, bytes and a stream'({ store }) {
    const files = store()
    const key = await files.save('notes/één.json', '{"title":"Één"}')
    assert.equal(key, 'notes/één.json')
    assert.equal(await (await files.open(key)).text(), '{"title":"Één"}')
    const { title } = await (await files.open(key)).json<{ title: string }>()
    assert.equal(title, 'Één')
    const expected = new TextEncoder().encode('{"title":"Één"}')
    assert.deepEqual(await (await files.open(key)).bytes(), expected)
    const { stream } = await files.open(key)
    assert.deepEqual(new Uint8Array(await new Response(stream).arrayBuffer()), expected)
  },

  async 'tells of a file without its content'({ store }) {
    const files = store()
    const before = Date.now()
    await files.save('a/report.pdf', pattern(0, 1000))
    const stat = await files.stat('a/report.pdf')
    assert.deepEqual(
      { ...stat, uploaded: undefined },
      {
        key: 'a/report.pdf',
        size: 1000,
        etag: md5Of(pattern(0, 1000)),
        uploaded: undefined,
        contentType: 'application/pdf',
        contentDisposition: undefined,
        contentEncoding: undefined,
        contentLanguage: undefined,
        cacheControl: undefined,
        expires: undefined,
        metadata: {},
        checksums: { md5: md5Of(pattern(0, 1000)) },
        storageClass: 'Standard',
      },
    )
    // The S3 API knows whole seconds.
    assert.ok(Math.abs(stat.uploaded.getTime() - before) < 60_000, stat.uploaded.toISOString())
    const file = await files.open('a/report.pdf')
    for (const [name, value] of Object.entries(stat)) {
      assert.deepEqual(file[name as keyof typeof stat], value)
    }
    assert.deepEqual(file.range, { offset: 0, length: 1000 })
    await file.stream.cancel()
  },

  async 'keeps headers and metadata'({ store }) {
    const files = store({ cacheControl: 'max-age=60' })
    await files.save('a.txt', 'a', {
      contentType: 'text/markdown; charset=utf-8',
      contentDisposition: { type: 'attachment', filename: 'na"ïve €.md' },
      contentLanguage: 'en, fr',
      expires: new Date('2030-01-02T03:04:05Z'),
      metadata: {
        Author: 'Zoë – 東京 😀',
        'x-blank': '  at both ends ',
        empty: '',
        looks: '=?UTF-8?B?YQ==?= like =?utf-8?q?it?=',
        long: 'ü'.repeat(1000),
      },
    })
    const stat = await files.stat('a.txt')
    assert.equal(stat.contentType, 'text/markdown; charset=utf-8')
    assert.equal(
      stat.contentDisposition,
      `attachment; filename="na\\"?ve ?.md"; filename*=UTF-8''na%22%C3%AFve%20%E2%82%AC.md`,
    )
    assert.equal(stat.contentLanguage, 'en, fr')
    assert.equal(stat.cacheControl, 'max-age=60')
    assert.equal(stat.expires?.toISOString(), '2030-01-02T03:04:05.000Z')
    assert.deepEqual(
      { ...stat.metadata },
      {
        author: 'Zoë – 東京 😀',
        'x-blank': '  at both ends ',
        empty: '',
        looks: '=?UTF-8?B?YQ==?= like =?utf-8?q?it?=',
        long: 'ü'.repeat(1000),
      },
    )
    await files.save('b.txt', 'b', { cacheControl: 'no-store' })
    assert.equal((await files.stat('b.txt')).cacheControl, 'no-store')
  },

  async 'keeps the bytes of what is stored encoded'({ store }) {
    const files = store()
    const stream = new Blob(['encoded '.repeat(100)]).stream()
    const compressed = await new Response(
      stream.pipeThrough(new CompressionStream('gzip')),
    ).arrayBuffer()
    await files.save('page.html', compressed, { contentEncoding: 'gzip' })
    const file = await files.open('page.html')
    assert.equal(file.contentEncoding, 'gzip')
    assert.equal(file.size, compressed.byteLength)
    assert.ok(sameBytes(await file.bytes(), new Uint8Array(compressed)))
    const part = await files.open('page.html', { range: { offset: 2, length: 5 } })
    assert.deepEqual(await part.bytes(), new Uint8Array(compressed).subarray(2, 7))
  },

  async 'throws NotFound for what is missing, and says so where it is asked'({ store }) {
    const files = store()
    const isNotFound = (error: unknown): boolean => {
      assert.ok(error instanceof NotFound, String(error))
      assert.equal(error.code, 'ERR_R2_NOT_FOUND')
      assert.equal(error.status, 404)
      assert.equal(error.retryable, false)
      assert.match(error.message, /"gone\/file\.txt"/)
      return true
    }
    await assert.rejects(files.open('gone/file.txt'), isNotFound)
    await assert.rejects(
      files.open('gone/file.txt', { ifMatch: 'x', range: { offset: 5 } }),
      isNotFound,
    )
    await assert.rejects(files.stat('gone/file.txt'), isNotFound)
    await assert.rejects(files.copy('gone/file.txt', 'there.txt'), isNotFound)
    await assert.rejects(files.move('gone/file.txt', 'there.txt'), isNotFound)
    await assert.rejects(files.move('gone/file.txt', 'gone/file.txt'), isNotFound)
    assert.equal(await files.exists('gone/file.txt'), false)
    await files.delete('gone/file.txt')
    assert.deepEqual(await files.list(), { directories: [], files: [] })
  },

  async 'opens a range'({ store }) {
    const files = store()
    await files.save('digits', '0123456789')
    const read = async (offset: number, length?: number): Promise<unknown> => {
      const range = length === undefined ? { offset } : { offset, length }
      const file = await files.open('digits', { range })
      assert.equal(file.size, 10)
      return [await file.text(), file.range]
    }
    assert.deepEqual(await read(0), ['0123456789', { offset: 0, length: 10 }])
    assert.deepEqual(await read(0, 1), ['0', { offset: 0, length: 1 }])
    assert.deepEqual(await read(3, 4), ['3456', { offset: 3, length: 4 }])
    assert.deepEqual(await read(9), ['9', { offset: 9, length: 1 }])
    assert.deepEqual(await read(8, 100), ['89', { offset: 8, length: 2 }])
  },

  async 'refuses a range that the file has not'({ store }) {
    const files = store()
    await files.save('digits', '0123456789')
    await files.save('empty', '')
    const refused = { code: 'ERR_R2_RANGE', status: 416 }
    for (const offset of [10, 11, 99]) {
      for (const range of [{ offset }, { offset, length: 1 }, { offset, length: 100 }]) {
        await assert.rejects(files.open('digits', { range }), refused, JSON.stringify(range))
      }
    }
    await assert.rejects(files.open('digits', { range: { offset: 0, length: 0 } }), refused)
    for (const range of [{ offset: 0 }, { offset: 0, length: 5 }, { offset: 1 }]) {
      await assert.rejects(files.open('empty', { range }), refused, JSON.stringify(range))
    }
    for (const offset of [-1, 0.5, NaN, '1' as unknown as number]) {
      const range = { offset }
      await assert.rejects(files.open('digits', { range }), { code: 'ERR_R2_OPTION' })
    }
    assert.equal(await (await files.open('empty')).text(), '')
  },

  async 'opens a file only while it is the same'({ store }) {
    const files = store({ allowOverwrite: true })
    await files.save('page', 'first')
    const { etag } = await files.stat('page')
    const same = await files.open('page', { ifMatch: etag, range: { offset: 1 } })
    assert.equal(await same.text(), 'irst')
    await files.save('page', 'second')
    const changed = { code: 'ERR_R2_CHANGED', status: 412 }
    await assert.rejects(files.open('page', { ifMatch: etag }), changed)
    await assert.rejects(files.open('page', { ifMatch: etag, range: { offset: 1 } }), changed)
    assert.notEqual((await files.stat('page')).etag, etag)
  },
}
