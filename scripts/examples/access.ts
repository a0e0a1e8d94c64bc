/** Examples with Access before their admin pages, and a team whose keys they fetch. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Response as MiniflareResponse } from 'miniflare'
import { type AccessTestTeam, listen } from '../../packages/access/src/testing.ts'
import { startWorker } from '../workerd/index.ts'
import { startNode } from './servers.ts'

/** What the tokens of the team are for. */
export const AUDIENCE = 'the-audience-of-the-admin-pages'

interface Served {
  readonly origin: string
  stop(): Promise<void>
}

/**
 * Starts an example on Node.
 *
 * @param folder The example's folder
 * @param team The team
 * @returns The server, which the caller has to stop
 */
export async function startNodeBehindAccess(folder: string, team: AccessTestTeam): Promise<Served> {
  const keys = await listen(team)
  const server = await startNode(folder, {
    ACCESS_TEAM: team.team,
    ACCESS_AUDIENCE: AUDIENCE,
    ACCESS_KEY_SERVER: keys.url,
    NODE_OPTIONS: `--import ${fileURLToPath(import.meta.resolve('./redirect-access.ts'))}`,
  })
  return {
    origin: server.origin,
    async stop() {
      await server.stop()
      await keys.close()
    },
  }
}

/**
 * Starts an example's own Worker in workerd, with a database that has its tables.
 *
 * @param folder The example's folder
 * @param team The team
 * @param main The Worker's entry, from the folder on
 * @param secret The name of the secret without which the example does not start
 * @param attached Which files of `src` go along with the code, as a glob
 * @returns The Worker, which the caller has to stop
 */
export async function startWorkerBehindAccess(
  folder: string,
  team: AccessTestTeam,
  { main, secret, attached = '' }: { main: string; secret: string; attached?: string },
): Promise<Served> {
  const worker = await startWorker({
    resolveDir: folder,
    source: `
      import { D1Dialect, wranglerMigrator } from '@node-cf/kysely-d1'
      import { Kysely } from 'kysely'
      import worker from './${main}'

      export default {
        async fetch(request, env, ctx) {
          if (!request.url.endsWith('/migrate')) return worker.fetch(request, env, ctx)
          const db = new Kysely({ dialect: new D1Dialect({ database: env.DB }) })
          const { error } = await wranglerMigrator({ db, migrations: env.MIGRATIONS }).migrateToLatest()
          if (error !== undefined) throw new Error('The migrations failed.', { cause: error })
          return new Response()
        },
      }`,
    files: filesBelow(join(folder, 'src'), attached),
    bindings: {
      d1Databases: { DB: 'database' },
      r2Buckets: { FILES: 'files' },
      bindings: {
        ACCESS_TEAM: team.team,
        ACCESS_AUDIENCE: AUDIENCE,
        [secret]: 'for tests only',
        MIGRATIONS: filesBelow(join(folder, 'migrations'), '*.sql'),
      },
      outboundService: async ({ url }) =>
        (await team.handle(new Request(url))) as unknown as MiniflareResponse,
    },
  })
  const { status } = await worker.fetch('/migrate')
  if (status !== 200) throw new Error(`The migrations failed:\n${worker.logs.join('\n')}`)
  return { origin: worker.url.origin, stop: worker.dispose }
}

function filesBelow(folder: string, pattern: string): Record<string, string> {
  return Object.fromEntries(
    globSync(pattern, { cwd: folder }).map((file) => [
      file,
      readFileSync(join(folder, file), 'utf8'),
    ]),
  )
}
