import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'

export const repository = resolve(import.meta.dirname, '../..')

/** The installed tools, for when a script is started by `node` and not by a package script. */
const path = [resolve(repository, 'node_modules/.bin'), process.env['PATH']].join(':')

/**
 * Prints a command, runs it and passes its output on.
 *
 * @param command The program and its arguments
 * @param folder Where to run it; the root of the repository by default
 * @throws Error when the command cannot be started or exits with another status than 0
 */
export function run(command: readonly string[], folder: string = repository): void {
  console.log(`$ ${command.join(' ')}`)
  const { status, error } = spawn(command, folder, 'inherit')
  if (error) throw error
  if (status !== 0) throw new Error(`${command[0]} exited with status ${status}`)
}

/**
 * Runs a command and keeps its output.
 *
 * @param command The program and its arguments
 * @param folder Where to run it; the root of the repository by default
 * @returns What it printed, and its exit status
 * @throws Error when the command cannot be started
 */
export function capture(
  command: readonly string[],
  folder: string = repository,
): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr, error } = spawn(command, folder, 'pipe')
  if (error) throw error
  return { status, stdout, stderr }
}

function spawn(
  [program = '', ...args]: readonly string[],
  cwd: string,
  output: 'inherit' | 'pipe',
) {
  return spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', output, output],
  })
}
