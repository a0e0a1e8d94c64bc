import { describe, expect, it } from '@jest/globals'
import { readTeam } from '../src/team.ts'

describe('the option team', () => {
  it.each([
    ['acme', 'acme'],
    ['acme.cloudflareaccess.com', 'acme'],
    ['https://acme.cloudflareaccess.com', 'acme'],
    ['https://acme.cloudflareaccess.com/', 'acme'],
    ['Acme', 'acme'],
    ['HTTPS://ACME.CloudflareAccess.com', 'acme'],
    ['a-1', 'a-1'],
    ['a', 'a'],
    ['a'.repeat(63), 'a'.repeat(63)],
  ])('reads %s', (team, name) => {
    expect(readTeam(team)).toEqual({ name, issuer: `https://${name}.cloudflareaccess.com` })
  })

  it.each([
    '',
    ' ',
    'acme ',
    'acme\n',
    '-acme',
    'acme-',
    'ac_me',
    'acmé',
    'a'.repeat(64),
    'a.b',
    'evil.example',
    'https://acme',
    'http://acme.cloudflareaccess.com',
    'https://acme.cloudflareaccess.com/cdn-cgi/access/certs',
    'https://acme.cloudflareaccess.com?x',
    'https://acme.cloudflareaccess.com#',
    'https://acme.cloudflareaccess.com:8443',
    'https://user@acme.cloudflareaccess.com',
    'https://evil.example/?.cloudflareaccess.com',
    'https://evil.example/.cloudflareaccess.com',
    'a.b.cloudflareaccess.com',
    'acme.cloudflareaccess.com.evil.example',
    'cloudflareaccess.com',
    '.cloudflareaccess.com',
    'acmeXcloudflareaccess.com',
    undefined,
    null,
    7,
    ['acme'],
    { toString: () => 'acme' },
  ])('refuses %j', (team) => {
    expect(() => readTeam(team as string)).toThrow(
      expect.objectContaining({ code: 'ERR_ACCESS_OPTION' }),
    )
  })
})
