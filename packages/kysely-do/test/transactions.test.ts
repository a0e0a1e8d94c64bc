import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'

let worker: RunningWorker

beforeAll(async () => {
  worker = await startWorker({
    entry: `${import.meta.dirname}/workers/transactions.ts`,
    bindings: {
      durableObjects: { OBJECT: { className: 'TestObject', useSQLite: true } },
      outboundService: async (request: Request) => {
        await delay(Number(new URL(request.url).search.slice(1)))
        return new Response('late')
      },
    },
  })
})
afterAll(() => worker.dispose())

async function run(object: string, scenario: string, body?: unknown): Promise<unknown> {
  const response = await worker.fetch(`/${object}/${scenario}`, {
    method: 'POST',
    body: JSON.stringify(body ?? 'body'),
  })
  return response.json()
}

const TIMED_OUT = {
  name: 'SqliteError',
  code: 'ERR_SQLITE_TRANSACTION_TIMEOUT',
  message: expect.stringMatching(/rolled back after 300 ms.*await its own queries only/),
}

describe('a transaction that awaits something else', () => {
  it.each(['timer-before', 'fetch-before', 'body-before', 'timer-before-savepoint'])(
    '%s: is rolled back, and says why',
    async (scenario) => {
      expect(await run(scenario, scenario)).toMatchObject(TIMED_OUT)
      expect(await run(scenario, 'names')).toEqual([])
      await worker.logged(/rolled back after 300 ms/)
      expect(await run(scenario, 'fetch-inside')).toBeNull()
    },
  )

  it.each(['timer-inside', 'fetch-inside', 'body-inside', 'digest-inside'])(
    '%s: goes on, as it began there',
    async (scenario) => {
      expect(await run(scenario, scenario)).toBeNull()
      expect(await run(scenario, 'names')).toEqual(['first', 'second'])
    },
  )

  it('takes keys of the storage back too', async () => {
    expect(await run('keys', 'key-inside')).toEqual([1, []])
  })

  it.each(['never-ends', 'held-connection-inside'])(
    '%s: is rolled back, and other requests go on',
    async (scenario) => {
      const abandoned = new AbortController()
      const response = worker.fetch(`/${scenario}/${scenario}`, { signal: abandoned.signal })
      response.catch(() => {})
      await delay(20)
      expect(await run(scenario, 'timer-inside')).toBeNull()
      expect(await run(scenario, 'names')).toEqual(['first', 'second'])
      abandoned.abort()
      await expect(response).rejects.toThrow(/aborted/)
    },
  )
})

describe('a transaction that nobody ends', () => {
  it('is rolled back soon after the request', async () => {
    const seen = worker.logs.length
    expect(await run('left', 'left-open')).toBeNull()
    expect(await run('left', 'names')).toEqual([])
    expect(worker.logs.slice(seen).join()).toMatch(/startTransaction\(\) has to be committed/)
  })

  it('cannot be committed afterwards', async () => {
    expect(await run('late', 'commit-too-late')).toMatchObject(TIMED_OUT)
    expect(await run('late', 'names')).toEqual([])
  })

  it('can be rolled back afterwards', async () => {
    expect(await run('late', 'rollback-too-late')).toBe('nothing is left to do')
    expect(await run('late', 'names')).toEqual([])
  })

  it('is all or nothing when the client goes away in the middle', async () => {
    const leaving = new AbortController()
    const response = worker.fetch('/gone/fetch-inside', { signal: leaving.signal })
    await delay(10)
    leaving.abort()
    await response.catch(() => {})
    const names = (await run('gone', 'names')) as string[]
    expect([0, 2]).toContain(names.length)
  })
})

describe('queries outside of a transaction', () => {
  it('wait beside it for as long as it goes on', async () => {
    expect(await run('beside', 'not-awaited')).toEqual(['first', 'second', 'beside'])
  })

  it.each(['outer-db-awaited-in-a-savepoint', 'outer-batch-inside'])(
    '%s: is explained',
    async (scenario) => {
      expect(await run(scenario, scenario)).toMatchObject({ code: 'ERR_SQLITE_DEADLOCK' })
      expect(await run(scenario, 'names')).toEqual([])
    },
  )

  it('are aborted without a word while they wait', async () => {
    const seen = worker.logs.length
    expect(await run('aborted', 'aborted-while-waiting')).toBe('enough')
    expect(await run('aborted', 'names')).toEqual(['first', 'second'])
    expect(worker.logs.slice(seen)).toEqual([])
  })

  it('never wait for a transaction that has yet to begin', async () => {
    expect(await run('critical', 'inside-block-concurrency-while')).toEqual([
      ['blocked', 'other'],
      ['statement', 'blocked', 'other'],
    ])
  })
})

describe('a stream', () => {
  it('closes its cursor when it is left', async () => {
    expect(await run('stream', 'stream-left')).toBeNull()
  })
})

describe('savepoints', () => {
  interface Step {
    do: 'add' | 'savepoint' | 'release' | 'rollback'
    name: string
  }

  /** What SQLite itself makes of the steps. */
  function reference(steps: readonly Step[], end: 'commit' | 'rollback'): unknown[] {
    const database = new DatabaseSync(':memory:')
    database.exec('create table entry (id integer primary key, name text); begin')
    const names = (): unknown[] =>
      database
        .prepare('select name from entry order by id')
        .all()
        .map(({ name }) => name)
    const seen: unknown[] = []
    for (const step of steps) {
      try {
        if (step.do === 'add') {
          database.prepare('insert into entry (name) values (?)').run(step.name)
        } else {
          const command = { savepoint: 'savepoint', release: 'release', rollback: 'rollback to' }
          database.exec(`${command[step.do]} "${step.name}"`)
        }
        seen.push(names())
      } catch {
        seen.push('ERR_SQLITE_SAVEPOINT')
      }
    }
    database.exec(end)
    seen.push(names())
    database.close()
    return seen
  }

  const step = fc.record<Step>({
    do: fc.constantFrom('add', 'savepoint', 'release', 'rollback'),
    name: fc.constantFrom('a', 'b', 'A'),
  })

  it('do what those of SQLite do, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 12 }),
        fc.constantFrom('commit', 'rollback'),
        async (steps, end) => {
          expect(await run('steps', 'steps', { steps, end })).toEqual(reference(steps, end))
        },
      ),
      { numRuns: 150 },
    )
  })
})
