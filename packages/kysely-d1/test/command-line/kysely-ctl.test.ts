import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import {
  type Outcome,
  type Project,
  serveWithWrangler,
} from '../../../../scripts/projects/index.ts'
import { type D1Api, startD1Api } from '../http/d1-api.ts'
import { ACCOUNT, DATABASE, TOKEN } from '../http/identity.ts'
import { createDatabaseProject, kysely } from './project.ts'

// Each test runs several processes of tools that take seconds to start.
jest.setTimeout(240_000)

const files = {
  'package.json': '{ "type": "module" }',
  'wrangler.jsonc': JSON.stringify({
    name: 'notes',
    main: 'src/worker.ts',
    compatibility_date: '2026-11-17',
    d1_databases: [{ binding: 'DB', database_name: 'notes', database_id: DATABASE }],
  }),
  'kysely.config.ts': `
    import { D1HttpDialect } from '@node-cf/kysely-d1/http'
    import { LocalD1Dialect } from '@node-cf/kysely-d1/node'
    import { defineConfig } from 'kysely-ctl'

    const { CLOUDFLARE_ACCOUNT_ID = '', CLOUDFLARE_API_TOKEN = '', API_URL = '' } = process.env

    export default defineConfig({
      dialect: () => new LocalD1Dialect({ binding: process.env.BINDING ?? 'DB' }),
      $env: {
        remote: {
          dialect: () =>
            new D1HttpDialect({
              accountId: CLOUDFLARE_ACCOUNT_ID,
              databaseId: '${DATABASE}',
              token: CLOUDFLARE_API_TOKEN,
              apiUrl: API_URL,
              retry: false,
            }),
        },
      },
    })`,
  'migrations/0001_notes.ts': `
    import { type Kysely, sql } from 'kysely'

    export async function up(db: Kysely<any>): Promise<void> {
      await db.schema
        .createTable('note')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('text', 'text', (column) => column.notNull())
        .execute()
      await sql\`create trigger note_log after insert on note begin
        update note set text = upper(new.text) || ';' where id = new.id;
      end\`.execute(db)
    }

    export async function down(db: Kysely<any>): Promise<void> {
      await db.schema.dropTable('note').execute()
    }`,
  'seeds/1_notes.ts': `
    import type { Kysely } from 'kysely'

    export async function seed(db: Kysely<any>): Promise<void> {
      await db.insertInto('note').values([{ text: 'one' }, { text: 'two' }]).execute()
    }`,
  'src/worker.ts': `
    import { D1Dialect } from '@node-cf/kysely-d1'
    import { Kysely } from 'kysely'

    export default {
      async fetch(request: Request, env: { DB: any }): Promise<Response> {
        const db = new Kysely<any>({ dialect: new D1Dialect({ database: env.DB }) })
        return Response.json(await db.selectFrom('note').selectAll().execute())
      },
    }`,
}

let project: Project
let api: D1Api
beforeAll(async () => {
  project = await createDatabaseProject(files)
  api = await startD1Api()
})
afterAll(async () => {
  await project.remove()
  await api.close()
})

function run(command: string, variables: Record<string, string> = {}): Promise<Outcome> {
  return kysely(project, command, {
    CLOUDFLARE_ACCOUNT_ID: ACCOUNT,
    CLOUDFLARE_API_TOKEN: TOKEN,
    API_URL: api.url,
    ...variables,
  })
}

const notes = [
  { id: 1, text: 'ONE;' },
  { id: 2, text: 'TWO;' },
]

it('applies and lists migrations, and seeds, on the local database', async () => {
  expect(await run('migrate latest')).toEqual({
    code: 0,
    log: expect.stringContaining('[✓] 0001_notes'),
  })
  expect(await run('migrate list')).toEqual({
    code: 0,
    log: expect.stringContaining('[`✓`] 0001_notes'),
  })
  expect(await run('seed run')).toMatchObject({ code: 0 })
})

it('applies and undoes migrations, and seeds, over HTTP', async () => {
  expect(await run('migrate latest -e remote')).toEqual({
    code: 0,
    log: expect.stringContaining('[✓] 0001_notes'),
  })
  expect(await run('migrate down -e remote')).toMatchObject({ code: 0 })
  expect(await run('migrate list -e remote')).toEqual({
    code: 0,
    log: expect.stringContaining('[ ] 0001_notes'),
  })
  expect(await run('migrate latest -e remote')).toMatchObject({ code: 0 })
  expect(await run('seed run -e remote')).toMatchObject({ code: 0 })
})

it('leaves what a Worker under wrangler dev reads', async () => {
  const server = await serveWithWrangler(project)
  try {
    expect(await (await fetch(`http://127.0.0.1:${server.port}/`)).json()).toEqual(notes)
  } finally {
    await server.stop()
  }
})

it('leaves what the remote database has', async () => {
  expect(await api.query('select * from note order by id')).toEqual(notes)
})

describe('what goes wrong', () => {
  it('ends the process, and leaves nothing of the migration that failed', async () => {
    await project.write(
      'migrations/0002_second.ts',
      `import { type Kysely, sql } from 'kysely'
      export async function up(db: Kysely<any>): Promise<void> {
        await db.schema.createTable('half').addColumn('a', 'text').execute()
        await sql\`insert into nowhere values (1)\`.execute(db)
      }`,
    )
    for (const command of ['migrate latest', 'migrate latest -e remote']) {
      const log = expect.stringContaining('no such table: nowhere')
      expect(await run(command)).toEqual({ code: 1, log })
    }
    expect(await api.query("select * from sqlite_schema where name = 'half'")).toEqual([])
  })

  it('says which migration cannot be applied as a whole over HTTP', async () => {
    await project.write(
      'migrations/0002_second.ts',
      `import type { Kysely } from 'kysely'
      export async function up(db: Kysely<any>): Promise<void> {
        await db.insertInto('note').values({ text: 'three' }).execute()
      }`,
    )
    const { code, log } = await run('migrate latest -e remote')
    expect(code).toBe(1)
    expect(log).toContain('0002_second')
    expect(log).toContain('assumeAtomicBatches')
    expect(await api.query('select * from note')).toHaveLength(2)
  })

  it('never shows the token', async () => {
    const variables = { CLOUDFLARE_API_TOKEN: 'another-secret-token' }
    const { code, log } = await run('migrate list -e remote --debug', variables)
    expect(code).toBe(1)
    expect(log).toContain('does not accept the token')
    expect(log).not.toContain('another-secret-token')
  })

  it('names the binding that wrangler does not have', async () => {
    const { code, log } = await run('migrate list', { BINDING: 'DATABASE' })
    expect(code).toBe(1)
    expect(log).toContain('Is the binding named in wrangler.jsonc as it is in the code?')
  })
})
