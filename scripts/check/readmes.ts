// Type-checks every ts fence of every README, each as a module of its own beside that README, so
// that imports resolve as they do for a reader.
//
// Two HTML comments give a fence what its reader already has:
//   <!-- with: import { Kysely } from 'kysely' -->   lines put before the fence that follows
//   <!-- file: app.ts                                a module that the fences can import
//   export const app = express() -->
// A fence whose first line is `// src/worker.ts` is such a module too.
import { globSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { capture, repository } from './command.ts'
import { readFences, type Fence } from './fences.ts'

/** Ignored by git, for the case that this script is interrupted. */
const folderName = '.readme-fences'

interface Module {
  readme: string
  /** The README's line of this module's first line. */
  firstLine: number
}

const readmes = globSync(['README.md', 'packages/*/README.md', 'examples/*/README.md'], {
  cwd: repository,
}).toSorted()
const modules = new Map<string, Module>()
const folders = [repository, ...readmes.map((readme) => join(repository, dirname(readme)))].map(
  (folder) => join(folder, folderName),
)

let exitCode = 0
try {
  for (const readme of readmes) await writeFences(readme)
  exitCode = modules.size === 0 ? 0 : await checkTypes()
} finally {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
}
console.log(`${modules.size} modules of ${readmes.length} READMEs type-checked`)
process.exitCode = exitCode

async function writeFences(readme: string): Promise<void> {
  const fences = readFences(await readFile(join(repository, readme), 'utf8'))
  // Before a name's first fence its later text counts, so that a worker can precede its app.
  const named = new Map<string, Fence>()
  for (const fence of fences.toReversed()) if (fence.name) named.set(fence.name, fence)

  for (const fence of fences) {
    const name = fence.name ?? 'fence.ts'
    if (fence.name) named.set(fence.name, fence)
    if (fence.hidden) continue
    const folder = join(repository, dirname(readme), folderName, `line-${fence.firstLine}`)
    // The fence itself comes first, as errors of a module are told once.
    for (const [path, module] of [[name, fence] as const, ...named]) {
      const file = join(folder, path)
      if (modules.has(file)) continue
      modules.set(file, { readme, firstLine: module.firstLine - module.before })
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, module.text)
    }
  }
}

async function checkTypes(): Promise<number> {
  const configuration = join(repository, folderName, 'tsconfig.json')
  await mkdir(dirname(configuration), { recursive: true })
  await writeFile(
    configuration,
    JSON.stringify({
      extends: '../tsconfig.test.json',
      compilerOptions: { moduleDetection: 'force', paths: await packageSources() },
      include: [],
      files: [...modules.keys()],
    }),
  )
  const { status, stdout, stderr } = capture(['tsc', '-p', configuration, '--pretty', 'false'])
  const lines = new Set(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => locate(line)),
  )
  process.stdout.write([...lines, stderr].join('\n').trimStart())
  return status ?? 1
}

/** The root and the examples may show a package that they do not depend on. */
async function packageSources(): Promise<Record<string, string[]>> {
  const sources: Record<string, string[]> = {}
  for (const path of globSync('packages/*/package.json', { cwd: repository })) {
    const { name, exports = {} } = JSON.parse(await readFile(join(repository, path), 'utf8')) as {
      name: string
      exports?: Record<string, string>
    }
    for (const [entry, target] of Object.entries(exports)) {
      sources[join(name, entry)] = [join(repository, dirname(path), target)]
    }
  }
  return sources
}

/** Points an error of the compiler at the README. */
function locate(line: string): string {
  const [, path, row, rest] = /^(.+?)\((\d+),\d+\): (.*)$/.exec(line) ?? []
  if (path === undefined) return line
  const module = modules.get(join(repository, path))
  if (module === undefined) return line
  const { readme, firstLine } = module
  return `${relative('.', join(repository, readme))}:${firstLine + Number(row) - 1}: ${rest}`
}
