import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FileBody } from '@node-cf/r2'
import { MEBIBYTE, md5Of, PART, pattern, sameBytes, SOURCE_FAILURE, streamOf } from '../bodies.ts'
import type { Cases } from '../contract.ts'

async function* pieces(...chunks: (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  for (const chunk of chunks) yield chunk
}

function webStreamOf<Chunk>(...chunks: Chunk[]): ReadableStream<Chunk> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
}

const bodies: Record<string, () => FileBody> = {
  text: () => 'stored',
  bytes: () => new TextEncoder().encode('stored'),
  'part of a buffer': () => new TextEncoder().encode('is stored now').subarray(3, 9),
  ArrayBuffer: () => new TextEncoder().encode('stored').buffer,
  DataView: () => new DataView(new TextEncoder().encode('it stored').buffer, 3),
  Blob: () => new Blob(['sto', 'red']),
  'stream of bytes': () => new Blob(['stored']).stream(),
  'stream of strings': () => webStreamOf('st', 'or', 'ed'),
  Readable: () => Readable.from([Buffer.from('sto'), Buffer.from('red')]),
  'Readable of strings': () => Readable.from(['sto', '', 'red']),
  generator: () => pieces('sto', new TextEncoder().encode('red')),
}

export const saving: Cases = {
  async 'takes every kind of body'({ store }) {
    const files = store({ allowOverwrite: true })
    for (const [kind, body] of Object.entries(bodies)) {
      await files.save('body', body())
      assert.equal(await (await files.open('body')).text(), 'stored', kind)
      await files.save('body', body(), { size: 6 })
      assert.equal(await (await files.open('body')).text(), 'stored', `${kind} with its size`)
    }
  },

  async 'refuses what is no body'({ store }) {
    const files = store()
    const refused = { code: 'ERR_R2_BODY' }
    for (const body of [undefined, null, 5, {}, ['a'], () => 'a']) {
      await assert.rejects(files.save('body', body as never), refused)
    }
    const numbers = Readable.from([1, 2]) as unknown as FileBody
    await assert.rejects(files.save('body', numbers), refused)
    await assert.rejects(files.save('body', 'half \ud83d'), refused)
    await assert.rejects(files.save('body', pieces('split \ud83d', '\ude00')), refused)
    for (const read of [
      async (stream: ReadableStream) => void (await new Response(stream).text()),
      async (stream: ReadableStream) => void stream.getReader(),
    ]) {
      const stream = new Blob(['content']).stream()
      await read(stream)
      await assert.rejects(files.save('body', stream), refused)
    }
    const ended = Readable.from(['content'])
    await ended.toArray()
    await assert.rejects(files.save('body', ended), refused)
    assert.equal(await files.exists('body'), false)
  },

  async 'takes streams of unknown length, at the edges of a part'({ store }) {
    const files = store()
    for (const size of [0, PART - 1, PART, PART + 1, 2 * PART]) {
      const key = await files.save(`${size}.bin`, streamOf(size).stream)
      const file = await files.open(key)
      assert.equal(file.size, size)
      assert.equal(
        /-(\d+)$/.exec(file.etag)?.[1],
        size > PART ? String(Math.ceil(size / PART)) : undefined,
      )
      assert.ok(sameBytes(await file.bytes(), pattern(0, size)), `${size} bytes`)
    }
  },

  async 'takes streams of known length, whether or not they may overwrite'({ store }) {
    for (const allowOverwrite of [false, true]) {
      const files = store({ allowOverwrite, location: String(allowOverwrite) })
      for (const size of [0, PART, 2 * PART + 7]) {
        const key = await files.save(`${size}.bin`, streamOf(size).stream, { size })
        assert.ok(
          sameBytes(await (await files.open(key)).bytes(), pattern(0, size)),
          `${size} bytes`,
        )
      }
    }
  },

  async 'takes chunks that are larger than a part, and many that are small'({ store }) {
    const files = store()
    const large = pattern(0, 12 * MEBIBYTE + 3)
    await files.save('large', webStreamOf(large))
    assert.ok(sameBytes(await (await files.open('large')).bytes(), large))
    async function* small(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < PART + 5; at += 1021) yield pattern(at, Math.min(1021, PART + 5 - at))
    }
    await files.save('small', small())
    assert.ok(sameBytes(await (await files.open('small')).bytes(), pattern(0, PART + 5)))
    await files.save('readable', Readable.from(small()))
    assert.ok(sameBytes(await (await files.open('readable')).bytes(), pattern(0, PART + 5)))
  },

  async 'keeps nothing of a stream that fails'({ store }) {
    const failure = { message: SOURCE_FAILURE }
    for (const allowOverwrite of [false, true]) {
      const files = store({ allowOverwrite, location: String(allowOverwrite) })
      for (const failAt of [0, 100_000, PART, 2 * PART + 100_000]) {
        const { stream } = streamOf(4 * PART, { failAt })
        await assert.rejects(files.save('a', stream), failure)
        const known = streamOf(4 * PART, { failAt })
        await assert.rejects(files.save('b', known.stream, { size: 4 * PART }), failure)
      }
      const readable = Readable.from(streamOf(4 * PART, { failAt: PART + 1 }).stream)
      await assert.rejects(files.save('c', readable), failure)
      assert.deepEqual(await files.list(), { directories: [], files: [] })
    }
  },

  async 'keeps nothing of a stream whose length is not as announced'({ store }) {
    const wrong = { code: 'ERR_R2_LENGTH', status: 400 }
    for (const allowOverwrite of [false, true]) {
      const files = store({ allowOverwrite, location: String(allowOverwrite) })
      for (const [size, length] of [
        [10, 9],
        [10, 11],
        [0, 1],
        [PART + 10, PART + 9],
        [PART + 10, PART + 11],
        [PART + 10, 5],
        [2 * PART, 3 * PART],
        [5, 3 * PART],
      ] as const) {
        const { stream } = streamOf(length)
        await assert.rejects(files.save('a', stream, { size }), wrong, `${length} for ${size}`)
      }
      await assert.rejects(files.save('a', 'text', { size: 5 }), wrong)
      assert.deepEqual(await files.list(), { directories: [], files: [] })
    }
  },

  async 'takes no more than maxBytes, and keeps nothing of more'({ store }) {
    const files = store({ maxBytes: 2 * PART })
    const tooLarge = { code: 'ERR_R2_TOO_LARGE', status: 413 }
    const { stream, cancelled } = streamOf(100 * PART)
    await assert.rejects(files.save('a', stream), tooLarge)
    await cancelled
    const announced = streamOf(100 * PART)
    await assert.rejects(files.save('a', announced.stream, { size: 100 * PART }), tooLarge)
    await announced.cancelled
    await assert.rejects(files.save('a', streamOf(2 * PART + 1).stream), tooLarge)
    await assert.rejects(files.save('a', 'four', { maxBytes: 3 }), tooLarge)
    await assert.rejects(files.save('a', new Blob(['four']), { maxBytes: 3 }), tooLarge)
    await assert.rejects(files.save('a', streamOf(4).stream, { maxBytes: 3 }), tooLarge)
    const readable = Readable.from(streamOf(100 * PART).stream)
    await assert.rejects(files.save('a', readable), tooLarge)
    assert.ok(readable.destroyed)
    assert.deepEqual(await files.list(), { directories: [], files: [] })
    assert.equal(await files.save('a', streamOf(2 * PART).stream), 'a')
    assert.equal(await files.save('b', 'four', { maxBytes: 4 }), 'b')
  },

  async 'breaks off on a signal, and keeps nothing'({ store }) {
    const files = store()
    const reason = new Error('no longer wanted')
    const isReason = (error: unknown): boolean => error === reason
    const aborted = AbortSignal.abort(reason)
    await assert.rejects(files.save('a', 'text', { signal: aborted }), isReason)
    const untouched = streamOf(10)
    await assert.rejects(files.save('a', untouched.stream, { signal: aborted }), isReason)
    await untouched.cancelled
    for (const pauseAt of [0, 100_000, 2 * PART + 100_000]) {
      for (const options of [{}, { size: 4 * PART }, { size: 4 * PART, allowOverwrite: true }]) {
        const controller = new AbortController()
        const { stream, paused, cancelled } = streamOf(4 * PART, { pauseAt })
        const save = files.save('a', stream, { ...options, signal: controller.signal })
        save.catch(() => {})
        await paused
        controller.abort(reason)
        await assert.rejects(save, isReason)
        await cancelled
      }
    }
    const controller = new AbortController()
    const { stream: source, paused } = streamOf(4 * PART, { pauseAt: PART + 100_000 })
    const readable = Readable.from(source)
    const save = files.save('a', readable, { signal: controller.signal })
    save.catch(() => {})
    await paused
    controller.abort(reason)
    await assert.rejects(save, isReason)
    assert.ok(readable.destroyed)
    assert.deepEqual(await files.list(), { directories: [], files: [] })
    for (const call of [
      files.open('a', { signal: aborted }),
      files.stat('a', { signal: aborted }),
      files.exists('a', { signal: aborted }),
      files.delete('a', { signal: aborted }),
      files.list('', { signal: aborted }),
      files.listAll('', { signal: aborted }).next(),
      files.copy('a', 'b', { signal: aborted }),
      files.move('a', 'b', { signal: aborted }),
    ]) {
      await assert.rejects(call, isReason)
    }
  },

  async 'tells of its progress'({ store }) {
    const files = store()
    const size = 2 * PART + 5
    for (const options of [{}, { size }, { size, allowOverwrite: true }]) {
      const told: number[] = []
      const onProgress = (bytes: number): void => void told.push(bytes)
      await files.save('a', streamOf(size).stream, { ...options, onProgress })
      assert.ok(told.length > 2)
      assert.ok(told.every((bytes, index) => bytes > (told[index - 1] ?? 0)))
      assert.equal(told.at(-1), size)
    }
    const told: number[] = []
    await files.save('a', 'four', { onProgress: (bytes) => told.push(bytes) })
    assert.deepEqual(told, [4])
  },

  async 'stores nothing that has not the given checksum'({ store }) {
    const files = store({ allowOverwrite: true })
    for (const algorithm of ['md5', 'sha1', 'sha256', 'sha384', 'sha512'] as const) {
      const valueOf = (bytes: Uint8Array): string =>
        createHash(algorithm).update(bytes).digest('hex')
      for (const size of [100, PART + 100]) {
        const right = { checksum: { [algorithm]: valueOf(pattern(0, size)).toUpperCase() } }
        const wrong = { checksum: { [algorithm]: valueOf(pattern(1, size)) } }
        const refused = { code: 'ERR_R2_CHECKSUM', status: 400 }
        for (const body of [
          () => pattern(0, size),
          () => new Blob([pattern(0, size)]),
          () => streamOf(size).stream,
        ]) {
          await assert.rejects(files.save('a', body(), wrong), refused)
          assert.equal(await files.exists('a'), false)
          await files.save('a', body(), right)
          assert.equal((await files.stat('a')).size, size)
          await files.delete('a')
        }
        await assert.rejects(files.save('a', streamOf(size).stream, { ...wrong, size }), refused)
        await assert.rejects(
          files.save('a', streamOf(size).stream, { ...wrong, allowOverwrite: false }),
          refused,
        )
        assert.equal(await files.exists('a'), false)
      }
    }
    for (const checksum of [
      { md5: 'abc' },
      { md5: md5Of(pattern(0, 1)), sha1: 'a'.repeat(40) },
      { crc32: 'aaaaaaaa' },
      { sha256: 5 as unknown as string },
    ]) {
      await assert.rejects(files.save('a', 'a', { checksum }), { code: 'ERR_R2_CHECKSUM' })
    }
  },

  async 'finds the content type by the name'({ store }) {
    const files = store()
    const types: Record<string, string> = {
      'page.html': 'text/html; charset=utf-8',
      'page.HTML': 'text/html; charset=utf-8',
      'movie.mp4': 'video/mp4',
      'archive.tar.gz': 'application/gzip',
      'data.json': 'application/json; charset=utf-8',
      'what.unknown-extension': 'application/octet-stream',
      html: 'application/octet-stream',
      '.html': 'application/octet-stream',
      'site.html/page': 'application/octet-stream',
    }
    for (const [name, type] of Object.entries(types)) {
      assert.equal((await files.stat(await files.save(name, ''))).contentType, type, name)
    }
  },

  async 'refuses headers and metadata that no header could hold'({ store }) {
    const files = store()
    const refused = { code: 'ERR_R2_METADATA', status: 400 }
    for (const value of [
      'a\r\nSet-Cookie: b',
      'a\nb',
      'a\0',
      'é',
      'a\u2028b',
      '',
      ' a',
      5 as never,
    ]) {
      for (const name of [
        'contentType',
        'contentDisposition',
        'contentEncoding',
        'contentLanguage',
        'cacheControl',
      ]) {
        await assert.rejects(files.save('a', 'a', { [name]: value }), refused, name)
      }
    }
    for (const metadata of [
      { 'a b': 'a' },
      { 'a:': 'a' },
      { '': 'a' },
      { ä: 'a' },
      { a: 'a\r\nb: c' },
      { a: 'a\u0085b' },
      { a: '\ud800' },
      { a: 5 as never },
      { a: 'a', A: 'b' },
      { a: 'a'.repeat(8192) },
      { a: 'é'.repeat(4096) },
    ]) {
      await assert.rejects(files.save('a', 'a', { metadata }), refused, JSON.stringify(metadata))
    }
    for (const contentDisposition of [
      { type: 'form-data' as never },
      { type: 'inline', filename: 'a\nb' },
      { type: 'inline', filename: '\ud800' },
    ] as const) {
      await assert.rejects(files.save('a', 'a', { contentDisposition }), refused)
    }
    await assert.rejects(files.save('a', 'a', { expires: new Date(NaN) }), refused)
    assert.equal(await files.exists('a'), false)
    await files.save('a', 'a', { metadata: { a: 'a'.repeat(8191) } })
  },
}
