import { describe, expect, it, jest } from '@jest/globals'
import { MemoryStore, serveR2, type ServeOptions, type Store, StoreError } from '@node-cf/r2'

async function storeWith(...keys: string[]): Promise<MemoryStore> {
  const store = new MemoryStore({ publicUrl: '/media/' })
  for (const key of keys) await store.save(key, `content of ${key}`)
  return store
}

function get(path: string, init?: RequestInit): Request {
  return new Request(`http://host${path}`, init)
}

describe('authorize', () => {
  const url = '/media/mine.txt'

  it('is asked with the request, the key and the context of the handler', async () => {
    const authorize = jest.fn<NonNullable<ServeOptions['authorize']>>(() => true)
    const serve = serveR2(await storeWith('a b.txt'), { authorize })
    const request = get('/media/a%20b.txt')
    const context = { env: 1 }
    expect((await serve(request, context)).status).toBe(200)
    expect(authorize.mock.calls).toEqual([[request, 'a b.txt', context]])
  })

  it.each([
    ['false', () => false, 403],
    ['a promise of false', () => Promise.resolve(false), 403],
    ['nothing at all', () => undefined as unknown as boolean, 403],
    ['something truthy', () => 'yes' as unknown as boolean, 403],
    ['a Response', () => new Response('Sign in', { status: 401 }), 401],
  ])('answers alike for what is there and what is not: %s', async (_title, authorize, status) => {
    const serve = serveR2(await storeWith('mine.txt'), { authorize })
    const answers = await Promise.all(
      ['/media/mine.txt', '/media/none.txt'].map(async (path) => {
        const response = await serve(get(path, { headers: { range: 'bytes=0-1' } }))
        return [response.status, Object.fromEntries(response.headers), await response.text()]
      }),
    )
    expect(answers[0]![0]).toBe(status)
    expect(answers[0]).toEqual(answers[1])
  })

  it.each(['throws', 'rejects'])('fails closed when it %s', async (how) => {
    const error = new Error('The session store is down')
    const onError = jest.fn()
    const serve = serveR2(await storeWith('mine.txt'), {
      authorize: () => {
        if (how === 'throws') throw error
        return Promise.reject(error)
      },
      onError,
    })
    const request = get(url)
    const response = await serve(request)
    expect([response.status, await response.text()]).toEqual([500, ''])
    expect(onError.mock.calls).toEqual([[error, request]])
  })

  it('is asked about the key that the store would open, however it is written', async () => {
    const keys: string[] = []
    const authorize = (_request: Request, key: string): boolean => keys.push(key) > 0
    const serve = serveR2(await storeWith('priv\u00e9/a.txt'), { authorize })
    for (const path of ['priv%C3%A9/a.txt', 'prive%CC%81/a.txt', 'pr%69v%C3%A9/a.txt']) {
      expect((await serve(get(`/media/${path}`))).status).toBe(200)
    }
    expect(new Set(keys)).toEqual(new Set(['priv\u00e9/a.txt']))
  })

  it('is not asked about what cannot be a key, or for a method that is not served', async () => {
    const authorize = jest.fn(() => true)
    const serve = serveR2(await storeWith('mine.txt'), { authorize })
    await serve(get('/media/%2e%2e%2fmine.txt'))
    await serve(get('/elsewhere/mine.txt'))
    await serve(get(url, { method: 'DELETE' }))
    expect(authorize).not.toHaveBeenCalled()
  })
})

describe('a store that fails', () => {
  function failing(code: StoreError['code']): Store {
    const reject = () => Promise.reject(new StoreError(code, 'R2 says no'))
    return Object.assign(new MemoryStore(), { open: reject, stat: reject })
  }

  it.each([
    ['ERR_R2_UNAVAILABLE', 503],
    ['ERR_R2_RATE', 503],
    ['ERR_R2_ACCESS', 500],
    ['ERR_R2_FAILED', 500],
  ] as const)('with %s is answered with %i, and reported', async (code, status) => {
    const onError = jest.fn()
    const serve = serveR2(failing(code), { onError })
    for (const init of [{}, { method: 'HEAD' }, { headers: { range: 'bytes=0-1' } }]) {
      const response = await serve(get('/x', init))
      expect([response.status, await response.text()]).toEqual([status, ''])
    }
    expect(onError).toHaveBeenCalledTimes(3)
    expect(onError).toHaveBeenCalledWith(expect.objectContaining({ code }), expect.any(Request))
  })

  it('is reported on the console by default', async () => {
    const log = jest.spyOn(console, 'error').mockImplementation(() => {})
    await serveR2(failing('ERR_R2_FAILED'))(get('/x'))
    expect(log.mock.calls).toEqual([[expect.objectContaining({ code: 'ERR_R2_FAILED' })]])
    log.mockRestore()
  })
})

describe('prefix', () => {
  it.each([
    [undefined, undefined, '/file.txt'],
    ['/media', undefined, '/media/file.txt'],
    ['https://files.example/a/b/', undefined, '/a/b/file.txt'],
    ['/media/', '/', '/file.txt'],
    ['/media/', '/files', '/files/file.txt'],
  ])('with publicUrl %s and option %s is that of %s', async (publicUrl, prefix, path) => {
    const store = new MemoryStore(publicUrl === undefined ? {} : { publicUrl })
    await store.save('file.txt', 'x')
    const serve = serveR2(store, prefix === undefined ? {} : { prefix })
    expect((await serve(get(path))).status).toBe(200)
    expect((await serve(get(`/other${path}`))).status).toBe(404)
  })
})

describe('Cache-Control', () => {
  it.each([
    [undefined, undefined, 'private, no-cache'],
    ['public, max-age=60', undefined, 'public, max-age=60'],
    ['public, max-age=60', 'no-store', 'no-store'],
  ])('of option %s and file %s is %s', async (option, stored, expected) => {
    const store = new MemoryStore()
    await store.save('file.txt', 'x', stored === undefined ? {} : { cacheControl: stored })
    const serve = serveR2(store, option === undefined ? {} : { cacheControl: option })
    const { headers } = await serve(get('/file.txt'))
    expect(headers.get('cache-control')).toBe(expected)
    const { status, headers: unchanged } = await serve(
      get('/file.txt', { headers: { 'if-none-match': '*' } }),
    )
    expect([status, unchanged.get('cache-control')]).toEqual([304, expected])
  })

  it('comes with Expires where the file has it', async () => {
    const store = new MemoryStore()
    const expires = new Date('2030-01-02T03:04:05Z')
    await store.save('file.txt', 'x', { expires })
    const { headers } = await serveR2(store)(get('/file.txt'))
    expect(headers.get('expires')).toBe('Wed, 02 Jan 2030 03:04:05 GMT')
  })
})

describe('headers', () => {
  it('go with every file, its parts and 304, and with nothing else', async () => {
    const serve = serveR2(await storeWith('file.txt'), {
      headers: { 'Access-Control-Allow-Origin': '*' },
    })
    const fields = async (headers: Record<string, string>, path = '/media/file.txt') => {
      const response = await serve(get(path, { headers }))
      return [response.status, response.headers.get('access-control-allow-origin')]
    }
    expect(await fields({})).toEqual([200, '*'])
    expect(await fields({ range: 'bytes=0-1' })).toEqual([206, '*'])
    expect(await fields({ 'if-none-match': '*' })).toEqual([304, '*'])
    expect(await fields({}, '/media/none.txt')).toEqual([404, null])
  })

  it('do not take the place of the file’s own', async () => {
    const serve = serveR2(await storeWith('file.txt'), { headers: { ETag: '"mine"' } })
    const { headers } = await serve(get('/media/file.txt'))
    expect(headers.get('etag')).not.toBe('"mine"')
  })
})

describe('an option that is not as described', () => {
  it.each([
    ['prefix', { prefix: 'media/' }],
    ['prefix', { prefix: '/media?x' }],
    ['prefix', { prefix: 1 }],
    ['authorize', { authorize: true }],
    ['onError', { onError: 'log' }],
    ['cacheControl', { cacheControl: 'private\r\nx: y' }],
    ['cacheControl', { cacheControl: '' }],
    ['inline', { inline: ['svg'] }],
    ['inline', { inline: ['text/html; charset=utf-8'] }],
    ['inline', { inline: 'text/html' }],
    ['contentSecurityPolicy', { contentSecurityPolicy: true }],
    ['headers', { headers: { 'x y': 'z' } }],
    ['headers', { headers: { x: 'a\nb' } }],
  ])('is refused at once: %s of %j', (name, options) => {
    expect(() => serveR2(new MemoryStore(), options as ServeOptions)).toThrow(
      expect.objectContaining({
        code: 'ERR_R2_OPTION',
        message: expect.stringMatching(new RegExp(`^${name} must be `)),
      }),
    )
  })
})
