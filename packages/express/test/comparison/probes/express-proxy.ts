/** Behaviour 13: `trust proxy` in all its settings, against headers that a client can send. */
import type { Request, Response } from 'express'
import { bothVersions, type Build } from '../express-versions.ts'
import type { Definition } from '../probe.ts'
import { get, send } from '../../../../../scripts/comparison/request.ts'

const told = (request: Request) => ({
  ip: request.ip,
  ips: request.ips,
  protocol: request.protocol,
  secure: request.secure,
  host: request.host,
  hostname: request.hostname,
  subdomains: request.subdomains,
})

const trusting =
  (setting?: unknown): Build =>
  (express) => {
    const app = express()
    if (setting !== undefined) app.set('trust proxy', setting)
    app.use((request: Request, response: Response) => void response.json(told(request)))
    return app
  }

const settings: [string, unknown][] = [
  ['nothing', undefined],
  ['false', false],
  ['true', true],
  ['1', 1],
  ['2', 2],
  ['loopback', 'loopback'],
  ['a subnet', '203.0.113.0/24'],
  ['a list', ['loopback', '198.51.100.7']],
  ['a function', (_address: string, hop: number) => hop < 1],
]

const forwarded = [
  'X-Forwarded-For: 192.0.2.1, 198.51.100.7, 203.0.113.9',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Host: spoofed.example.com:8443',
]

export const expressProxy: Definition[] = [
  ...settings.flatMap(([name, setting]) =>
    bothVersions(`trusting ${name}, forwarded`, get('/', ...forwarded), trusting(setting)),
  ),
  ...bothVersions('trusting nothing, nothing forwarded', get(), trusting()),
  ...bothVersions('trusting true, nothing forwarded', get(), trusting(true)),
  ...bothVersions(
    'trusting true, a list of protocols',
    get('/', 'X-Forwarded-Proto: https, http', 'X-Forwarded-Host: a.test, b.test'),
    trusting(true),
  ),
  ...bothVersions(
    'trusting true, repeated headers',
    get('/', 'X-Forwarded-For: 192.0.2.1', 'X-Forwarded-For: 192.0.2.2'),
    trusting(true),
  ),
  ...bothVersions(
    'trusting true, nonsense forwarded',
    get('/', 'X-Forwarded-For: unknown, , <script>', 'X-Forwarded-Proto: '),
    trusting(true),
  ),
  ...bothVersions('subdomains', send({ host: 'a.b.example.com:81' }), trusting()),
  ...bothVersions('host in IPv6', send({ host: '[2001:db8::1]:81' }), trusting()),
]
