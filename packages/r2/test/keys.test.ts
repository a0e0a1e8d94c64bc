import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { MemoryBucket, MemoryStore, StoreError } from '@node-cf/r2'
import { splitExtension, namesFor } from '../src/names.ts'
import { encodeKey, fileKey, objectKey } from '../src/keys.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 1100 }),
  fc.string({ unit: 'grapheme' }),
  // What attackers write, pieced together.
  fc
    .array(
      fc.constantFrom('..', '.', '/', '\\', '\0', '\n', 'a', 'é', 'e\u0301', '\ud83d', '%2e', ' '),
    )
    .map((pieces) => pieces.join('')),
)
const anyLocation = fc.constantFrom('', 'a/', 'media/files/')

function attempt(work: () => string): string | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof StoreError && error.code === 'ERR_R2_KEY') return undefined
    throw error
  }
}

describe('a key', () => {
  it('is refused, or stays below the location and comes back from there', () => {
    fc.assert(
      fc.property(anyLocation, anyText, (location, key) => {
        const object = attempt(() => objectKey(location, key))
        if (object === undefined) return
        expect(object.startsWith(location)).toBe(true)
        expect(Buffer.byteLength(object)).toBeLessThanOrEqual(1024)
        // A URL parser, which knows dots and backslashes, finds nothing to resolve.
        expect(new URL(`http://host/${encodeKey(object)}`).pathname).toBe(`/${encodeKey(object)}`)
        expect(object.split('/').filter((part) => /^\.{0,2}$/.test(part))).toEqual([])
        expect(Buffer.from(object).toString()).toBe(object)
        expect(object).not.toMatch(/[\p{Cc}\\]/u)
        const back = fileKey(location, object)
        expect(back).toBe(key.normalize('NFC'))
        expect(objectKey(location, back!)).toBe(object)
      }),
      { numRuns: 2000 },
    )
  })

  it('is refused for a reason only', () => {
    fc.assert(
      fc.property(anyText, (key) => {
        const isFine =
          key !== '' &&
          key.split('/').every((part) => part !== '' && part !== '.' && part !== '..') &&
          !/[\p{Cc}\p{Surrogate}\\\uFFFE\uFFFF]/u.test(key) &&
          Buffer.byteLength(key.normalize('NFC')) <= 1024
        expect(attempt(() => objectKey('', key)) !== undefined).toBe(isFine)
      }),
      { numRuns: 2000 },
    )
  })

  it('is written into URLs so that it can be read back', () => {
    fc.assert(
      fc.property(anyText, (key) => {
        if (attempt(() => objectKey('', key)) === undefined) return
        expect(encodeKey(key)).toMatch(/^(?:[\w.~/-]|%[\dA-F]{2})+$/)
        expect(decodeURIComponent(encodeKey(key))).toBe(key)
      }),
    )
  })

  it('reaches no file of another location, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyText, async (key, other) => {
        const bucket = new MemoryBucket()
        const outside = new MemoryStore({ bucket, location: 'ab', allowOverwrite: true })
        const inside = new MemoryStore({ bucket, location: 'a', allowOverwrite: true })
        await outside.save('file', 'outside')
        for (const call of [
          () => inside.save(key, 'inside'),
          () => inside.copy(key, other),
          () => inside.move(other, key),
          () => inside.delete([key, other]),
        ]) {
          await call().catch((error: unknown) => {
            if (!(error instanceof StoreError)) throw error
          })
        }
        expect((await outside.list()).files).toHaveLength(1)
        expect(await (await outside.open('file')).text()).toBe('outside')
      }),
    )
  })
})

describe('the names tried for a file', () => {
  it('are few, differ, and keep directory and extension', () => {
    fc.assert(
      fc.property(anyText, (key) => {
        if (attempt(() => objectKey('', key)) === undefined) return
        const names = [...namesFor(key)]
        expect(names).toHaveLength(11)
        expect(new Set(names).size).toBe(11)
        const { stem, extension } = splitExtension(key)
        expect(stem + extension).toBe(key)
        expect(extension).not.toContain('/')
        for (const name of names) {
          expect(name.startsWith(stem) && name.endsWith(extension)).toBe(true)
          expect(name.split('/').slice(0, -1)).toEqual(key.split('/').slice(0, -1))
        }
      }),
    )
  })
})
