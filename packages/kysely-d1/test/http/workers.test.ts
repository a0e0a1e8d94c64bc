import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { connect } from 'node:net'
import { type RunningWorker, startWorker } from '../../../../scripts/workerd/index.ts'
import { type D1Api, hold, startD1Api } from './d1-api.ts'

let api: D1Api
let worker: RunningWorker

beforeAll(async () => {
  api = await startD1Api()
  worker = await startWorker({
    entry: `${import.meta.dirname}/workers/shared.ts`,
    bindings: { bindings: { API_URL: api.url } },
  })
})
afterAll(async () => {
  await worker.dispose()
  await api.close()
})
beforeEach(() => api.reset())

/** What the Worker answers, which reads once and then fails once. */
const answer = (path: string): unknown => ({
  rows: [{ path, bytes: { 0: 0, 1: 255 } }],
  code: 'ERR_SQLITE_NO_SUCH_COLUMN',
})

async function get(path: string): Promise<unknown> {
  return (await worker.fetch(path)).json()
}

it('has the requests of several visitors wait for each other', async () => {
  const { fault, arrived, release } = hold()
  api.faults.push(fault)
  const first = get('/first')
  await arrived
  const others = ['/second', '/third'].map((path) => get(path))
  await new Promise((resolve) => setTimeout(resolve, 50))
  release()
  expect(await Promise.all([first, ...others])).toEqual(['/first', '/second', '/third'].map(answer))
  expect(api.load.most).toBe(1)
})

it('lets nobody wait for ever for a visitor who left', async () => {
  const { fault, arrived, release } = hold()
  api.faults.push(fault)
  const socket = connect(worker.port, '127.0.0.1')
  socket.write('GET /gone HTTP/1.1\r\nHost: x\r\n\r\n')
  await arrived
  // The runtime ends the visitor's request in its middle: no `finally` of it runs.
  socket.resetAndDestroy()
  expect(await Promise.all([get('/second'), get('/third')])).toEqual(
    ['/second', '/third'].map(answer),
  )
  release()
})
