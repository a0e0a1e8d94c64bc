import { gzipSync } from 'node:zlib'
import type { RequestOptions } from '../../../../scripts/runtimes/index.ts'

const json = { 'content-type': 'application/json' }

/** What express.json refuses: a name, the path of apps/bodies.ts, the request, and the answer. */
export const refused: [name: string, path: string, RequestOptions, status: number, type: string][] =
  [
    ['malformed JSON', '/json', { headers: json, body: '{"a":' }, 400, 'entity.parse.failed'],
    ['a primitive', '/json', { headers: json, body: '1' }, 400, 'entity.parse.failed'],
    ['a body too large', '/json', { body: ['x'.repeat(102_400)] }, 413, 'entity.too.large'],
    [
      'a body in chunks that grows too large',
      '/json',
      { headers: { 'transfer-encoding': 'chunked' }, body: ['x'.repeat(300_000)] },
      413,
      'entity.too.large',
    ],
    [
      'a small body that inflates too large',
      '/json',
      {
        headers: { ...json, 'content-encoding': 'gzip' },
        body: gzipSync(JSON.stringify(['x'.repeat(200_000)])),
      },
      413,
      'entity.too.large',
    ],
    [
      'a charset it does not know',
      '/json',
      { headers: { 'content-type': 'application/json; charset=iso-8859-1' }, body: '{}' },
      415,
      'charset.unsupported',
    ],
    [
      'an encoding it does not know',
      '/json',
      { headers: { ...json, 'content-encoding': 'zip' }, body: '{}' },
      415,
      'encoding.unsupported',
    ],
    [
      'what is encoded, where it must not be',
      '/uninflated',
      { headers: { ...json, 'content-encoding': 'gzip' }, body: gzipSync('{}') },
      415,
      'encoding.unsupported',
    ],
    [
      'a body that is not of its encoding',
      '/json',
      { headers: { ...json, 'content-encoding': 'gzip' }, body: 'not gzip' },
      400,
      'undefined',
    ],
    ['a wrong signature', '/signed', { headers: json, body: '{}' }, 403, 'entity.verify.failed'],
  ]
