/** Projects as a user has them: in a folder of their own, with dependencies in node_modules. */
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface Project {
  readonly folder: string
  /** The package of this repository whose dependencies the project takes its own from. */
  readonly packageFolder: string
  /** Reads a file, by its path in the project. */
  read(path: string): Promise<string>
  /** Writes a file, by its path in the project; undefined removes it. */
  write(path: string, contents: string | undefined): Promise<void>
  remove(): Promise<void>
}

/** The one step that the READMEs ask for. */
export const nodeResolutionLines = `WRANGLER_BUILD_PLATFORM=node
WRANGLER_BUILD_CONDITIONS=workerd,worker,node
`

/**
 * Makes an empty project.
 *
 * @param name The name of its folder, and what generators call it
 * @param packageFolder The package of this repository that is tested
 * @returns The project, which the caller has to remove
 */
export async function createProject(name: string, packageFolder: string): Promise<Project> {
  // The real path: tools compare it with the paths of modules.
  const parent = await realpath(await mkdtemp(join(tmpdir(), 'node-cf-')))
  const folder = join(parent, name)
  await mkdir(folder)
  return {
    folder,
    packageFolder,
    read: (path) => readFile(join(folder, path), 'utf8'),
    async write(path, contents) {
      const file = join(folder, path)
      if (contents === undefined) {
        await rm(file)
        return
      }
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, contents)
    },
    remove: () => rm(parent, { recursive: true }),
  }
}

/**
 * Installs packages in a project without a registry, by links to what this repository has.
 *
 * @param project Where to install
 * @param dependencies The name of each package in the project, and the name of the dependency of
 * the tested package that it is, or of that package itself
 */
export async function install(
  { folder, packageFolder }: Project,
  dependencies: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, installedAs] of Object.entries(dependencies)) {
    const link = join(folder, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(await folderOf(installedAs, packageFolder), link, 'dir')
  }
}

async function folderOf(name: string, packageFolder: string): Promise<string> {
  const manifest = await readFile(join(packageFolder, 'package.json'), 'utf8')
  if (name === (JSON.parse(manifest) as { name: string }).name) return packageFolder
  try {
    return await realpath(join(packageFolder, 'node_modules', name))
  } catch (cause) {
    throw new Error(
      `${name}, a dependency of ${packageFolder}, is not installed. Run: npx pnpm@12 install`,
      { cause },
    )
  }
}
