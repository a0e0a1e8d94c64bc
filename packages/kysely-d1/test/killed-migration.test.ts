import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'

interface State {
  objects: string[]
  recorded: string[]
  locks: { seconds: number }[]
}

const BEFORE = { objects: ['first'], recorded: ['m1'] }
const AFTER = { objects: ['first', 'second', 'third'], recorded: ['m1', 'm2'] }

describe('a migrator that is killed', () => {
  let folder: string
  let worker: RunningWorker

  const start = (): Promise<RunningWorker> =>
    startWorker({
      entry: `${import.meta.dirname}/workers/migrating.ts`,
      bindings: { d1Databases: { DB: 'killed' } },
      persistTo: folder,
    })
  const ask = async (path: string): Promise<State> => (await worker.fetch(path)).json() as never

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'killed-migration-'))
    worker = await start()
  })
  afterEach(async () => {
    await worker.dispose()
    await rm(folder, { recursive: true })
  })

  it.each([0, 200, 600])(
    'leaves its migration applied whole or not at all: after %i ms',
    async (milliseconds) => {
      const migrating = worker.fetch('/migrate').catch(() => undefined)
      await worker.logged('m2 begins')
      await delay(milliseconds)
      await worker.dispose()
      await migrating

      worker = await start()
      const { locks, ...state } = await ask('/state')
      expect([BEFORE, AFTER]).toContainEqual(state)
      // Its lock, if it left one, blocks nobody for more than a minute.
      for (const { seconds } of locks) expect(seconds).toBeLessThanOrEqual(60)

      await ask('/expire')
      expect(await ask('/migrate')).not.toHaveProperty('error')
      expect(await ask('/state')).toEqual({ ...AFTER, locks: [] })
    },
  )

  it('leaves its migration applied whole or not at all when its request is broken off', async () => {
    const controller = new AbortController()
    const migrating = worker.fetch('/migrate', { signal: controller.signal })
    await worker.logged('m2 begins')
    controller.abort()
    await expect(migrating).rejects.toThrow('abort')

    const { locks: _, ...state } = await ask('/state')
    expect([BEFORE, AFTER]).toContainEqual(state)
    await ask('/expire')
    expect(await ask('/migrate')).not.toHaveProperty('error')
    expect(await ask('/state')).toEqual({ ...AFTER, locks: [] })
  })
})
