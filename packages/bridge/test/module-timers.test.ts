import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'
import { eventually } from './eventually.ts'

let worker: RunningWorker

beforeAll(async () => {
  worker = await startWorker({ entry: `${import.meta.dirname}/workers/module-timers.ts` })
})
afterAll(() => worker.dispose())

const text = async (path: string): Promise<string> => (await worker.fetch(path)).text()

interface State {
  fired: unknown[]
  ticks: number
  once: number
  context: unknown
  refreshed: number
  chained: string[]
}
const state = async (): Promise<State> => JSON.parse(await text('/state')) as State

// The order of these tests matters: the first request starts the timers.
describe('timers armed at module scope', () => {
  it('have not fired when the first request comes', async () => {
    expect(await state()).toEqual({ fired: [], ticks: 0, once: 0, refreshed: 0, chained: [] })
  })

  it('fire while a request is served, in the order in which they are due', async () => {
    await text('/wait')
    const { fired } = await state()
    expect(fired).toHaveLength(6)
    expect(fired).toEqual(
      expect.arrayContaining([
        'immediate',
        'immediate value',
        'first',
        ['values', 1, null],
        'after the one that throws',
        'second',
      ]),
    )
    expect(fired.at(-1)).toBe('second')
    expect(fired.indexOf('first')).toBeLessThan(fired.indexOf('second'))
  })

  it('do not keep each other from firing when one throws, and the error is in the log', async () => {
    expect((await state()).fired).toContain('after the one that throws')
    await worker.logged('thrown by a module timer')
  })

  it('have no request of their own', async () => {
    expect((await state()).context).toBe('ERR_BRIDGE_NO_CONTEXT')
  })

  it('may arm others', async () => {
    await text('/wait')
    expect((await state()).chained).toEqual(['outer', 'inner'])
  })

  it('go on at intervals across requests, until they are cleared', async () => {
    const before = (await state()).ticks
    expect(before).toBeGreaterThan(0)
    await eventually(async () => {
      await text('/wait')
      expect((await state()).ticks).toBeGreaterThan(before + 3)
    })
    const atClearing = Number(await text('/clear'))
    await text('/wait')
    const after = await state()
    expect([after.ticks, after.once]).toEqual([atClearing, 1])
  })

  it('never fire once they are cleared', async () => {
    const { fired } = await state()
    expect(fired.filter((name) => /clear|close/.test(String(name)))).toEqual([])
  })

  it('fire once more when they are refreshed', async () => {
    expect((await state()).refreshed).toBe(1)
    expect(await text('/refresh')).toBe('1')
    expect(await text('/wait')).toBe('')
    expect((await state()).refreshed).toBe(2)
  })

  it('are not brought back to life by refresh()', async () => {
    expect(await text('/refresh-closed')).toBe('0')
  })

  it("have the shape of Node's, as those armed in a request do", async () => {
    const [shape, inRequest, immediate, errorOfNothing] = JSON.parse(await text('/shape'))
    const expected = {
      methods: ['function', 'function', 'function', 'function', 'function'],
      primitive: 'number',
      dispose: 'function',
      chained: true,
      referenced: [true, false, true],
    }
    expect(shape).toEqual(expected)
    expect(inRequest).toEqual(expected)
    expect(immediate).toEqual([true, true, false, 'function'])
    expect(errorOfNothing).toBe('ERR_INVALID_ARG_TYPE')
  })
})

describe('timer functions kept at module scope', () => {
  it.each(['setTimeout', 'setInterval', 'setImmediate'])('work in a request: %s', async (name) => {
    expect(await text(`/captured/${name}`)).toBe('answered')
  })

  it('clear what they have armed', async () => {
    expect(await text('/captured/clearTimeout')).toBe('cleared')
  })
})
