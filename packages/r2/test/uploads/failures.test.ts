import { Readable } from 'node:stream'
import { describe, expect, it } from '@jest/globals'
import multer, { type StorageEngine } from 'multer'
import { MemoryStore } from '@node-cf/r2'
import { type FieldPart, type FilePart, saveFile, saveFiles } from '@node-cf/r2/fastify'
import { r2Storage } from '@node-cf/r2/multer'

function part(filename: string, text: string, truncated = false): FilePart {
  const file = Object.assign(Readable.from([Buffer.from(text)]), { truncated })
  return { type: 'file', fieldname: 'file', filename, mimetype: 'text/plain', file }
}

function field(fieldname: string, value: unknown, truncated = {}): FieldPart {
  return { type: 'field', fieldname, value, ...truncated }
}

async function* form(...parts: (FilePart | FieldPart)[]): AsyncGenerator<FilePart | FieldPart> {
  yield* parts
}

async function keysOf(store: MemoryStore): Promise<string[]> {
  return (await Array.fromAsync(store.listAll())).map(({ key }) => key)
}

describe('a form', () => {
  it('whose field was cut off is refused, and its files are gone', async () => {
    const store = new MemoryStore()
    for (const truncated of [{ valueTruncated: true }, { fieldnameTruncated: true }]) {
      const parts = form(part('a.txt', 'a'), field('title', 'lon', truncated))
      await expect(saveFiles(store, parts)).rejects.toMatchObject({
        code: 'ERR_R2_TOO_LARGE',
        status: 413,
        message: expect.stringContaining('"title"'),
      })
    }
    expect(await keysOf(store)).toEqual([])
  })

  it('may have any names of fields', async () => {
    const parts = form(field('__proto__', 'x'), field('constructor', 1), field('constructor', 2))
    const { fields } = await saveFiles(new MemoryStore(), parts)
    expect(Object.entries(fields)).toEqual([
      ['__proto__', 'x'],
      ['constructor', [1, 2]],
    ])
  })

  it('tells of the files that it could not delete', async () => {
    class Undeletable extends MemoryStore {
      override delete(): Promise<void> {
        return Promise.reject(new Error('R2 is away'))
      }
    }
    const store = new Undeletable()
    const key = ({ filename }: FilePart): string => filename
    const failed = saveFiles(store, form(part('a.txt', 'a'), part('b.txt', 'b', true)), { key })
    await expect(failed).rejects.toMatchObject({
      name: 'AggregateError',
      message: expect.stringContaining('a.txt'),
      errors: [
        expect.objectContaining({ code: 'ERR_R2_TOO_LARGE' }),
        expect.objectContaining({ message: 'R2 is away' }),
      ],
    })
    expect(await keysOf(store)).toEqual(['a.txt'])
  })
})

describe('a file', () => {
  it('that was cut off is not kept', async () => {
    const store = new MemoryStore()
    await expect(saveFile(store, part('a.txt', 'abc', true))).rejects.toMatchObject({
      code: 'ERR_R2_TOO_LARGE',
    })
    expect(await keysOf(store)).toEqual([])
  })

  it('whose stream breaks off is not kept', async () => {
    const store = new MemoryStore()
    const error = new Error('broken off')
    const broken = part('a.txt', '')
    broken.file = Readable.from(
      (async function* () {
        yield Buffer.from('abc')
        throw error
      })(),
    )
    await expect(saveFile(store, broken)).rejects.toBe(error)
    const gone = part('b.txt', 'abc')
    ;(gone.file as Readable).destroy()
    await expect(saveFile(store, gone)).rejects.toThrow('Premature close')
    expect(await keysOf(store)).toEqual([])
  })

  it('that cannot be named is read to its end, so that the parser goes on', async () => {
    const unnamed = part('a.txt', 'abc')
    const key = (): never => {
      throw new Error('no name')
    }
    await expect(saveFile(new MemoryStore(), unnamed, { key })).rejects.toThrow('no name')
    expect((unnamed.file as Readable).readableFlowing).toBe(true)
  })

  it.each([
    ['photo.JPG', /^[\da-f-]{36}\.jpg$/],
    ['archive.tar.gz', /^[\da-f-]{36}\.gz$/],
    ['.profile', /^[\da-f-]{36}$/],
    ['x.ü', /^[\da-f-]{36}$/],
    ['x.p/../q', /^[\da-f-]{36}$/],
    ['x.averylongextension', /^[\da-f-]{36}$/],
    ['', /^[\da-f-]{36}$/],
  ])('that the client calls %j has a key of its own', async (name, expected) => {
    expect((await saveFile(new MemoryStore(), part(name, 'x'))).key).toMatch(expected)
  })
})

describe('the storage engine', () => {
  it('is one for multer', () => {
    const engine: StorageEngine = r2Storage({ store: new MemoryStore() })
    expect(multer({ storage: engine })).toHaveProperty('storage', engine)
  })

  it('removes what it has stored, and nothing else', async () => {
    const store = new MemoryStore()
    await store.save('kept.txt', 'x')
    const engine = r2Storage({ store })
    for (const file of [{ key: await store.save('gone.txt', 'x') }, {}]) {
      const named = { fieldname: 'f', originalname: 'o', mimetype: 'm', ...file }
      const error = await new Promise((resolve) => {
        engine._removeFile({} as never, named, resolve)
      })
      expect(error).toBeNull()
    }
    expect(await keysOf(store)).toEqual(['kept.txt'])
  })
})

describe('an option that is not as described', () => {
  it.each([
    ['key', { key: 'name' }],
    ['save', { save: true }],
  ])('is refused at once: %s', async (name, options) => {
    const error = { code: 'ERR_R2_OPTION', message: expect.stringMatching(`^${name} must be`) }
    const store = new MemoryStore()
    expect(() => r2Storage({ store, ...(options as object) })).toThrow(
      expect.objectContaining(error),
    )
    const invalid = options as object
    await expect(saveFile(store, part('a', 'x'), invalid)).rejects.toMatchObject(error)
    await expect(saveFiles(store, form(), invalid)).rejects.toMatchObject(error)
  })
})
