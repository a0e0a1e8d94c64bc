import type { Parts } from '../contract/client.ts'
import type { Variant } from '../contract/variants.ts'
import type { Attack } from './attack.ts'

const admin = (name: string, parts: Parts, app: Variant = 'main'): Attack => ({
  name,
  code: app === 'development' ? 'ERR_ACCESS_DEVELOPMENT' : 'ERR_ACCESS_TOKEN_MISSING',
  app,
  parts: () => ({ path: '/admin', ...parts }),
})

const preflight = [
  ['Origin', 'https://evil.example'],
  ['Access-Control-Request-Method', 'DELETE'],
] as const

/** Methods, and what a client says of where it is. */
export const methodAttacks: readonly Attack[] = [
  ...['OPTIONS', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'PROPFIND'].map((method) =>
    admin(`${method} /admin`, { method }),
  ),
  admin('CORS preflight', { method: 'OPTIONS', headers: preflight }),
  admin('OPTIONS that is no preflight, those being exempt', { method: 'OPTIONS' }, 'preflight'),
  admin(
    'DELETE like a preflight, those being exempt',
    { method: 'DELETE', headers: [...preflight, ['X-HTTP-Method-Override', 'OPTIONS']] },
    'preflight',
  ),
  ...['localhost', '127.0.0.1:3000', '[::1]', 'acme.cloudflareaccess.com'].map((host) =>
    admin(`Host: ${host}`, { headers: [['Host', host]] }),
  ),
  admin('X-Forwarded-Host, -For, X-Original-URL, X-Rewrite-URL', {
    headers: [
      ['X-Forwarded-Host', 'localhost'],
      ['X-Forwarded-For', '127.0.0.1'],
      ['X-Original-URL', '/health'],
      ['X-Rewrite-URL', '/health'],
    ],
  }),
  ...(
    [
      ['Cf-Ray', '8f0c1d2e3f4a5b6c-LHR'],
      ['Cf-Connecting-IP', '203.0.113.7'],
      ['Cf-Visitor', '{"scheme":"https"}'],
      ['Cf-Access-Jwt-Assertion', 'x'],
      ['Cf-Access-Authenticated-User-Email', 'ada@example.com'],
      ['CDN-Loop', 'cloudflare; loops=1'],
    ] as const
  ).map((header) => admin(`development, with ${header[0]}`, { headers: [header] }, 'development')),
]
