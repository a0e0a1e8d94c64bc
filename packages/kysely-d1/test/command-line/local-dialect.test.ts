import { afterAll, beforeAll, expect, it, jest } from '@jest/globals'
import { DATABASE } from '../http/identity.ts'
import { type Outcome, type Project, run } from '../../../../scripts/projects/index.ts'
import { createDatabaseProject } from './project.ts'

// Each test runs several processes of tools that take seconds to start.
jest.setTimeout(240_000)

const database = { binding: 'DB', database_name: 'notes', database_id: DATABASE }
const files = {
  'package.json': '{ "type": "module" }',
  'app/wrangler.jsonc': JSON.stringify({
    name: 'notes',
    compatibility_date: '2026-11-17',
    d1_databases: [database],
    env: { staging: { d1_databases: [{ ...database, binding: 'STAGING', database_id: 'other' }] } },
  }),
  'script.js': `
    import { LocalD1Dialect } from '@node-cf/kysely-d1/node'
    import { Kysely, sql } from 'kysely'

    const [options] = process.argv.slice(2)
    const events = []
    const db = new Kysely({
      dialect: new LocalD1Dialect({
        configPath: 'app/wrangler.jsonc',
        ...JSON.parse(options),
        onQuery: (event) => events.push(event.sql),
      }),
    })
    try {
      await sql\`create table if not exists file (id integer primary key, content blob)\`.execute(db)
      const [insert] = await db
        .insertInto('file')
        .values([{ content: Buffer.from([0, 1, 255]) }])
        .execute()
      const { rows } = await sql\`select id, hex(content) as hex, content from file\`.execute(db)
      console.log(
        JSON.stringify({
          events: events.length,
          insertId: Number(insert.insertId),
          rows: rows.map(({ id, hex, content }) => [id, hex, content.constructor.name]),
        }),
      )
    } finally {
      await db.destroy()
    }`,
}

let project: Project
beforeAll(async () => {
  project = await createDatabaseProject(files)
})
afterAll(() => project.remove())

function script(options: object): Promise<Outcome> {
  return run([process.execPath, 'script.js', JSON.stringify(options)], project.folder)
}

const row = (id: number): unknown => [id, '0001FF', 'Uint8Array']

it('keeps the data where it is told, each environment its own, and ends with destroy()', async () => {
  const result = async (options: object): Promise<unknown> => {
    const { code, log } = await script(options)
    // wrangler has warnings of its own.
    return code === 0 ? JSON.parse(/^\{.*\}$/m.exec(log)![0]) : log
  }
  const [first, staging] = await Promise.all([
    result({ persistTo: 'data' }),
    result({ persistTo: 'data', environment: 'staging', binding: 'STAGING' }),
  ])
  expect(first).toEqual({ events: 3, insertId: 1, rows: [row(1)] })
  expect(staging).toEqual({ events: 3, insertId: 1, rows: [row(1)] })
  expect(await result({ persistTo: 'data' })).toMatchObject({ rows: [row(1), row(2)] })
})

it('says that wrangler is missing', async () => {
  const { code, log } = await script({ configPath: '/nowhere/wrangler.jsonc' })
  expect(code).toBe(1)
  expect(log).toContain('LocalD1Dialect needs wrangler')
})
