import path from 'node:path'

/**
 * Gives an app the paths it would have on Node, in the folder in which a bundle finds its files:
 * the working directory, which is /bundle.
 */
export function installBundlePaths(): void {
  declareModulePaths()
  resolveFromWorkingDirectory()
}

/**
 * CommonJS modules in a bundle have no `__dirname`. All of them share one, since the bundle is one
 * file, in the folder that takes the place of the project's.
 */
function declareModulePaths(): void {
  const folder = process.cwd()
  // Where that file is told, from compatibility date 2026-11-17 on.
  const filename = (import.meta.filename as string | undefined) ?? ''
  const file = path.dirname(filename) === folder ? filename : path.join(folder, 'worker.js')
  if (typeof __dirname === 'undefined') Object.assign(globalThis, { __dirname: folder })
  if (typeof __filename === 'undefined') Object.assign(globalThis, { __filename: file })
}

/**
 * The runtime's `path.resolve` starts at `/`, whatever the working directory; its `fs` does not.
 * Express' default folder of views and `express.static('public')` are resolved that way. What a
 * module imports by name, `import { resolve } from 'node:path'`, stays the runtime's.
 */
function resolveFromWorkingDirectory(): void {
  if (path.resolve('.') === process.cwd()) return
  const native = { ...path }
  path.resolve = (...segments) => {
    const resolved = native.resolve(...segments)
    // From the right, as far as resolve() has looked: it leaves what is further left unchecked.
    const isComplete = segments.findLast((segment) => path.isAbsolute(segment)) !== undefined
    return isComplete ? resolved : native.resolve(process.cwd(), ...segments)
  }
  path.relative = (from, to) => {
    // Checks what it was given, under the names that belong to it.
    const fromRoot = native.relative(from, to)
    if (path.isAbsolute(from) && path.isAbsolute(to)) return fromRoot
    return native.relative(path.resolve(from), path.resolve(to))
  }
}
