import assert from 'node:assert/strict'
import type { Store } from '@node-cf/r2'
import { PART, pattern, sameBytes, SOURCE_FAILURE, streamOf } from '../bodies.ts'
import type { Cases } from '../contract.ts'

/** Calls each method with a key, also beside keys that are fine. */
const methods: Record<string, (store: Store, key: string) => Promise<unknown>> = {
  save: (store, key) => store.save(key, 'content'),
  'save of a stream': (store, key) => store.save(key, new Blob(['content']).stream()),
  open: (store, key) => store.open(key),
  stat: (store, key) => store.stat(key),
  exists: (store, key) => store.exists(key),
  delete: (store, key) => store.delete(key),
  'delete of many': (store, key) => store.delete(['kept', key]),
  list: (store, key) => store.list(`${key}/`),
  'list without a slash': (store, key) => (key === '' ? store.stat(key) : store.list(key)),
  listAll: (store, key) => store.listAll(`${key}/`).next(),
  url: async (store, key) => store.url(key),
  'copy from': (store, key) => store.copy(key, 'copy'),
  'copy to': (store, key) => store.copy('kept', key),
  'move from': (store, key) => store.move(key, 'moved'),
  'move to': (store, key) => store.move('kept', key),
}

const badKeys: Record<string, RegExp> = {
  '': /it is empty/,
  '.': /segment "\."/,
  '..': /segment "\.\."/,
  '../secret': /segment "\.\."/,
  'a/../../secret': /segment "\.\."/,
  'a/.': /segment "\."/,
  'a/./b': /segment "\."/,
  '/etc/passwd': /a slash stands at its beginning/,
  'a//b': /a slash stands/,
  'a/b//': /a slash stands/,
  'a\0b': /control character/,
  'a\nb': /control character/,
  'a\x7f': /control character/,
  'a\x85b': /control character/,
  'a\\b': /backslash/,
  '..\\secret': /backslash/,
  'half \ud83d': /half of a surrogate pair/,
  'half \ude00 too': /half of a surrogate pair/,
  'no\uffffcharacter': /no characters/,
  [`long/${'é'.repeat(510)}`]: /bytes, more than R2's 1024/,
}

const strangeKeys = [
  'a b+c%2F&\'()*~!$,;=:@#?[]{}|^`"<>.txt',
  '日本/😀 – é.txt',
  'אבג/файл',
  'x/%2e%2e/y',
  'x/...',
  '..x/x..',
  '.hidden',
  'CON',
  'trailing. /dot.',
  'a:b',
  '=?UTF-8?B?YQ==?=',
  'k'.repeat(900),
]

export const names: Cases = {
  async 'takes another name where one is taken'({ store }) {
    const files = store()
    const save = (name: string): Promise<string> => files.save(name, name)
    assert.equal(await save('2026/report.pdf'), '2026/report.pdf')
    assert.equal(await save('2026/report.pdf'), '2026/report_1.pdf')
    assert.equal(await save('2026/report.pdf'), '2026/report_2.pdf')
    assert.match(await save('2026/report.pdf'), /^2026\/report_[a-z\d]{8}\.pdf$/)
    assert.match(await save('2026/report.pdf'), /^2026\/report_[a-z\d]{8}\.pdf$/)
    for (const [name, other] of [
      ['archive.tar.gz', 'archive.tar_1.gz'],
      ['.profile', '.profile_1'],
      ['.config.json', '.config_1.json'],
      ['v1.0/notes', 'v1.0/notes_1'],
      ['notes.', 'notes._1'],
      ['a/.b', 'a/.b_1'],
    ] as const) {
      assert.equal(await save(name), name)
      assert.equal(await save(name), other)
    }
    assert.equal(await files.save('notes', 'a', { allowOverwrite: true }), 'notes')
    assert.equal(await files.save('notes', 'b', { allowOverwrite: true }), 'notes')
    assert.equal(await (await files.open('notes')).text(), 'b')
  },

  async 'says when another name would be too long'({ store }) {
    const files = store()
    const room = 1024 - (await longestName(files))
    const name = `${'n'.repeat(1024 - room - 4)}.txt`
    assert.equal(await files.save(name, 'a'), name)
    await assert.rejects(files.save(name, 'b'), { code: 'ERR_R2_KEY' })
    assert.equal(await (await files.open(name)).text(), 'a')
  },

  async 'overwrites where it may'({ store }) {
    const files = store({ allowOverwrite: true })
    assert.equal(await files.save('a.txt', 'first', { metadata: { a: 'b' } }), 'a.txt')
    assert.equal(await files.save('a.txt', 'second', { contentType: 'text/html' }), 'a.txt')
    const file = await files.open('a.txt')
    assert.equal(await file.text(), 'second')
    assert.equal(file.contentType, 'text/html')
    assert.deepEqual({ ...file.metadata }, {})
    assert.equal(await files.save('a.txt', 'third', { allowOverwrite: false }), 'a_1.txt')
    assert.equal(await files.save('a.txt', streamOf(PART + 1).stream), 'a.txt')
    assert.equal((await files.stat('a.txt')).size, PART + 1)
  },

  async 'keeps all of fifty saves of one name at once'({ store }) {
    const files = store()
    const keys = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const content = `number ${index}`
        const body = [content, new Blob([content]), new Blob([content]).stream()][index % 3]!
        const key = await files.save('report.pdf', body)
        assert.equal(await (await files.open(key)).text(), content)
        return key
      }),
    )
    assert.equal(new Set(keys).size, 50)
    const listed = (await files.list()).files.map(({ key }) => key)
    assert.deepEqual(new Set(listed), new Set(keys))
    assert.ok(keys.includes('report.pdf') && keys.includes('report_1.pdf'))
  },

  async 'keeps all of several large saves of one name at once'({ store }) {
    const files = store()
    const keys = await Promise.all(
      Array.from({ length: 4 }, async (_, index) => {
        const size = PART + 1 + index
        const key = await files.save('movie.mp4', streamOf(size).stream)
        assert.ok(sameBytes(await (await files.open(key)).bytes(), pattern(0, size)))
        return key
      }),
    )
    assert.equal(new Set(keys).size, 4)
    assert.deepEqual(new Set((await files.list()).files.map(({ key }) => key)), new Set(keys))
  },

  async 'shows nothing of a file until all of it is there'({ store }) {
    const files = store()
    const { stream, paused, goOn } = streamOf(3 * PART, { pauseAt: 2 * PART })
    const saving = files.save('movies/movie.mp4', stream)
    await paused
    // The name is taken by now, and nothing more.
    await eventually(async () => (await files.save('movies/movie.mp4', '')) !== 'movies/movie.mp4')
    assert.equal(await files.exists('movies/movie.mp4'), false)
    const missing = { code: 'ERR_R2_NOT_FOUND' }
    await assert.rejects(files.stat('movies/movie.mp4'), missing)
    await assert.rejects(files.open('movies/movie.mp4'), missing)
    await assert.rejects(files.copy('movies/movie.mp4', 'copy'), missing)
    const { files: listed } = await files.list('movies')
    assert.ok(!listed.some(({ key }) => key === 'movies/movie.mp4'))
    for await (const { key } of files.listAll()) assert.notEqual(key, 'movies/movie.mp4')
    goOn()
    assert.equal(await saving, 'movies/movie.mp4')
    const file = await files.open('movies/movie.mp4')
    assert.ok(sameBytes(await file.bytes(), pattern(0, 3 * PART)))
    assert.equal(file.contentType, 'video/mp4')
    assert.deepEqual({ ...file.metadata }, {})
  },

  async 'replaces nothing that came meanwhile'({ store }) {
    const files = store()
    for (const interfere of [
      async () => void (await files.save('a', 'newer', { allowOverwrite: true })),
      () => files.delete('a'),
    ]) {
      const { stream, paused, goOn } = streamOf(3 * PART, { pauseAt: 2 * PART })
      const saving = files.save('a', stream)
      saving.catch(() => {})
      await paused
      await eventually(async () => {
        const key = await files.save('a', '')
        await files.delete(key)
        return key !== 'a'
      })
      await interfere()
      const before = (await files.list()).files
      goOn()
      await assert.rejects(saving, { code: 'ERR_R2_CHANGED', status: 412 })
      assert.deepEqual((await files.list()).files, before)
      await files.delete('a')
    }
  },

  async 'frees the name when a large save fails'({ store }) {
    const files = store()
    const { stream } = streamOf(3 * PART, { failAt: 2 * PART })
    await assert.rejects(files.save('a', stream), { message: SOURCE_FAILURE })
    assert.equal(await files.save('a', streamOf(PART + 1).stream), 'a')
  },

  async 'refuses bad keys in every method, with the reason'({ store }) {
    const files = store({ publicUrl: '/files/' })
    await files.save('kept', 'kept')
    for (const [key, message] of Object.entries(badKeys)) {
      for (const [method, call] of Object.entries(methods)) {
        const what = `${method} of ${JSON.stringify(key)}`
        await assert.rejects(call(files, key), { code: 'ERR_R2_KEY', status: 400, message }, what)
      }
    }
    for (const key of [undefined, null, 5, {}, [5]]) {
      for (const [method, call] of Object.entries(methods)) {
        if (method.startsWith('list')) continue
        await assert.rejects(call(files, key as never), { code: 'ERR_R2_KEY' }, method)
      }
    }
    const { files: listed } = await files.list()
    assert.deepEqual(
      listed.map(({ key }) => key),
      ['kept'],
    )
  },

  async 'takes all other keys'({ store }) {
    const files = store({ publicUrl: 'https://files.example.com' })
    for (const key of strangeKeys) {
      assert.equal(await files.save(key, key), key)
      assert.equal(await (await files.open(key)).text(), key)
      assert.equal((await files.stat(key)).key, key)
      const { pathname, search, hash } = new URL(files.url(key))
      assert.equal(decodeURIComponent(pathname), `/${key}`)
      assert.equal(search + hash, '')
    }
    const listed: string[] = []
    for await (const { key } of files.listAll()) listed.push(key)
    assert.deepEqual(new Set(listed), new Set(strangeKeys))
    assert.equal(
      await files.copy(strangeKeys[0]!, strangeKeys[1]!, { allowOverwrite: true }),
      strangeKeys[1],
    )
    assert.equal(await (await files.open(strangeKeys[1]!)).text(), strangeKeys[0])
    await files.delete(strangeKeys)
    assert.deepEqual(await files.list(), { directories: [], files: [] })
  },

  async 'takes keys that look alike for one, as R2 does'({ store }) {
    const files = store({ publicUrl: '/' })
    const composed = 'd\u00e9j\u00e0/\u00c5.txt'
    const decomposed = 'de\u0301ja\u0300/\u212b.txt'
    assert.equal(await files.save(decomposed, 'a'), composed)
    assert.equal(await files.save(composed, 'b'), 'd\u00e9j\u00e0/\u00c5_1.txt')
    assert.equal((await files.stat(decomposed)).key, composed)
    assert.equal(files.url(decomposed), files.url(composed))
    assert.deepEqual((await files.list()).directories, ['d\u00e9j\u00e0'])
    assert.equal((await files.list('de\u0301ja\u0300')).files.length, 2)
    assert.equal(await files.copy(composed, decomposed, { allowOverwrite: true }), composed)
    await files.delete([composed, decomposed])
    assert.equal(await files.exists(composed), false)
  },
}

async function longestName(files: Store): Promise<number> {
  for (let length = 1024; ; length -= 1) {
    try {
      files.url('n'.repeat(length))
    } catch (error) {
      if ((error as { code?: string }).code === 'ERR_R2_KEY') continue
    }
    return length
  }
}

async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 10))
}
