import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { exemptPaths } from '../src/exempt.ts'
import { trickyPath } from './contract/tricky-path.ts'

describe('exempt paths', () => {
  const exempt = exemptPaths(['/health', '/public', '/'])

  it.each([
    '/',
    '/?x',
    '/health',
    '/health/',
    '/health/live',
    '/health?x=1',
    '/health?../admin',
    '/health/a.b',
    '/health/...',
    '/health/.hidden',
    '/public',
    '/public/',
    '/public/css/site.css?v=1',
    "/public/~a!$&'()*+,=:@-_",
  ])('take in %s', (path) => {
    expect(exempt.includes(path)).toBe(true)
  })

  it.each([
    '',
    '*',
    '?',
    'health',
    '/healthz',
    '/health.json',
    '/health-admin',
    '/Health',
    '/HEALTH/',
    '/publicity',
    '/admin',
    '/health/../admin',
    '/health/..',
    '/health/.',
    '/health/./live',
    '/health//live',
    '//health',
    '/health;x',
    '/health\\..',
    '/health/%6cive',
    '/health%00',
    '/health#x',
    '/health/#/../admin',
    '/health /x',
    '/health/\u00e9',
    'http://app.example/health',
  ])('leave out %j', (path) => {
    expect(exempt.includes(path)).toBe(false)
  })

  it('are none by default', () => {
    expect(exemptPaths().includes('/')).toBe(false)
  })

  it('do not change with the list that was given', () => {
    const list = ['/health']
    const paths = exemptPaths(list)
    list.push('/admin')
    expect(paths.includes('/admin')).toBe(false)
  })

  it('are what a URL parser sees too', () => {
    let plain = 0
    fc.assert(
      fc.property(trickyPath, (path) => {
        if (!exempt.includes(path)) return
        plain += 1
        const { pathname } = new URL(`https://app.example${path}`)
        expect(pathname).toBe(path.split('?')[0])
        expect(decodeURIComponent(pathname)).toBe(pathname)
        expect(pathname).toMatch(/^\/(?:$|health(?:$|\/)|public(?:$|\/))/)
      }),
      { numRuns: 5000 },
    )
    expect(plain).toBeGreaterThan(10)
  })

  it.each([
    '',
    'health',
    '/public/',
    '//',
    '/public/*',
    '/users/:id',
    '/a//b',
    '/a/../b',
    '/%61',
    '/a;b',
    '/a?b',
    '/a#b',
    '/a b',
    'https://app.example/health',
    null,
    7,
  ])('cannot be given as %j', (path) => {
    expect(() => exemptPaths([path as string])).toThrow(
      expect.objectContaining({ code: 'ERR_ACCESS_OPTION' }),
    )
  })

  it('have to be a list', () => {
    expect(() => exemptPaths('/health' as unknown as string[])).toThrow('got "/health"')
  })

  it.each([
    ['/health', true],
    ['/health/*', true],
    ['/health/:check', true],
    ['/:page', true],
    ['*', true],
    ['/*', true],
    ['/heal:th', true],
    ['/public/*', true],
    ['/publicity', false],
    ['/admin', false],
    ['/admin/*', false],
    ['/admin/:id', false],
    ['/healthz', false],
    ['/healthz/*', false],
  ])('may be served by the route %s: %s', (route, answer) => {
    expect(exempt.mayReach(route)).toBe(answer)
  })
})
