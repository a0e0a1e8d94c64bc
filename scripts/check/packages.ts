// Builds and packs every package as it would be published, looks at the tarballs, and loads each
// entry from a project that has nothing but those tarballs.
import { globSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { capture, repository, run } from './command.ts'

interface Manifest {
  name: string
  private?: boolean
  exports: Record<string, unknown>
  peerDependencies?: Record<string, string>
}

interface Package {
  folder: string
  manifest: Manifest
  tarball: string
}

const temporary = await mkdtemp(join(tmpdir(), 'node-cf-'))
try {
  const packages = await pack(await publicPackages())
  for (const { tarball } of packages) {
    run(['publint', 'run', tarball, '--strict'])
    run(['attw', tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-summary'])
  }
  await install(packages)
  for (const { manifest } of packages) load(manifest)
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
} finally {
  await rm(temporary, { recursive: true })
}

async function publicPackages(): Promise<Omit<Package, 'tarball'>[]> {
  const paths = globSync('packages/*/package.json', { cwd: repository }).toSorted()
  const packages = await Promise.all(
    paths.map(async (path) => ({
      folder: join(repository, dirname(path)),
      manifest: JSON.parse(await readFile(join(repository, path), 'utf8')) as Manifest,
    })),
  )
  return packages.filter(({ manifest }) => manifest.private !== true)
}

async function pack(packages: Omit<Package, 'tarball'>[]): Promise<Package[]> {
  // What a module that no longer exists left behind would be packed too.
  for (const { folder } of packages)
    await rm(join(folder, 'dist'), { recursive: true, force: true })
  run(['tsc', '-b', ...packages.map(({ folder }) => relative(repository, folder))])

  return packages.map(({ folder, manifest }) => {
    console.log(`packing ${basename(folder)}`)
    const command = ['pnpm', 'pack', '--json', '--pack-destination', temporary]
    const { status, stdout, stderr } = capture(command, folder)
    if (status !== 0) throw new Error(`pnpm pack failed in ${folder}\n${stdout}${stderr}`)
    const { filename } = JSON.parse(stdout) as { filename: string }
    return { folder, manifest, tarball: filename }
  })
}

async function install(packages: Package[]): Promise<void> {
  const tarballs = Object.fromEntries(
    packages.map(({ manifest, tarball }) => [manifest.name, `file:${tarball}`]),
  )
  const peers = Object.assign({}, ...packages.map(({ manifest }) => manifest.peerDependencies))
  await writeFile(
    join(temporary, 'package.json'),
    JSON.stringify({ private: true, type: 'module', dependencies: { ...peers, ...tarballs } }),
  )
  // Without the overrides a package that depends on another would ask the registry for it.
  await writeFile(join(temporary, 'pnpm-workspace.yaml'), JSON.stringify({ overrides: tarballs }))
  run(['pnpm', 'install', '--prefer-offline', '--ignore-scripts'], temporary)
}

function load({ name, exports }: Manifest): void {
  for (const entry of Object.keys(exports)) {
    if (entry.endsWith('.json')) continue
    const specifier = join(name, entry)
    const script = `console.log('${specifier}:', Object.keys(await import('${specifier}')).join(', '))`
    run(['node', '--input-type=module', '--eval', script], temporary)
  }
}
