import { afterEach, describe, expect, it } from '@jest/globals'
import { readFile, rm } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle, startWorker, type RunningWorker, type WorkerOptions } from './index.ts'

let worker: RunningWorker | undefined
async function start(options: WorkerOptions): Promise<RunningWorker> {
  worker = await startWorker(options)
  return worker
}
afterEach(async () => {
  await worker?.dispose()
  worker = undefined
})

const echo = `
export default {
  fetch: (request) => Response.json(
    { method: request.method, url: request.url, headers: [...request.headers] },
    { status: 299, statusText: 'Of My Own', headers: { 'X-Custom': 'kept' } },
  ),
}`

describe('startWorker', () => {
  it('hands the request line and headers over untouched', async () => {
    const { raw } = await start({ source: echo })
    const answer = await raw(
      'GET /a/../b%2e%2e\\c?x=%zz HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n',
    )
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toEqual({
      method: 'GET',
      url: 'http://example.com/a/../b%2e%2e\\c?x=%zz',
      headers: [
        ['connection', 'close'],
        ['host', 'example.com'],
      ],
    })
  })

  it('hands the response over untouched', async () => {
    const { raw } = await start({ source: echo })
    const answer = await raw('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    const head = answer.slice(0, answer.indexOf('\r\n\r\n')).split('\r\n')
    expect(head[0]).toBe('HTTP/1.1 299 Of My Own')
    expect(head.slice(1).toSorted()).toEqual([
      'Connection: close',
      'Content-Length: 82',
      'Content-Type: application/json',
      'X-Custom: kept',
    ])
  })

  it('returns what arrived when the connection stays open', async () => {
    const { raw } = await start({ source: echo })
    const answer = await raw('GET /open HTTP/1.1\r\nHost: x\r\n\r\n', { timeoutMs: 200 })
    expect(answer).toContain('http://x/open')
  })

  it('fetches a path and follows no redirect', async () => {
    const { fetch } = await start({
      source: `export default { fetch: () => new Response(null, { status: 302, headers: { location: '/' } }) }`,
    })
    expect((await fetch('/away')).status).toBe(302)
  })

  it('rejects with the message of a Worker that throws while it starts', async () => {
    await expect(startWorker({ source: `throw new Error('no settings')` })).rejects.toThrow(
      'no settings',
    )
  })

  it('rejects when an import does not resolve', async () => {
    await expect(startWorker({ source: `import 'not-installed-anywhere'` })).rejects.toThrow(
      'not-installed-anywhere',
    )
  })

  it('collects what the Worker logs', async () => {
    const { fetch, logs, logged } = await start({
      source: `
        console.log('starting', { at: 1 })
        export default { fetch() { console.error('first\\nsecond'); throw new Error('broken') } }`,
    })
    expect((await fetch('/')).status).toBe(500)
    expect(await logged(/broken/)).toContain('Error: broken')
    expect(logs.slice(0, 2)).toEqual(['starting { at: 1 }', 'first\nsecond'])
    await expect(logged('never', 50)).rejects.toThrow('first\nsecond')
  })

  it('gives the Worker its bindings', async () => {
    const { fetch } = await start({
      source: `
        import { DurableObject } from 'cloudflare:workers'
        export class Counter extends DurableObject {
          add() { return this.ctx.storage.sql.exec('select 41 + 1 as sum').one().sum }
        }
        export default {
          async fetch(request, env) {
            await env.BUCKET.put('key', 'stored')
            await env.CACHE.put('key', 'cached')
            return Response.json([
              await env.DB.prepare('select 1 + 1 as sum').first('sum'),
              await (await env.BUCKET.get('key')).text(),
              await env.CACHE.get('key'),
              await env.COUNTER.getByName('one').add(),
              env.SECRET,
            ])
          },
        }`,
      bindings: {
        d1Databases: { DB: 'database' },
        r2Buckets: { BUCKET: 'bucket' },
        kvNamespaces: { CACHE: 'cache' },
        durableObjects: { COUNTER: { className: 'Counter', useSQLite: true } },
        bindings: { SECRET: 'hidden' },
      },
    })
    expect(await (await fetch('/')).json()).toEqual([2, 'stored', 'cached', 42, 'hidden'])
  })

  it('places files in /bundle', async () => {
    const { fetch } = await start({
      source: `
        import { readFileSync } from 'node:fs'
        export default {
          fetch: () => Response.json([
            readFileSync('/bundle/views/index.ejs', 'utf8'),
            [...readFileSync('/bundle/public/pixel.bin')],
          ]),
        }`,
      files: { 'views/index.ejs': '<p>é</p>', 'public/pixel.bin': new Uint8Array([0, 255, 10]) },
    })
    expect(await (await fetch('/')).json()).toEqual(['<p>é</p>', [0, 255, 10]])
  })

  it('places modules in /bundle', async () => {
    const { fetch } = await start({
      source: `
        const path = './routes/answer.js'
        const { answer } = await import(path)
        export default { fetch: () => Response.json(answer) }`,
      modules: { 'routes/answer.js': 'export const answer = 42' },
    })
    expect(await (await fetch('/')).json()).toBe(42)
  })

  it('leaves nothing listening once disposed of', async () => {
    const { port, dispose } = await start({ source: echo })
    await dispose()
    await dispose()
    const error = await new Promise((resolve) =>
      net.connect(port, '127.0.0.1').on('error', resolve),
    )
    expect(error).toMatchObject({ code: 'ECONNREFUSED' })
  })
})

describe('bundle', () => {
  it('runs a CommonJS package that requires builtins by their bare name', async () => {
    const { fetch } = await start({
      source: `
        import express from 'express'
        import http from 'http'
        const parent = Object.getPrototypeOf(express.request)
        export default { fetch: () => Response.json(parent === http.IncomingMessage.prototype) }`,
    })
    expect(await (await fetch('/')).json()).toBe(true)
  })

  it('replaces exactly the modules named by alias', async () => {
    const text = await bundle({
      source: `import a from 'chosen'; import b from 'node:path'; console.log(a, b)`,
      alias: { chosen: 'node:os' },
    })
    expect(text).toContain('from "node:os"')
    expect(text).toContain('from "node:path"')
  })

  it('minifies, and writes the metafile', async () => {
    const metafile = join(tmpdir(), `metafile-${process.pid}.json`)
    const source = `export default { fetch() { const answer = 'kept'; return answer } }`
    const text = await bundle({ source, minify: true, metafile })
    expect(text.length).toBeLessThan((await bundle({ source })).length)
    expect(JSON.parse(await readFile(metafile, 'utf8'))).toMatchObject({
      inputs: { 'worker.ts': {} },
    })
    await rm(metafile)
  })

  it('refuses options without an entry', async () => {
    await expect(bundle({})).rejects.toThrow('either an entry or a source')
  })
})
