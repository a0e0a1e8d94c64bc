import assert from 'node:assert/strict'
import type { ListedFile, Store } from '@node-cf/r2'
import { md5Of } from '../bodies.ts'
import type { Cases } from '../contract.ts'

async function allOf(files: AsyncIterable<ListedFile>): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of files) keys.push(key)
  return keys
}

async function levelOf(store: Store, directory?: string): Promise<string[]> {
  const { directories, files } = await store.list(directory)
  return [...directories.map((name) => `${name}/`), ...files.map(({ key }) => key)]
}

export const listing: Cases = {
  async 'lists one level, and all'({ store }) {
    const files = store()
    for (const key of ['b', 'a', 'c/d', 'c/e/f', 'c/e/g', 'c-d', 'cc', 'é/ü']) {
      await files.save(key, key)
    }
    assert.deepEqual(await levelOf(files), ['c/', 'é/', 'a', 'b', 'c-d', 'cc'])
    assert.deepEqual(await levelOf(files, ''), await levelOf(files))
    assert.deepEqual(await levelOf(files, 'c'), ['c/e/', 'c/d'])
    assert.deepEqual(await levelOf(files, 'c/'), ['c/e/', 'c/d'])
    assert.deepEqual(await levelOf(files, 'c/e'), ['c/e/f', 'c/e/g'])
    assert.deepEqual(await levelOf(files, 'é'), ['é/ü'])
    assert.deepEqual(await levelOf(files, 'a'), [])
    assert.deepEqual(await levelOf(files, 'nothing/here'), [])
    assert.deepEqual(await allOf(files.listAll()), [
      'a',
      'b',
      'c-d',
      'c/d',
      'c/e/f',
      'c/e/g',
      'cc',
      'é/ü',
    ])
    assert.deepEqual(await allOf(files.listAll('c')), ['c/d', 'c/e/f', 'c/e/g'])
    assert.deepEqual(await allOf(files.listAll('c/e/')), ['c/e/f', 'c/e/g'])
    const [file] = (await files.list('c/e')).files
    const { key, size, etag, uploaded } = await files.stat('c/e/f')
    assert.deepEqual({ ...file, uploaded: undefined }, { key, size, etag, uploaded: undefined })
    assert.ok(Math.abs(file!.uploaded.getTime() - uploaded.getTime()) < 1000)
    assert.equal(etag, md5Of(new TextEncoder().encode('c/e/f')))
  },

  async 'lists in the order of bytes'({ store }) {
    const files = store()
    // In UTF-16, which JavaScript sorts by, the last two are the other way round.
    const keys = ['A', 'Z', 'a', 'é', '\uff01', '😀']
    for (const key of keys.toReversed()) await files.save(key, '')
    assert.deepEqual(await levelOf(files), keys)
    assert.deepEqual(await allOf(files.listAll()), keys)
  },

  async 'lists 2,500 files, and deletes them'({ store }) {
    const files = store()
    const keys = Array.from(
      { length: 1400 },
      (_, index) => `${index < 1200 ? 'many' : 'few'}/${String(index).padStart(4, '0')}`,
    )
    const top = Array.from({ length: 1100 }, (_, index) => `d${String(index).padStart(4, '0')}/f`)
    const all = [...keys, ...top]
    for (let start = 0; start < all.length; start += 50) {
      await Promise.all(all.slice(start, start + 50).map((key) => files.save(key, '')))
    }
    assert.deepEqual(await allOf(files.listAll()), all.toSorted())
    const { files: many, directories: none } = await files.list('many')
    assert.equal(many.length, 1200)
    assert.deepEqual(none, [])
    const { directories } = await files.list()
    assert.deepEqual(directories, [...top.map((key) => key.slice(0, -2)), 'few', 'many'])
    // One that is missing and one that is there twice change nothing.
    await files.delete([...keys, 'missing', keys[0]!])
    assert.deepEqual(await allOf(files.listAll()), top)
    await files.delete([])
    await files.delete(top)
    assert.deepEqual(await files.list(), { directories: [], files: [] })
  },

  async 'keeps stores apart by their location'({ store }) {
    const a = store({ location: 'a' })
    const ab = store({ location: 'ab' })
    const deep = store({ location: 'a/b/' })
    await ab.save('file', 'of ab')
    await ab.save('deep/file', 'of ab')
    assert.deepEqual(await a.list(), { directories: [], files: [] })
    assert.deepEqual(await allOf(a.listAll()), [])
    assert.equal(await a.exists('b/file'), false)
    await deep.save('file', 'of a/b')
    await a.save('b_', 'of a')
    assert.deepEqual(await levelOf(a), ['b/', 'b_'])
    assert.equal(await (await a.open('b/file')).text(), 'of a/b')
    assert.equal((await deep.stat('file')).key, 'file')
    assert.deepEqual(await allOf(ab.listAll()), ['deep/file', 'file'])
    await a.delete(await allOf(a.listAll()))
    assert.deepEqual(await allOf(ab.listAll()), ['deep/file', 'file'])
    assert.equal(await (await ab.open('file')).text(), 'of ab')
  },

  async 'copies and moves'({ store }) {
    const files = store()
    await files.save('a.txt', 'content', {
      contentType: 'text/x-mine',
      contentDisposition: 'inline',
      cacheControl: 'no-store',
      contentLanguage: 'de',
      expires: new Date('2031-01-01T00:00:00Z'),
      metadata: { of: 'ä' },
    })
    const original = await files.stat('a.txt')
    const facts = async (key: string): Promise<object> => {
      const { uploaded: _, key: name, ...rest } = await files.stat(key)
      assert.equal(name, key)
      return rest
    }
    assert.equal(await files.copy('a.txt', 'b/copy.txt'), 'b/copy.txt')
    assert.equal(await (await files.open('b/copy.txt')).text(), 'content')
    assert.deepEqual(await facts('b/copy.txt'), await facts('a.txt'))
    assert.equal(await files.copy('a.txt', 'b/copy.txt'), 'b/copy_1.txt')
    assert.equal(await files.copy('a.txt', 'a.txt'), 'a_1.txt')
    assert.equal(await files.copy('a.txt', 'a.txt', { allowOverwrite: true }), 'a.txt')
    await files.save('other.txt', 'other')
    assert.equal(await files.copy('a.txt', 'other.txt', { allowOverwrite: true }), 'other.txt')
    assert.equal(await (await files.open('other.txt')).text(), 'content')

    assert.equal(await files.move('a.txt', 'b/moved.txt'), 'b/moved.txt')
    assert.equal(await files.exists('a.txt'), false)
    assert.equal((await files.stat('b/moved.txt')).etag, original.etag)
    assert.deepEqual((await files.stat('b/moved.txt')).metadata, original.metadata)
    assert.equal(await files.move('b/moved.txt', 'b/copy.txt'), 'b/copy_2.txt')
    assert.equal(await files.move('b/copy_2.txt', 'b/copy_2.txt'), 'b/copy_2.txt')
    assert.equal(await files.exists('b/copy_2.txt'), true)
    assert.equal(
      await files.move('b/copy_2.txt', 'b/copy.txt', { allowOverwrite: true }),
      'b/copy.txt',
    )
    assert.deepEqual(await levelOf(files, 'b'), ['b/copy.txt', 'b/copy_1.txt'])
  },

  async 'keeps all of twenty copies to one name at once'({ store }) {
    const files = store()
    await files.save('a', 'content')
    const keys = await Promise.all(Array.from({ length: 20 }, () => files.copy('a', 'b')))
    assert.equal(new Set(keys).size, 20)
    for (const key of keys) assert.equal(await (await files.open(key)).text(), 'content')
  },
}
