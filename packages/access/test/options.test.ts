import { describe, expect, it } from '@jest/globals'
import { type AccessOptions, createAccessVerifier } from '@node-cf/access'

const given = (options: object): AccessOptions => ({ team: 'acme', audience: 'aud', ...options })

describe('createAccessVerifier', () => {
  it('needs a team and an audience, both', () => {
    for (const options of [{}, { team: 'acme' }, { audience: 'aud' }]) {
      expect(() => createAccessVerifier(options as AccessOptions)).toThrow(
        expect.objectContaining({ name: 'AccessError', code: 'ERR_ACCESS_OPTION' }),
      )
    }
  })

  it.each([
    [
      'audience',
      [undefined, null, '', ' ', 'a b', [], [''], ['aud', undefined], ['aud', ' '], 7, {}],
    ],
    ['exempt', ['/health', ['health'], [undefined], {}]],
    ['cacheTimeout', [-1, Number.NaN, Infinity, '60', null, 7 * 86_400 + 1]],
    ['coolDown', [-1, Number.NaN, Infinity, '60']],
    ['clockTolerance', [-1, 61, Number.NaN, Infinity, '60']],
    ['fetch', ['https://x', {}, null]],
    ['keyStore', [{}, 'KV', { get: () => null }, null]],
    ['logger', ['console', 7, null]],
  ])('refuses what %s cannot be', (name, values) => {
    for (const value of values) {
      expect(() => createAccessVerifier(given({ [name]: value }))).toThrow(
        expect.objectContaining({
          code: 'ERR_ACCESS_OPTION',
          message: expect.stringContaining(name),
        }),
      )
    }
  })

  it('takes one audience or several', () => {
    for (const audience of ['aud', ['aud'], ['aud', 'other']]) {
      expect(createAccessVerifier(given({ audience })).issuer).toBe(
        'https://acme.cloudflareaccess.com',
      )
    }
  })

  it('knows where users sign out', () => {
    expect(createAccessVerifier(given({})).logoutUrl).toBe(
      'https://acme.cloudflareaccess.com/cdn-cgi/access/logout',
    )
  })

  it('tells exempt paths', () => {
    const verifier = createAccessVerifier(given({ exempt: ['/health'] }))
    expect(['/health?x', '/healthz'].map((path) => verifier.isExempt(path))).toEqual([true, false])
  })
})
