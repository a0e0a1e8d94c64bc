import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type Server as Process, run, serve, toolOf, WRANGLER } from '../projects/index.ts'

export interface Server {
  /** Where it answers, without a slash at the end. */
  readonly origin: string
  /** What the process has written so far. */
  readonly log: () => string
  stop(): Promise<void>
}

/**
 * Starts an example on Node, as `npm run start:node` does.
 *
 * @param folder The example's folder
 * @param variables What to add to the environment
 * @returns The server, which the caller has to stop
 */
export async function startNode(
  folder: string,
  variables: Record<string, string> = {},
): Promise<Server> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    scripts: { 'start:node': string }
  }
  const [, ...options] = manifest.scripts['start:node'].split(' ')
  const port = String(await freePort())
  const ready = /listening (?:on|at) http:\/\/\S+:(?<port>\d+)/i
  return answering(
    await serve([process.execPath, ...options], folder, ready, { PORT: port, ...variables }),
  )
}

/**
 * Starts an example under `wrangler dev`, as `npm start` does, with data of its own.
 *
 * @param folder The example's folder
 * @returns The server, which the caller has to stop
 */
export async function startWrangler(folder: string): Promise<Server> {
  const data = await mkdtemp(join(tmpdir(), `${basename(folder)}-data-`))
  const wrangler = [...toolOf({ packageFolder: folder }, WRANGLER)]
  const persist = ['--persist-to', data]
  const migrate = [...wrangler, 'd1', 'migrations', 'apply', 'DB', '--local', ...persist]
  const { code, log } = await run(migrate, folder)
  if (code !== 0) throw new Error(`The migrations of ${folder} failed:\n${log}`)

  const command = [...wrangler, 'dev', ...persist, '--port=0', '--inspector-port=0']
  const ready = /Ready on http:\/\/localhost:(?<port>\d+)/
  const server = answering(
    await serve([...command, '--show-interactive-dev-session=false'], folder, ready),
  )
  return {
    ...server,
    async stop() {
      await server.stop()
      await rm(data, { recursive: true, force: true })
    },
  }
}

function answering({ port, log, stop }: Process): Server {
  return { origin: `http://localhost:${port}`, log, stop }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.')
  return address.port
}
