import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'

let worker: RunningWorker
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kysely-do-'))
  worker = await start()
})
afterAll(async () => {
  await worker.dispose()
  await rm(folder, { recursive: true })
})

function start(): Promise<RunningWorker> {
  return startWorker({
    entry: `${import.meta.dirname}/workers/crash.ts`,
    bindings: { durableObjects: { OBJECT: { className: 'TestObject', useSQLite: true } } },
    persistTo: folder,
  })
}

async function run(object: string, scenario: string): Promise<unknown> {
  return (await worker.fetch(`/${object}/${scenario}`)).json()
}

it.each(['transaction', 'savepoint', 'schema'])(
  'an object that is aborted in the middle of a %s has done nothing of it',
  async (scenario) => {
    await run(scenario, 'before')
    expect(await run(scenario, scenario)).toMatch(/in the middle of a transaction/)
    expect(await run(scenario, 'names')).toEqual(['before'])
    expect(await run(scenario, 'tables')).toEqual(['entry'])
  },
)

it('an object that is aborted after a commit has done all of it', async () => {
  await run('committed', 'before')
  expect(await run('committed', 'committed')).toMatch(/after the commit/)
  expect(await run('committed', 'names')).toEqual(['before', 'first', 'second'])
})

it('a process that is killed has done what it answered, and nothing of what was open', async () => {
  await run('killed', 'before')
  await run('killed-after', 'two')
  const open = run('killed', 'open')
  open.catch(() => {})
  await worker.logged('the transaction is open')
  await worker.dispose()
  await expect(open).rejects.toThrow(/fetch failed|terminated/)

  worker = await start()
  expect(await run('killed', 'names')).toEqual(['before'])
  expect(await run('killed-after', 'names')).toEqual(['first', 'second'])
})
