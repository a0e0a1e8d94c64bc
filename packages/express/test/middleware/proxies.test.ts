import { describe, expect, it } from '@jest/globals'
import { onEachRuntime } from './runtimes.ts'

/** What three proxies leave behind a client that claims to be 1.1.1.1. */
const forwarded = {
  host: 'inner.example.com:8080',
  'x-forwarded-for': '1.1.1.1, 203.0.113.9, 10.0.0.2',
  'x-forwarded-proto': 'https, http',
  'x-forwarded-host': 'outer.example.org, middle.example',
}
const socket = { remoteAddress: '127.0.0.1', encrypted: false }
const direct = { protocol: 'http', secure: false, hostname: 'inner.example.com', ...socket }
const proxied = { protocol: 'https', secure: true, hostname: 'outer.example.org', ...socket }

onEachRuntime({ app: 'proxies' }, ({ request, runtime }) => {
  const seen = async (path: string, headers: Record<string, string> = forwarded) =>
    (await request(path, { headers })).json()

  describe('trust proxy', () => {
    it.each([
      ['none', { ip: '127.0.0.1', ips: [], subdomains: ['inner'], ...direct }],
      ['all', { ip: '1.1.1.1', ips: ['1.1.1.1', '203.0.113.9', '10.0.0.2'], ...proxied }],
      ['one', { ip: '10.0.0.2', ips: ['10.0.0.2'], ...proxied }],
      ['two', { ip: '203.0.113.9', ips: ['203.0.113.9', '10.0.0.2'], ...proxied }],
      ['loopback', { ip: '10.0.0.2', ips: ['10.0.0.2'], ...proxied }],
      ['networks', { ip: '203.0.113.9', ips: ['203.0.113.9', '10.0.0.2'], ...proxied }],
      ['function', { ip: '10.0.0.2', ips: ['10.0.0.2'], ...proxied }],
    ])('%s: takes from X-Forwarded headers what it trusts', async (setting, expected) => {
      expect(await seen(`/${setting}`)).toMatchObject(expected)
    })

    it.each(['none', 'all'])('%s: does without X-Forwarded headers', async (setting) => {
      expect(await seen(`/${setting}`, { host: 'a.b.example.com' })).toMatchObject({
        ip: '127.0.0.1',
        ips: [],
        protocol: 'http',
        hostname: 'a.b.example.com',
        subdomains: ['b', 'a'],
      })
    })

    it('does not believe CF-Connecting-IP where Cloudflare is not in front', async () => {
      expect(await seen('/none', { 'cf-connecting-ip': '198.51.100.1' })).toMatchObject({
        ip: '127.0.0.1',
        remoteAddress: '127.0.0.1',
      })
    })
  })

  if (runtime === 'workerd') {
    describe('behind Cloudflare', () => {
      // workerd makes request.cf of this header, as Cloudflare does of what it knows.
      const cloudflare = { 'mf-cf-blob': '{"colo":"AMS"}', 'cf-connecting-ip': '2001:db8::7' }

      it('takes the address of the client for the other end of the connection', async () => {
        expect(await seen('/none', cloudflare)).toMatchObject({
          ip: '2001:db8::7',
          remoteAddress: '2001:db8::7',
        })
      })

      it('lets a client claim another address only where it is trusted', async () => {
        const headers = { ...cloudflare, 'x-forwarded-for': '1.1.1.1' }
        expect(await seen('/none', headers)).toMatchObject({ ip: '2001:db8::7' })
        expect(await seen('/loopback', headers)).toMatchObject({ ip: '2001:db8::7' })
        expect(await seen('/one', headers)).toMatchObject({ ip: '1.1.1.1' })
      })
    })
  }
})
