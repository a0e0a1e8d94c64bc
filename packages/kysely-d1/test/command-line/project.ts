import { resolve } from 'node:path'
import {
  createProject,
  install,
  type Outcome,
  type Project,
  run,
  toolOf,
  WRANGLER,
} from '../../../../scripts/projects/index.ts'

/** Makes a project with these files, in which this package and the tools are installed. */
export async function createDatabaseProject(
  files: Readonly<Record<string, string>>,
): Promise<Project> {
  const project = await createProject('notes', resolve(import.meta.dirname, '../..'))
  for (const [path, contents] of Object.entries(files)) await project.write(path, contents)
  await install(project, {
    '@node-cf/kysely-d1': '@node-cf/kysely-d1',
    kysely: 'kysely',
    'kysely-ctl': 'kysely-ctl',
    wrangler: 'wrangler',
  })
  return project
}

/** Runs a command of kysely-ctl to its end. */
export function kysely(
  project: Project,
  command: string,
  variables: Record<string, string> = {},
): Promise<Outcome> {
  const tool = toolOf(project, 'kysely-ctl/dist/bin.mjs')
  const argv = [...tool, ...command.split(' '), '--no-outdated-check']
  // What it writes for a CI has no decoration.
  return run(argv, project.folder, { CI: 'true', ...variables })
}

/** Runs a command of `wrangler d1`, on the local database, to its end. */
export function wrangler(project: Project, ...command: string[]): Promise<Outcome> {
  const argv = [...toolOf(project, WRANGLER), 'd1', ...command, '--local']
  return run(argv, project.folder)
}
