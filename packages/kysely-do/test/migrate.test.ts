import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'

let worker: RunningWorker

const entry = `${import.meta.dirname}/workers/migrations.ts`
const bindings = {
  durableObjects: {
    OBJECT: { className: 'MigratedObject', useSQLite: true },
    UNTRANSACTED: { className: 'UntransactedObject', useSQLite: true },
  },
}

beforeAll(async () => {
  worker = await startWorker({ entry, bindings })
})
afterAll(() => worker.dispose())

async function get(path: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await worker.fetch(path)
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

/** Ends the object, which answers with the error that ends it. */
async function end(path: string): Promise<void> {
  expect((await get(path)).status).toBe(500)
}

const AFTER_ONE = {
  tables: ['kysely_migration', 'kysely_migration_lock', 'note'],
  notes: [
    { id: 1, text: 'first' },
    { id: 2, text: 'second' },
  ],
  migrations: ['one'],
}
const AFTER_TWO = {
  tables: ['extra', 'kysely_migration', 'kysely_migration_lock', 'note'],
  notes: [{ id: 2, text: 'SECOND', read: 1 }],
  migrations: ['one', 'two'],
}

describe('migrateInConstructor', () => {
  it('migrates before the first request, once for all that come together', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => get('/together/rpc?deploy=first')),
    )
    for (const { status, body } of answers) {
      expect(status).toBe(200)
      expect(body).toEqual({ ...AFTER_ONE, starts: 1 })
    }
  })

  it('carries out later what a later deployment brings', async () => {
    await get('/later/fetch?deploy=first')
    await end('/later/end')
    expect((await get('/later/fetch?deploy=first')).body).toEqual({ ...AFTER_ONE, starts: 2 })
    await end('/later/end')
    expect((await get('/later/fetch?deploy=second')).body).toEqual({ ...AFTER_TWO, starts: 3 })
  })

  it.each([
    ['failing', '', { migration: 'two', cause: /SqliteError: no such table: nowhere/ }],
    ['failing', '&untransacted', { migration: 'two', cause: /SqliteError: no such table/ }],
    ['throwing', '', { migration: 'two', cause: /RangeError: out of range/ }],
    // SQLite finds it at the commit only, which is that of all migrations.
    ['foreign-key', '', { migration: undefined, cause: /FOREIGN KEY constraint failed/ }],
    ['foreign-key', '&untransacted', { migration: 'two', cause: /FOREIGN KEY constraint failed/ }],
    ['reordered', '', { migration: undefined, cause: /corrupted migrations/ }],
  ])(
    'refuses every request when one fails: %s%s',
    async (deployment, kind, { migration, cause }) => {
      const name = `/${deployment}${kind}`
      await get(`${name}/rpc?deploy=first${kind}`)
      await end(`${name}/end?deploy=first${kind}`)

      for (const action of ['fetch', 'rpc', 'fetch']) {
        const { status, body } = await get(`${name}/${action}?deploy=${deployment}${kind}`)
        expect(status).toBe(503)
        expect(body).toEqual({
          name: 'MigrationError',
          code: 'ERR_SQLITE_MIGRATION',
          migration,
          message: expect.stringMatching(
            /so the object serves no requests; its tables and rows are/,
          ),
          cause: expect.stringMatching(cause),
        })
      }

      // What was deployed before still works, as nothing has changed; what mends it works, too.
      const before = await get(`${name}/rpc?deploy=first${kind}`)
      expect(before).toMatchObject({ status: 200, body: AFTER_ONE })
      await end(`${name}/end?deploy=first${kind}`)
      const mended = await get(`${name}/rpc?deploy=second${kind}`)
      expect(mended).toMatchObject({ status: 200, body: AFTER_TWO })
    },
  )

  it('leaves an object that never was migrated without any table', async () => {
    expect((await get('/fresh/rpc?deploy=failing')).status).toBe(503)
    expect((await get('/fresh/rpc?deploy=first')).body).toMatchObject(AFTER_ONE)
  })

  it('is all or nothing when the object is aborted in the middle', async () => {
    await get('/aborted/rpc?deploy=first')
    await end('/aborted/end?deploy=first')
    const { status, body } = await get('/aborted/rpc?deploy=aborting')
    expect(status).toBe(500)
    expect(body['message']).toMatch(/in the middle of a migration/)
    expect((await get('/aborted/rpc?deploy=first')).body).toMatchObject(AFTER_ONE)
  })

  it('says what is wrong to Workers of an older compatibility date, too', async () => {
    const older = await startWorker({
      entry,
      bindings,
      compatibilityDate: '2026-04-20',
      compatibilityFlags: ['nodejs_compat'],
    })
    const response = await older.fetch('/old/rpc?deploy=failing')
    expect(await response.json()).toMatchObject({
      message: expect.stringMatching(/^MigrationError: The migration "two" failed, so the object/),
    })
    await older.dispose()
  })
})
