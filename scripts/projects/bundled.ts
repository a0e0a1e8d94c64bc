/** Runs what a project's own tools make of its Worker. */
import { join } from 'node:path'
import { runOutput } from './output.ts'
import { run, serve, type Server, toolOf, WRANGLER } from './processes.ts'
import type { Project } from './project.ts'

const VITE = 'vite/bin/vite.js'

/**
 * Runs what `wrangler deploy` would upload.
 *
 * @param project Whose Worker
 * @param main The entry module's name once it is bundled
 * @param options More of wrangler's: another entry than its configuration has, `--minify`
 * @returns The running Worker, which the caller has to stop
 * @throws Error with what wrangler wrote, or with what the Worker logged when it throws while it starts
 */
export function serveDeployed(
  project: Project,
  main: string,
  ...options: string[]
): Promise<Server> {
  const command = [...toolOf(project, WRANGLER), 'deploy', ...options, '--dry-run', '--outdir=out']
  return outputOf(project, command, '--dry-run', 'out', main)
}

/**
 * Runs what `vite build` leaves behind.
 *
 * @param project Whose Worker
 * @param name Its name in its configuration
 * @returns The running Worker, which the caller has to stop
 * @throws Error with what Vite wrote, or with what the Worker logged when it throws while it starts
 */
export function serveViteBuild(project: Project, name: string): Promise<Server> {
  const command = [...toolOf(project, VITE), 'build']
  return outputOf(project, command, 'built in', join('dist', name), 'index.js')
}

/** Starts `vite dev` on a free port. */
export function serveWithVite(project: Project): Promise<Server> {
  const ready = /Local:\s+http:\/\/localhost:(?<port>\d+)/
  return serve([...toolOf(project, VITE), 'dev', '--port=0'], project.folder, ready)
}

/** Runs what a command has written, once it has ended well and said so. */
async function outputOf(
  { folder }: Project,
  command: readonly string[],
  said: string,
  output: string,
  main: string,
): Promise<Server> {
  const { code, log } = await run(command, folder)
  if (code !== 0 || !log.includes(said)) {
    throw new Error(`${command.join(' ')} ended with code ${code}:\n${log}`)
  }
  return runOutput(join(folder, output), main)
}
