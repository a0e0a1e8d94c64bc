import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'

interface Told {
  name: string
  code?: string
  message: string
  cause?: string
}

let worker: RunningWorker
let outcomes: Record<string, Told | 'no error'>
let late: Record<string, Told | 'no error'>

beforeAll(async () => {
  worker = await startWorker({ entry: `${import.meta.dirname}/workers/failures.ts` })
  outcomes = (await (await worker.fetch('/outcomes')).json()) as typeof outcomes
  late = (await (await worker.fetch('/in-request', { method: 'POST' })).json()) as typeof late
})
afterAll(() => worker.dispose())

describe('toWorker() refuses', () => {
  it.each(['undefined', 'a module', 'an Express app', 'a promise of nothing'])('%s', (name) => {
    expect(outcomes[name]).toMatchObject({
      name: 'FastifyAdapterError',
      code: 'ERR_FASTIFY_APP',
      message: expect.stringContaining('what fastify() returns, or { port }'),
    })
  })

  it('an app of Fastify 4', () => {
    expect(outcomes['Fastify 4']).toMatchObject({
      code: 'ERR_FASTIFY_VERSION',
      message: expect.stringMatching(/Fastify 5.*this is one of Fastify 4\.29\.1\..*Migration/),
    })
  })

  it.each(['an option that is none', 'port 0'])('%s', (name) => {
    expect(outcomes[name]).toMatchObject({ name: 'BridgeError', code: 'ERR_BRIDGE_OPTION' })
  })
})

describe('a plugin that needs I/O to load is named', () => {
  it.each([
    ['a plugin that fetches', 'Plugin "database" does I/O'],
    ['a plugin in a plugin', 'Plugin "inner-database" does I/O'],
    ['a plugin that opens a socket', 'Plugin "postgres" does I/O'],
    ['a plugin that calls back with what I/O threw', 'Plugin "cache" does I/O'],
    ['a plugin that wraps what I/O threw', 'Plugin "wrapping" does I/O'],
    ['a plugin without a name', 'Plugin "async () => { -- await fetch('],
    ['a plugin given as a promise of a module', 'Plugin "imported" does I/O'],
    ['an onReady hook that fetches', 'An onReady hook does I/O'],
  ])('%s', (name, start) => {
    const { code, message, cause } = outcomes[name] as Told
    expect(code).toBe('ERR_FASTIFY_PLUGIN_IO')
    expect(message.startsWith(start)).toBe(true)
    expect(message).toContain('connect where a request first needs it')
    expect(cause).toMatch(/within global scope|cannot connect/)
  })

  it('where it waits for ever and pluginTimeout is 0', () => {
    const { code, message } = outcomes['a plugin that waits for ever, pluginTimeout 0'] as Told
    expect(code).toBe('ERR_FASTIFY_PLUGIN_IO')
    expect(message.startsWith('Plugin "waiting" ')).toBe(true)
  })
})

describe("what Fastify reports has Fastify's own error", () => {
  it.each([
    ['a plugin that never calls done', 'forgetful'],
    ['a plugin that sleeps for longer than pluginTimeout', 'sleeping'],
  ])('%s', (name, plugin) => {
    expect(outcomes[name]).toMatchObject({
      code: 'FST_ERR_PLUGIN_TIMEOUT',
      message: expect.stringContaining(`Plugin did not start in time: '${plugin}'`),
    })
  })

  it('an error of a plugin', () => {
    expect(outcomes['a plugin that throws an error of its own']).toMatchObject({
      code: 'ERR_OWN',
      message: 'settings are missing',
    })
  })

  it('a schema that does not compile', () => {
    expect(outcomes['a schema that does not compile']).toMatchObject({
      code: 'FST_ERR_SCH_VALIDATION_BUILD',
    })
  })

  it('an app that listens twice', () => {
    expect(outcomes['an app that listens twice']).toMatchObject({ code: 'FST_ERR_REOPENED_SERVER' })
  })

  it('another app on the same port', () => {
    expect(outcomes['another app on the same port']).toMatchObject({ code: 'EADDRINUSE' })
  })

  it('a route that is added while a request is served', async () => {
    const answer = await worker.fetch('/late-route', { method: 'POST' })
    expect(await answer.json()).toMatchObject({ code: 'FST_ERR_INSTANCE_ALREADY_LISTENING' })
  })

  it('a plugin that is registered while a request is served', async () => {
    const answer = await worker.fetch('/late-plugin', { method: 'POST' })
    expect(await answer.json()).toMatchObject({ code: 'AVV_ERR_ROOT_PLG_BOOTED' })
  })
})

describe('a Worker starts', () => {
  it.each(['a plugin that sleeps for a while', 'an app on a second port'])('with %s', (name) => {
    expect(outcomes[name]).toBe('no error')
  })
})

describe('toWorker({ port })', () => {
  it('says that no app listens there', () => {
    expect(outcomes['no app listens']).toMatchObject({
      code: 'ERR_FASTIFY_NOT_LISTENING',
      message: expect.stringContaining('No app listens on port 4000'),
    })
  })

  it('says why the app does not come to it', () => {
    expect(outcomes['an app that cannot come to listen']).toMatchObject({
      code: 'ERR_FASTIFY_NOT_LISTENING',
      message: expect.stringContaining('An app failed to start: no settings'),
    })
  })
})

describe('an app that is made or booted while a request is served', () => {
  it.each(['fastify()', 'ready()', 'ready(callback)', 'inject()', 'listen()', 'toWorker()'])(
    '%s',
    (name) => {
      expect(late[name]).toMatchObject({
        code: 'ERR_FASTIFY_TOO_LATE',
        message: expect.stringContaining('make the app at module scope'),
      })
    },
  )

  it('may be asked whether it is ready when it is', () => {
    expect(late['ready() of an app that is ready']).toBe('no error')
  })
})

describe('a schema that is compiled while a request is served', () => {
  it.each([
    'compileValidationSchema',
    'validateInput',
    'compileSerializationSchema',
    'serializeInput',
  ])('%s', async (name) => {
    const answer = await worker.fetch(`/${name}`, { method: 'POST' })
    expect(answer.status).toBe(500)
    expect(await answer.json()).toMatchObject({
      code: 'ERR_FASTIFY_CODE_GENERATION',
      message: expect.stringContaining('Give it in the options of the route'),
    })
  })

  it.each(['route-schema', 'ready-schema'])('was compiled at the start: %s', async (name) => {
    const answer = await worker.fetch(`/${name}`, { method: 'POST' })
    expect([answer.status, await answer.text()]).toEqual([200, 'false'])
  })

  it("is not needed for the route's own schemas", async () => {
    const answer = await worker.fetch('/route', {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'content-type': 'application/json' },
    })
    expect(await answer.json()).toEqual({
      valid: true,
      invalid: false,
      function: true,
      serialized: '{"a":1}',
    })
  })
})
