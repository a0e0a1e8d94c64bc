/** Runs what a bundler left behind, as it is, in workerd. */
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import type { Server } from './processes.ts'

/**
 * Runs the folder that `wrangler deploy --outdir` or `vite build` wrote.
 *
 * @param folder The folder
 * @param main The entry module's path in it
 * @returns The running Worker, which the caller has to stop
 * @throws Error with what the runtime logged when the Worker throws while it starts
 */
export async function runOutput(folder: string, main: string): Promise<Server> {
  const logs: string[] = []
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      name: 'worker',
      compatibilityDate: '2026-11-17',
      modules: [
        { type: 'ESModule', path: main, contents: await readFile(join(folder, main), 'utf8') },
        ...(await attachedFiles(folder, main)),
      ],
      // Miniflare's own entry would change the answer.
      unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
      cf: false,
      handleStructuredLogs: ({ message }) => logs.push(message),
    }),
  )
  const log = (): string => logs.join('\n')
  try {
    const { port } = await miniflare.unsafeGetDirectURL()
    return { port: Number(port), log, stop: () => miniflare.dispose() }
  } catch (cause) {
    // Disposing of an instance that never started rejects with the same error once more.
    await miniflare.dispose().catch(() => {})
    throw new Error(`The Worker did not start: ${log()}`, { cause })
  }
}

/** What "find_additional_modules" has put beside the entry. */
async function attachedFiles(folder: string, main: string) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => path !== main && !NOT_DEPLOYED.has(extname(path)))
  return Promise.all(
    paths.map(async (path) =>
      extname(path) === '.mjs'
        ? { type: 'ESModule' as const, path, contents: await readFile(join(folder, path), 'utf8') }
        : {
            type: 'Data' as const,
            path,
            contents: new Uint8Array(await readFile(join(folder, path))),
          },
    ),
  )
}

/** Source maps, the README that explains a dry run, and the settings that Vite leaves for wrangler. */
const NOT_DEPLOYED = new Set(['.map', '.md', '.json'])
