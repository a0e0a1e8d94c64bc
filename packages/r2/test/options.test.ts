import { describe, expect, it } from '@jest/globals'
import { MemoryStore, R2Store, type StoreOptions } from '@node-cf/r2'

const refused: unknown = expect.objectContaining({ code: 'ERR_R2_OPTION' })

describe('the options of a store', () => {
  it.each([
    [{ location: '/media' }],
    [{ location: 'a//b' }],
    [{ location: '..' }],
    [{ location: '/' }],
    [{ location: 'a\0' }],
    [{ location: 5 }],
    [{ location: 'é'.repeat(600) }],
    [{ allowOverwrite: 'false' }],
    [{ allowOverwrite: null }],
    [{ maxBytes: -1 }],
    [{ maxBytes: 1.5 }],
    [{ maxBytes: '10mb' }],
    [{ retries: 11 }],
    [{ retries: Infinity }],
  ])('are checked when they are given: %j', (options) => {
    expect(() => new MemoryStore(options as unknown as StoreOptions)).toThrow(refused)
  })

  it('take no Cache-Control that no header could hold', () => {
    const metadata: unknown = expect.objectContaining({ code: 'ERR_R2_METADATA' })
    expect(() => new MemoryStore({ cacheControl: 'a\nb' })).toThrow(metadata)
  })

  it.each([undefined, null, {}, 'BUCKET', 5])('take no bucket like %j', async (bucket) => {
    const options = { bucket } as never
    expect(() => new R2Store(options)).toThrow(refused)
    const store = new R2Store({ bucket: () => bucket as never })
    await expect(store.list()).rejects.toMatchObject({ code: 'ERR_R2_OPTION' })
  })
})

describe('publicUrl', () => {
  it.each([
    ['https://files.example.com', 'https://files.example.com/'],
    ['https://files.example.com/', 'https://files.example.com/'],
    ['https://example.com/media', 'https://example.com/media/'],
    ['HTTP://EXAMPLE.com:80/a b/', 'http://example.com/a%20b/'],
    ['/media', '/media/'],
    ['/media/', '/media/'],
    ['/', '/'],
    ['/a/../b/', '/b/'],
  ])('%s becomes %s', (publicUrl, base) => {
    const store = new MemoryStore({ publicUrl, location: 'secret' })
    expect(store.publicUrl).toBe(base)
    expect(store.url('a b/é?#&.txt')).toBe(`${base}a%20b/%C3%A9%3F%23%26.txt`)
  })

  it.each([
    'media/',
    'files.example.com',
    '//example.com/',
    '/\\example.com/',
    'ftp://example.com/',
    'javascript:alert(1)',
    'https://example.com/?a=b',
    'https://example.com/#a',
    '/media/?',
    '/media/#',
    'https://user:secret@example.com/',
    '',
    5,
    null,
  ])('%j is refused', (publicUrl) => {
    const make = (): unknown => new MemoryStore({ publicUrl: publicUrl as string })
    expect(make).toThrow(refused)
    expect(make).not.toThrow(/secret/)
  })

  it('is needed for URLs', () => {
    const noUrl: unknown = expect.objectContaining({ code: 'ERR_R2_NO_PUBLIC_URL' })
    expect(() => new MemoryStore().url('a')).toThrow(noUrl)
    expect(new MemoryStore().publicUrl).toBeUndefined()
  })
})
