/** The files that the app in apps/static.ts serves. */
import { randomBytes } from 'node:crypto'
import { brotliCompressSync, gzipSync } from 'node:zlib'

export const page = '<!doctype html><title>Page é</title>'
export const numbers = '0123456789'.repeat(10)
export const script = 'console.log(1)\n'.repeat(50)
/** Larger than any buffer on its way. */
export const big = randomBytes(3_000_000)

export const files: Record<string, string | Uint8Array> = {
  'public/index.html': '<h1>Index</h1>',
  'public/page.html': page,
  'public/numbers.txt': numbers,
  'public/big.bin': big,
  'public/empty.txt': '',
  'public/sub/index.html': '<h1>Sub</h1>',
  'public/sub/deeper/note.txt': 'Note',
  'public/.hidden': 'hidden',
  'public/with space é.txt': 'odd name',
  'public/app.js': script,
  'public/app.js.gz': gzipSync(script),
  'public/app.js.br': brotliCompressSync(script),
  'public/module.mjs': '0',
  'public/data.json': '{}',
  'public/drawing.svg': '<svg/>',
  'public/font.woff2': new Uint8Array([1]),
  'public/unknown.zzz': '?',
  'second/page.html': 'Not this one.',
  'second/only-here.txt': 'Second',
  'secret.txt': 'secret',
}
