import fs from 'node:fs'
import fsPromises from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

type List = (folder: string | Buffer | URL, ...values: unknown[]) => unknown
/** What a folder lists: names, or a `Dirent` for each. */
type Entry = string | { name: string; parentPath: string }

/**
 * Lets folders list the names that their files have. The runtime lists them as they stand in a URL,
 * `with%20space.txt`, and opens them by either name; @fastify/static asks the list what is there. Of
 * folders below, where they are asked for, it lists paths from the root.
 */
export function installFileNames(): void {
  const native = { readdir: fs.readdir, readdirSync: fs.readdirSync } as Record<string, List>
  const promised = fsPromises.readdir as (...values: Parameters<List>) => Promise<unknown>
  Object.assign(fsPromises, {
    readdir: async (...values: Parameters<List>) => named(values[0], await promised(...values)),
  })
  Object.assign(fs, {
    promises: fsPromises,
    readdirSync: (...values: Parameters<List>) =>
      named(values[0], native['readdirSync']!(...values)),
    readdir: (...values: Parameters<List>) => {
      const callback = values.pop() as (error: unknown, entries: unknown) => void
      native['readdir']!(...values, (error: unknown, entries: unknown) =>
        callback(error, named(values[0], entries)),
      )
    },
  })
}

function named(folder: string | Buffer | URL, entries: unknown): unknown {
  if (!Array.isArray(entries)) return entries
  const root = `${path.resolve(folder instanceof URL ? fileURLToPath(folder) : folder.toString()).slice(1)}/`
  return entries.map((entry: Entry) => {
    if (typeof entry === 'string') return withoutRoot(decoded(entry), root)
    if (!('parentPath' in entry)) return entry
    entry.name = path.basename(decoded(entry.name))
    entry.parentPath = decoded(entry.parentPath)
    return entry
  })
}

function withoutRoot(name: string, root: string): string {
  return name.startsWith(root) ? name.slice(root.length) : name
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    // It has a percent sign of its own, as 100%.txt does.
    return name
  }
}
