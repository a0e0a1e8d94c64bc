import { writeFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { dirname, resolve } from 'node:path'
import { build, type BuildOptions, type Plugin } from 'esbuild'

/** What to bundle: either `entry` or `source` is given. */
export interface BundleOptions {
  /** Absolute path of the entry module. */
  entry?: string
  /** TypeScript or JavaScript text of the entry module, in place of `entry`. */
  source?: string
  /** Folder from which the imports of `source` resolve; the root of the repository by default. */
  resolveDir?: string
  /** Modules to replace: exact specifier to specifier or absolute path. */
  alias?: Record<string, string>
  /** Expressions to replace; `process.env.NODE_ENV` is `"production"`, as in a deployment. */
  define?: Record<string, string>
  /** Shortens the output, as `wrangler deploy --minify` does. */
  minify?: boolean
  /** Whether functions keep their names, as they do unless wrangler has `"keep_names": false`. */
  keepNames?: boolean
  /** Path of the file in which to leave esbuild's metafile, as JSON. */
  metafile?: string
}

const repository = resolve(import.meta.dirname, '../..')

/**
 * Bundles a Worker as wrangler does with `WRANGLER_BUILD_PLATFORM=node` and
 * `WRANGLER_BUILD_CONDITIONS=workerd,worker,node`.
 *
 * @param options What to bundle
 * @returns The text of one ES module
 * @throws esbuild's `BuildFailure`, for instance when an import does not resolve
 */
export async function bundle(options: BundleOptions): Promise<string> {
  const { alias = {}, define = {}, minify = false, keepNames = true } = options
  const { entry, folder } = entryOf(options)

  const result = await build({
    ...entry,
    absWorkingDir: folder,
    bundle: true,
    write: false,
    metafile: true,
    minify,
    keepNames,
    format: 'esm',
    platform: 'node',
    target: 'es2024',
    supported: { using: true },
    conditions: ['workerd', 'worker', 'node'],
    loader: { '.js': 'jsx', '.mjs': 'jsx', '.cjs': 'jsx' },
    external: ['cloudflare:*'],
    define: { 'process.env.NODE_ENV': '"production"', ...define },
    plugins: [replaceModules(alias, folder), importBuiltins],
    logLevel: 'silent',
  })

  if (options.metafile !== undefined) {
    await writeFile(options.metafile, JSON.stringify(result.metafile))
  }
  return result.outputFiles.map((file) => file.text).join('')
}

function entryOf({ entry, source, resolveDir }: BundleOptions): {
  entry: BuildOptions
  folder: string
} {
  if (entry !== undefined) {
    return { entry: { entryPoints: [entry] }, folder: resolveDir ?? dirname(entry) }
  }
  if (source === undefined) {
    throw new TypeError('bundle() needs either an entry or a source')
  }
  const folder = resolveDir ?? repository
  return {
    entry: {
      stdin: { contents: source, loader: 'ts', resolveDir: folder, sourcefile: 'worker.ts' },
    },
    folder,
  }
}

/** Whole specifiers only, as in wrangler; esbuild's own `alias` also replaces what is below one. */
function replaceModules(alias: Record<string, string>, folder: string): Plugin {
  return {
    name: 'replace-modules',
    setup(pluginBuild) {
      if (Object.keys(alias).length === 0) return
      pluginBuild.onResolve({ filter: /./ }, ({ path, kind }) => {
        const replacement = Object.hasOwn(alias, path) ? alias[path] : undefined
        if (replacement === undefined || replacement === path) return undefined
        return pluginBuild.resolve(replacement, { kind, resolveDir: folder })
      })
    },
  }
}

/**
 * An ES module cannot `require`, so a CommonJS package's `require('http')` becomes an import of
 * the default export of `node:http`; what imports a builtin keeps its import.
 */
const importBuiltins: Plugin = {
  name: 'import-builtins',
  setup(pluginBuild) {
    const names = builtinModules.filter((name) => !name.startsWith('node:'))
    const namespace = 'required-builtin'

    pluginBuild.onResolve({ filter: new RegExp(`^(node:.+|${names.join('|')})$`) }, (args) => {
      const path = args.path.startsWith('node:') ? args.path : `node:${args.path}`
      return args.kind === 'require-call' ? { path, namespace } : { path, external: true }
    })
    pluginBuild.onLoad({ filter: /./, namespace }, ({ path }) => ({
      contents: `import builtin from '${path}'; module.exports = builtin`,
      loader: 'js',
    }))
  },
}
