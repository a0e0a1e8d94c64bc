import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { setTimeout as delay } from 'node:timers/promises'
import { S3Store, type S3StoreOptions } from '@node-cf/r2/s3'
import { type S3Server, startS3Server } from './server.ts'
import { storeOver } from './store.ts'

let server: S3Server
beforeAll(async () => {
  server = await startS3Server()
})
afterAll(() => server.close())

function storeWith(options: Partial<S3StoreOptions> = {}): S3Store {
  return storeOver(server, options)
}

describe('presignUpload', () => {
  it('lets one file of this length, type and name be uploaded, once', async () => {
    const store = storeWith()
    const { url, method, headers } = await store.presignUpload('photos/é +.jpg', {
      size: 5,
      contentDisposition: { type: 'attachment', filename: 'naïve  photo.jpg' },
      metadata: { of: 'Zoë' },
    })
    const { status } = await fetch(url, { method, headers, body: 'photo' })
    expect(status).toBe(200)
    const file = await store.open('photos/é +.jpg')
    expect(await file.text()).toBe('photo')
    expect(file).toMatchObject({
      contentType: 'image/jpeg',
      cacheControl: 'no-cache',
      contentDisposition: `attachment; filename="na?ve  photo.jpg"; filename*=UTF-8''na%C3%AFve%20%20photo.jpg`,
      metadata: { of: 'Zoë' },
    })
    const again = await fetch(url, { method, headers, body: 'other' })
    expect(again.status).toBe(412)
    expect(await (await store.open('photos/é +.jpg')).text()).toBe('photo')
  })

  it('allows nothing else', async () => {
    const store = storeWith()
    const { url, method, headers } = await store.presignUpload('a.txt', { size: 5 })
    const { 'if-none-match': _, ...unconditional } = headers
    for (const [target, init] of [
      [url, { method, headers, body: 'longer' }],
      [url, { method, headers, body: 'less' }],
      [url, { method, headers: { ...headers, 'content-type': 'text/html' }, body: 'other' }],
      [url, { method, headers: unconditional, body: 'other' }],
      [url, { method, headers: { ...headers, 'if-none-match': '"a"' }, body: 'other' }],
      [url, { method, headers: { ...headers, 'x-amz-meta-a': 'b' }, body: 'other' }],
      [url.replace('a.txt', 'b.txt'), { method, headers, body: 'other' }],
      [url.replace('Expires=900', 'Expires=9000'), { method, headers, body: 'other' }],
      [url, { method: 'POST', headers, body: 'other' }],
      [url, {}],
    ] as const) {
      expect((await fetch(target, init)).status).toBe(403)
    }
    expect(await store.list()).toEqual({ directories: [], files: [] })
  })

  it('allows to overwrite where that is wanted', async () => {
    const store = storeWith({ allowOverwrite: true, cacheControl: 'max-age=60' })
    const { url, method, headers } = await store.presignUpload('a', { size: 1 })
    expect(headers).toEqual({
      'content-type': 'application/octet-stream',
      'cache-control': 'max-age=60',
    })
    expect((await fetch(url, { method, headers, body: 'a' })).status).toBe(200)
    expect((await fetch(url, { method, headers, body: 'b' })).status).toBe(200)
    expect(await (await store.open('a')).text()).toBe('b')
    const once = await store.presignUpload('a', { size: 1, allowOverwrite: false })
    expect((await fetch(once.url, { method, headers: once.headers, body: 'c' })).status).toBe(412)
  })

  it('is checked as a save is', async () => {
    const store = storeWith({ maxBytes: 10 })
    await expect(store.presignUpload('../a', { size: 1 })).rejects.toMatchObject({
      code: 'ERR_R2_KEY',
    })
    await expect(store.presignUpload('a', { size: 11 })).rejects.toMatchObject({
      code: 'ERR_R2_TOO_LARGE',
    })
    await expect(store.presignUpload('a', { size: 1, contentType: 'a\nb' })).rejects.toMatchObject({
      code: 'ERR_R2_METADATA',
    })
    await expect(store.presignUpload('a', {} as { size: number })).rejects.toMatchObject({
      code: 'ERR_R2_OPTION',
    })
  })
})

describe('presignDownload', () => {
  it('lets a file be fetched, and say what is wanted', async () => {
    const store = storeWith()
    await store.save('a b/é.txt', 'content')
    const url = await store.presignDownload('a b/é.txt', {
      contentType: 'text/x-other',
      contentDisposition: { type: 'attachment', filename: 'a name.txt' },
    })
    const response = await fetch(url)
    expect(await response.text()).toBe('content')
    expect(response.headers.get('content-type')).toBe('text/x-other')
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="a name.txt"')
    expect((await fetch(url, { headers: { range: 'bytes=0-2' } })).status).toBe(206)
    expect((await fetch(url.replace('text', 'html'))).status).toBe(403)
    const plain = await fetch(await store.presignDownload('a b/é.txt'))
    expect(plain.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect((await fetch(await store.presignDownload('missing'))).status).toBe(404)
  })

  it('holds for a second, or for a week, and no longer', async () => {
    const store = storeWith()
    await store.save('a', 'content')
    const url = await store.presignDownload('a', { expiresIn: 1 })
    const week = await store.presignDownload('a', { expiresIn: 604_800 })
    await delay(2100)
    expect((await fetch(url)).status).toBe(403)
    expect((await fetch(week)).status).toBe(200)
    for (const expiresIn of [0, 604_801, -1, 1.5, NaN]) {
      await expect(store.presignDownload('a', { expiresIn })).rejects.toMatchObject({
        code: 'ERR_R2_OPTION',
      })
    }
  })

  it('signs with temporary credentials', async () => {
    const store = storeWith({ sessionToken: 'a/token+' })
    const url = new URL(await store.presignDownload('a'))
    expect(url.searchParams.get('X-Amz-Security-Token')).toBe('a/token+')
  })
})

describe('the options of S3Store', () => {
  const fine = {
    endpoint: 'https://account.r2.cloudflarestorage.com',
    bucket: 'files',
    accessKeyId: 'a',
    secretAccessKey: 'the-secret',
  }

  it.each([
    [{ endpoint: 'account.r2.cloudflarestorage.com' }],
    [{ endpoint: '/files' }],
    [{ endpoint: 'https://user:password@example.com' }],
    [{ endpoint: 'https://example.com?a' }],
    [{ endpoint: undefined }],
    [{ bucket: 'no/bucket' }],
    [{ bucket: '' }],
    [{ bucket: undefined }],
    [{ accessKeyId: '' }],
    [{ secretAccessKey: undefined }],
    [{ location: '../a' }],
    [{ retries: 11 }],
  ])('are checked when they are given: %j', (wrong) => {
    const options = { ...fine, ...wrong } as S3StoreOptions
    expect(() => new S3Store(options)).toThrow(expect.objectContaining({ code: 'ERR_R2_OPTION' }))
    expect(() => new S3Store(options)).not.toThrow(/the-secret|password@/)
  })

  it('take an endpoint with or without a slash', async () => {
    for (const endpoint of [fine.endpoint, `${fine.endpoint}/`]) {
      const url = await new S3Store({ ...fine, endpoint }).presignDownload('a')
      expect(url).toMatch(/^https:\/\/account\.r2\.cloudflarestorage\.com\/files\/a\?/)
    }
  })
})
