import { globSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { KnipConfig } from 'knip'

// Tests give startWorker the text of a Worker, which knip does not read as a module: a development
// dependency that a test names in quotes is in use.
function namedInTests(workspace: string): string[] {
  const { devDependencies = {} } = JSON.parse(
    readFileSync(`${workspace}/package.json`, 'utf8'),
  ) as { devDependencies?: Record<string, string> }
  const tests = globSync([
    `${workspace}/test/**/*.ts`,
    `${workspace}/scripts/**/*.test.ts`,
    // Starts programs of the package whose test asks for it.
    'scripts/projects/*.ts',
  ]).map((path) => readFileSync(path, 'utf8'))
  return Object.keys(devDependencies).filter((name) =>
    tests.some((text) => new RegExp(`['"]${RegExp.escape(name)}['"/]`).test(text)),
  )
}

const workspaces = globSync('{packages,examples}/*/package.json')
  .map(dirname)
  .map((workspace) => [
    workspace,
    {
      // Tests bundle modules that no other module imports.
      entry: ['test/**/*.ts'],
      project: ['{src,test}/**/*.{js,ts}', '!src/public/**'],
      ignoreDependencies: namedInTests(workspace),
    },
  ])

const configuration: KnipConfig = {
  workspaces: {
    '.': {
      // The second is started as a process of its own.
      entry: ['scripts/*/index.ts', 'scripts/runtimes/node-server.ts'],
      project: ['scripts/**/*.ts'],
      // scripts/check/packages.ts starts two of them by name; workerd is pinned for all that use it.
      ignoreDependencies: ['@arethetypeswrong/cli', 'publint', 'workerd', ...namedInTests('.')],
    },
    ...Object.fromEntries(workspaces),
  },
}

export default configuration
