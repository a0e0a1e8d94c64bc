import { afterAll, beforeAll, expect, it, jest } from '@jest/globals'
import { DATABASE } from '../http/identity.ts'
import type { Project } from '../../../../scripts/projects/index.ts'
import { createDatabaseProject, kysely, wrangler } from './project.ts'

// Each test runs several processes of tools that take seconds to start.
jest.setTimeout(240_000)

const files = {
  'package.json': '{ "type": "module" }',
  'wrangler.jsonc': JSON.stringify({
    name: 'notes',
    compatibility_date: '2026-11-17',
    d1_databases: [{ binding: 'DB', database_name: 'notes', database_id: DATABASE }],
  }),
  'kysely.config.ts': `
    import { wranglerMigrator } from '@node-cf/kysely-d1'
    import { LocalD1Dialect, SqlFolderMigrationProvider } from '@node-cf/kysely-d1/node'
    import { defineConfig } from 'kysely-ctl'

    export default defineConfig({
      dialect: () => new LocalD1Dialect(),
      migrations: {
        migrator: (db) =>
          wranglerMigrator({ db, migrations: new SqlFolderMigrationProvider('migrations') }),
      },
    })`,
  'migrations/0001_notes.sql': `
    -- Notes; and what is said of them
    create table note (id integer primary key, text text not null default 'a;b');
    create trigger note_upper after insert on note begin
      update note set text = upper(new.text) where id = new.id;
    end;
    insert into note (text) values ('it''s; one');
  `,
}

let project: Project
beforeAll(async () => {
  project = await createDatabaseProject(files)
})
afterAll(() => project.remove())

async function query(sql: string): Promise<unknown[][]> {
  const { log } = await wrangler(project, 'execute', 'DB', '--json', '--command', sql)
  return (JSON.parse(log) as { results: unknown[] }[]).map(({ results }) => results)
}

it('takes what wrangler has applied as applied', async () => {
  expect(await wrangler(project, 'migrations', 'apply', 'DB')).toMatchObject({ code: 0 })
  expect(await kysely(project, 'migrate list')).toEqual({
    code: 0,
    log: expect.stringContaining('[`✓`] 0001_notes.sql'),
  })
})

it('applies what wrangler takes as applied', async () => {
  await project.write(
    'migrations/0002_colour.sql',
    "alter table note add column colour default ';'",
  )
  await project.write(
    'migrations/0003_more.sql',
    "insert into note (text) values ('two');\n/* the end; */\n-- really",
  )
  expect(await kysely(project, 'migrate latest')).toEqual({
    code: 0,
    log: expect.stringContaining('[✓] 0003_more.sql'),
  })
  const listed = await wrangler(project, 'migrations', 'list', 'DB')
  expect(listed).toEqual({ code: 0, log: expect.stringContaining('No migrations to apply') })

  const [notes, applied] = await query('select * from note; select * from d1_migrations')
  expect(notes).toEqual([
    { id: 1, text: "IT'S; ONE", colour: ';' },
    { id: 2, text: 'TWO', colour: ';' },
  ])
  // As wrangler writes them itself: the first row is its own.
  expect(applied).toEqual(
    ['0001_notes.sql', '0002_colour.sql', '0003_more.sql'].map((name, index) => ({
      id: index + 1,
      name,
      applied_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    })),
  )
})

it('makes a table that wrangler takes for its own', async () => {
  const other = await createDatabaseProject(files)
  try {
    expect(await kysely(other, 'migrate latest')).toMatchObject({ code: 0 })
    await other.write('migrations/0002_second.sql', "insert into note (text) values ('two');")
    const { code, log } = await wrangler(other, 'migrations', 'apply', 'DB')
    expect(code).toBe(0)
    expect(log).toContain('0002_second.sql')
    expect(log).not.toContain('0001_notes.sql')
  } finally {
    await other.remove()
  }
})
