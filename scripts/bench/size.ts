import { gzipSync } from 'node:zlib'
import { bundle } from '../workerd/index.ts'
import { entries } from './servers.ts'

/** Bytes of a minified bundle, and of the same compressed, which is what Cloudflare's limit counts. */
interface Size {
  readonly title: string
  readonly minified: number
  readonly compressed: number
}

export interface Sizes {
  readonly bundles: readonly Size[]
  /** What ours adds to an app that would run on Cloudflare's bridge, which is in the runtime. */
  readonly added: Size
}

/** Bundles the app with each bridge, and ours by itself. */
export async function measureSizes(): Promise<Sizes> {
  const cloudflare = await sizeOf("Express, Cloudflare's bridge", { entry: entries.cloudflare })
  const ours = await sizeOf('Express, node-cf', { entry: entries.ours })
  const alone = await sizeOf('node-cf alone', {
    source: `export { toWorker } from '../../packages/express/src/index.ts'`,
    resolveDir: import.meta.dirname,
  })
  return {
    bundles: [cloudflare, ours, alone],
    added: {
      title: 'Added by node-cf',
      minified: ours.minified - cloudflare.minified,
      compressed: ours.compressed - cloudflare.compressed,
    },
  }
}

async function sizeOf(title: string, options: Parameters<typeof bundle>[0]): Promise<Size> {
  const text = await bundle({ ...options, minify: true, keepNames: false })
  return {
    title,
    minified: Buffer.byteLength(text),
    compressed: gzipSync(text, { level: 9 }).byteLength,
  }
}
