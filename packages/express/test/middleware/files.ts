/** The files that the app in apps/files.ts serves. */

export const page = '<!doctype html><title>Page é</title>'
export const numbers = '0123456789'.repeat(10)
/** Larger than any buffer on its way. */
export const big = Uint8Array.from(
  { length: 3_000_000 },
  (_, index) => (index * 31 + (index >> 8)) & 255,
)

export const files: Record<string, string | Uint8Array> = {
  'public/index.html': '<h1>Index</h1>',
  'public/page.html': page,
  'public/numbers.txt': numbers,
  'public/big.bin': big,
  'public/empty.txt': '',
  'public/sub/index.html': '<h1>Sub</h1>',
  'public/sub/home.txt': 'Home',
  'public/.hidden': 'hidden',
  'public/.well-known/security.txt': 'Contact: x',
  'public/with space é.txt': 'odd name',
  'public/app.css': 'a{}',
  'public/app.js': '0',
  'public/module.mjs': '0',
  'public/data.json': '{}',
  'public/drawing.svg': '<svg/>',
  'public/pixel.png': new Uint8Array([137, 80, 78, 71]),
  'public/font.woff2': new Uint8Array([1]),
  'public/code.wasm': new Uint8Array([0, 97, 115, 109]),
  'public/unknown.zzz': '?',
  'public/none': '?',
  'secret.txt': 'secret',
}
