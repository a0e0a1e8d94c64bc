import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { MemoryStore, type SaveOptions, serveR2, type ServeOptions } from '@node-cf/r2'
import type { RunningWorker } from '../../../../scripts/workerd/index.ts'
import { putObject, startServingWorker } from './mounts.ts'

/** The fields that decide what a browser does with a file. */
async function fieldsOf(
  saved: SaveOptions & { key?: string },
  options?: ServeOptions,
): Promise<(string | null)[]> {
  const { key = 'file', ...save } = saved
  const store = new MemoryStore()
  await store.save(key, '<script>alert(1)</script>', save)
  const { headers } = await serveR2(
    store,
    options,
  )(new Request(`http://host/${encodeURIComponent(key)}`))
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  return ['content-type', 'content-disposition', 'content-security-policy'].map((name) =>
    headers.get(name),
  )
}

describe('a type that browsers show and do not run', () => {
  it.each([
    'text/plain',
    'text/plain; charset=utf-8',
    'text/css',
    'text/csv',
    'image/png',
    'IMAGE/PNG',
    'image/webp',
    'video/mp4',
    'audio/mpeg',
    'font/woff2',
    'application/pdf',
    'application/json',
    'video/mp4; codecs="avc1.42E01E, mp4a.40.2"',
  ])('%s is shown', async (contentType) => {
    expect(await fieldsOf({ contentType })).toEqual([contentType, null, null])
  })

  it('is saved where it was stored so', async () => {
    const contentDisposition = 'attachment; filename="report.pdf"'
    expect(await fieldsOf({ contentType: 'application/pdf', contentDisposition })).toEqual([
      'application/pdf',
      contentDisposition,
      null,
    ])
  })
})

describe('a type with scripts, or an unknown one', () => {
  const types = [
    'text/html',
    'TEXT/HTML;charset=utf-8',
    'image/svg+xml',
    'application/xhtml+xml',
    'text/xml',
    'application/xml',
    'application/rss+xml',
    'text/javascript',
    'application/javascript',
    'application/ecmascript',
    'application/wasm',
    'text/vbscript',
    'multipart/related',
    'message/rfc822',
    'multipart/x-mixed-replace; boundary=x',
    'application/octet-stream',
    'application/x-shockwave-flash',
    'application/zip',
    'text/cache-manifest',
    'text/xsl',
    'application/mathml+xml',
    'model/x3d+xml',
    'video/x+xml',
  ]

  it.each(types)('%s is saved, not shown', async (contentType) => {
    expect(await fieldsOf({ contentType, key: 'ä page' })).toEqual([
      contentType,
      `attachment; filename="? page"; filename*=UTF-8''%C3%A4%20page`,
      'sandbox',
    ])
  })

  it('keeps the name that was stored with it', async () => {
    const contentType = 'text/html'
    const shown = { contentType, contentDisposition: 'inline; filename="page.html"' }
    expect((await fieldsOf(shown))[1]).toBe('attachment; filename=page.html')
    const hostile = { contentType, contentDisposition: "inline; filename*=UTF-8''a%0D%0Ab.html" }
    expect((await fieldsOf(hostile))[1]).toBe(
      `attachment; filename="a??b.html"; filename*=UTF-8''a%0D%0Ab.html`,
    )
    const saved = { contentType, contentDisposition: 'attachment; filename="other.html"' }
    expect((await fieldsOf(saved))[1]).toBe('attachment; filename="other.html"')
  })

  it('is shown in a sandbox where the app allows it', async () => {
    const allowed = { inline: ['image/SVG+xml'] }
    expect(await fieldsOf({ contentType: 'image/svg+xml' }, allowed)).toEqual([
      'image/svg+xml',
      null,
      'sandbox',
    ])
    const page = await fieldsOf({ contentType: 'text/html' }, allowed)
    expect(page[1]).toBe('attachment; filename=file')
  })

  it('is sent with the policy that the app gives, or with none', async () => {
    const saved = { contentType: 'text/html' }
    const inline = ['text/html']
    const own = await fieldsOf(saved, { inline, contentSecurityPolicy: "script-src 'self'" })
    expect(own).toEqual(['text/html', null, "script-src 'self'"])
    const none = await fieldsOf(saved, { inline, contentSecurityPolicy: false })
    expect(none).toEqual(['text/html', null, null])
  })
})

describe('what somebody else stored in the bucket', () => {
  let worker: RunningWorker

  beforeAll(async () => {
    worker = await startServingWorker()
  })
  afterAll(() => worker.dispose())

  async function served(httpMetadata: Record<string, string>): Promise<Headers> {
    await putObject(worker, { key: 'object', httpMetadata }, 'x')
    const response = await worker.fetch('/worker/object')
    expect([response.status, await response.text()]).toEqual([200, 'x'])
    return response.headers
  }

  it.each([
    'text/html\r\nset-cookie: a=b',
    'text/html\n',
    'text/plain, text/html',
    'text/plain; x',
    'html',
    'text/plain\u0000',
    'text/ümlaut',
    ' text/plain',
    '',
  ])('as the type %j is sent as bytes that are saved', async (contentType) => {
    const headers = await served({ contentType })
    expect(headers.get('content-type')).toBe('application/octet-stream')
    expect(headers.get('content-disposition')).toBe('attachment; filename=object')
    expect(headers.has('set-cookie')).toBe(false)
  })

  it.each([
    ['contentDisposition', 'inline\r\nset-cookie: a=b', null],
    ['contentDisposition', 'attachment; filename="ü.txt"', null],
    ['contentLanguage', 'en\nset-cookie: a=b', null],
    ['contentEncoding', 'gzip\r\n', null],
    ['cacheControl', 'public\r\nset-cookie: a=b', 'private, no-cache'],
  ])('as %s %j is not sent', async (name, value, instead) => {
    const headers = await served({ contentType: 'text/plain', [name]: value })
    const field = name.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)
    expect(headers.get(field)).toBe(instead)
    expect(headers.has('set-cookie')).toBe(false)
  })

  it('as a language and an encoding is sent, and nothing is encoded twice', async () => {
    const bytes = await new Response(
      new Response('hello').body!.pipeThrough(new CompressionStream('gzip')),
    ).arrayBuffer()
    const metadata = { contentType: 'text/plain', contentEncoding: 'gzip', contentLanguage: 'de' }
    await worker.fetch('/put', {
      method: 'POST',
      headers: {
        'x-object': encodeURIComponent(JSON.stringify({ key: 'object', httpMetadata: metadata })),
      },
      body: bytes,
    })
    const response = await worker.fetch('/worker/object')
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(response.headers.get('content-language')).toBe('de')
    expect(response.headers.get('content-length')).toBe(String(bytes.byteLength))
    expect(await response.text()).toBe('hello')
  })
})
