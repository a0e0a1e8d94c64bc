/** The paths that apps build: in a Worker, as on Node with /bundle for its working directory. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import path from 'node:path'
import { type RunningWorker, startWorker } from '../../../../scripts/workerd/index.ts'

let worker: RunningWorker
beforeAll(async () => {
  worker = await startWorker({
    entry: `${import.meta.dirname}/workers/paths.ts`,
    files: { 'public/style.css': 'body {}', 'views/page.text': 'The page' },
  })
})
afterAll(() => worker.dispose())

/** Calls a function of the Worker's `path`. */
async function call(name: 'resolve' | 'relative', values: unknown[]): Promise<unknown> {
  const response = await worker.fetch('/call', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([name, values]),
  })
  return response.json()
}

describe('A CommonJS module', () => {
  it('has the folder of the bundle for its own', async () => {
    expect(await (await worker.fetch('/')).json()).toEqual({
      dirname: '/bundle',
      filename: '/bundle/worker.js',
      isFile: true,
      isSamePath: true,
      isPosix: true,
      views: ['/bundle/views', '/bundle/views'],
      inTemporaryFolder: '/tmp/file',
    })
  })
})

describe('A folder given by a relative path', () => {
  it('serves static files', async () => {
    expect(await (await worker.fetch('/style.css')).text()).toBe('body {}')
  })

  it('is where Express looks for views by default', async () => {
    expect(await (await worker.fetch('/rendered')).text()).toBe('The page')
  })
})

describe('path.resolve', () => {
  it.each<[string[]]>([
    [[]],
    [['']],
    [['.']],
    [['..']],
    [['../../..']],
    [['views']],
    [['views', 'page']],
    [['views', '', '../page/']],
    [['/absolute']],
    [['/absolute', 'below']],
    [['ignored', '/absolute', '..', 'other']],
    [['views', '/']],
    [['a//b', './c']],
  ])('of %j starts at the working directory', async (segments) => {
    expect(await call('resolve', segments)).toEqual({
      result: path.resolve('/bundle', ...segments),
    })
  })

  it.each<[unknown[]]>([[[null]], [['views', 1]], [[{}, 'views']], [['/a', []]]])(
    'of %j throws what Node throws',
    async (segments) => {
      let expected: unknown
      try {
        path.resolve(...(segments as string[]))
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException
        expected = { code, message }
      }
      expect(await call('resolve', segments)).toEqual(expected)
    },
  )

  it('does not look at what is left of an absolute path', async () => {
    expect(await call('resolve', [null, '/absolute', 'below'])).toEqual({
      result: '/absolute/below',
    })
  })
})

describe('path.relative', () => {
  it.each<[[string, string]]>([
    [['a', 'b/c']],
    [['', 'b']],
    [['/bundle/views', 'views/page']],
    [['views', '/bundle']],
    [['../..', 'b']],
    [['/a/b', '/a/c']],
  ])('of %j starts at the working directory', async ([from, to]) => {
    expect(await call('relative', [from, to])).toEqual({
      result: path.relative(path.resolve('/bundle', from), path.resolve('/bundle', to)),
    })
  })
})
