import { describe, expect, it } from '@jest/globals'
import type { Response as WorkersResponse } from '@cloudflare/workers-types'
import {
  D1HttpDialect,
  type D1HttpDialectOptions,
  type FetchLike,
  type ResponseLike,
} from '../../src/http.ts'
import { ACCOUNT, DATABASE, TOKEN } from './identity.ts'

const valid: D1HttpDialectOptions = { accountId: ACCOUNT, databaseId: DATABASE, token: TOKEN }

describe('options', () => {
  it.each<[string, object]>([
    ['accountId', { accountId: undefined }],
    ['accountId', { accountId: TOKEN }],
    ['accountId', { accountId: `${ACCOUNT}/../x` }],
    ['databaseId', { databaseId: 'my-database' }],
    ['databaseId', { databaseId: 7 }],
    ['token', { token: undefined }],
    ['token', { token: '' }],
    ['token', { token: `Bearer ${TOKEN}` }],
    ['token', { token: `${TOKEN}\r\nx-other: 1` }],
    ['apiUrl', { apiUrl: 'api.cloudflare.com' }],
    ['apiUrl', { apiUrl: 'http://api.cloudflare.com/client/v4' }],
    ['apiUrl', { apiUrl: `https://user:${TOKEN}@api.cloudflare.com/` }],
    ['apiUrl', { apiUrl: `https://api.cloudflare.com/?token=${TOKEN}` }],
    ['fetch', { fetch: 'fetch' }],
    ['concurrency', { concurrency: 0 }],
    ['concurrency', { concurrency: 1.5 }],
    ['timeout', { timeout: 0 }],
    ['timeout', { timeout: Infinity }],
    ['maxResponseSize', { maxResponseSize: -1 }],
    ['assumeAtomicBatches', { assumeAtomicBatches: 'yes' }],
    ['onQuery', { onQuery: 'log' }],
    ['session', { session: 'first-primary' }],
  ])('are refused when they are given: %s', (name, options) => {
    const make = (): unknown => new D1HttpDialect({ ...valid, ...options })
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_D1_HTTP_OPTION' }))
    expect(make).toThrow(name)
    // A token may be given in the place of something else.
    expect(make).not.toThrow(TOKEN)
  })

  it.each<[string, object]>([
    ['a token of another make', { token: 'Sn3lZJTBX6kkg7OdcBUAxOO963GEIyGQqnFTOFYY==' }],
    ['a gateway', { apiUrl: 'https://gateway.example/cloudflare/' }],
    ['this machine', { apiUrl: new URL('http://localhost:8787/client/v4') }],
    ['this machine, version 6', { apiUrl: 'http://[::1]:8787/client/v4' }],
    ['identifiers in capitals', { accountId: ACCOUNT.toUpperCase() }],
  ])('can be %s', (_, options) => {
    expect(() => new D1HttpDialect({ ...valid, ...options })).not.toThrow()
  })

  it('take the fetch of Node and that of Workers', () => {
    // The compiler checks this: our types ask for no more than those of the platforms have.
    const node: FetchLike = fetch
    const body: Pick<WorkersResponse, 'body' | 'headers' | 'status'> = {
      body: null,
      headers: new Headers() as unknown as WorkersResponse['headers'],
      status: 200,
    }
    const workers: FetchLike = () => Promise.resolve(body satisfies ResponseLike)
    expect(workers).not.toBe(node)
  })
})
