import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type RunningWorker, startWorker } from '../../../../scripts/workerd/index.ts'
import { onEachRuntime } from './runtimes.ts'

/** Where the page's files are that come with the plugin. */
const { resolve } = createRequire(import.meta.url)
const original = join(dirname(resolve('@fastify/swagger-ui/package.json')), 'static')
const read = (name: string): Buffer => readFileSync(join(original, name))

const files: Record<string, string | Uint8Array> = Object.fromEntries(
  globSync('*', { cwd: original }).map((name) => [`swagger-ui/${name}`, read(name)]),
)

/** What the page loads. */
const loadedBy = (page: string): string[] =>
  Array.from(page.matchAll(/(?:href|src)="([^"]+)"/g), ([, url = '']) => url)

onEachRuntime({ app: 'swagger', files }, ({ request }) => {
  const specification = async () =>
    (await request('/documentation/json')).json() as {
      openapi: string
      paths: Record<string, Record<string, unknown>>
      components: { schemas: Record<string, unknown> }
    }

  describe('@fastify/swagger', () => {
    it('describes the routes that have a tag', async () => {
      const { openapi, paths, components } = await specification()
      expect([openapi, Object.keys(paths)]).toEqual(['3.1.0', ['/notes/{id}', '/notes']])
      expect(paths['/notes/{id}']?.['get']).toMatchObject({
        operationId: 'readNote',
        parameters: [
          { in: 'query', name: 'full', schema: { type: 'boolean', default: false } },
          { in: 'path', name: 'id', required: true, description: 'Which' },
        ],
        security: [{ key: [] }],
        responses: {
          200: {
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Note' } } },
          },
          '4XX': { description: 'Default Response' },
        },
      })
      expect(components.schemas['Note']).toMatchObject({ required: ['title'] })
    })

    it('describes them in YAML', async () => {
      const { status, headers, text } = await request('/documentation/yaml')
      expect([status, headers['content-type']]).toEqual([200, 'application/x-yaml'])
      expect(text).toMatch(/^openapi: 3\.1\.0\ninfo:\n {2}title: Notes\n/)
    })

    it('leaves validation and serialization to Fastify', async () => {
      const { json } = await request('/notes/7?full=true')
      expect(json()).toEqual({ title: 'Note 7', done: true })
      const refused = await request('/notes', { body: { title: '' } })
      expect([refused.status, refused.json()]).toMatchObject([400, { code: 'FST_ERR_VALIDATION' }])
      expect((await request('/notes', { body: { title: 'a' } })).status).toBe(201)
    })
  })

  describe('@fastify/swagger-ui', () => {
    it.each(['/documentation', '/documentation/'])('serves its page at %s', async (path) => {
      const { status, headers, text } = await request(path)
      expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
      expect(headers['content-security-policy']).toMatch(/^default-src 'self';/)
      expect(text).toContain('<title>Notes</title>')
    })

    it('serves what the page loads', async () => {
      const { text } = await request('/documentation')
      const urls = loadedBy(text)
      expect(urls).toHaveLength(8)
      for (const url of urls) {
        const { status, body } = await request(url)
        expect([url, status]).toEqual([url, 200])
        const name = url.replace('/documentation/static/', '')
        const isAsItCame = `swagger-ui/${name}` in files
        expect(isAsItCame ? body.equals(read(name)) : body.length > 0).toBe(true)
      }
      expect(urls.some((url) => url.endsWith('/swagger-initializer.js'))).toBe(true)
    })

    it('starts the page with the options of the app', async () => {
      const { text } = await request('/documentation/static/swagger-initializer.js')
      expect(text).toContain('"docExpansion":"full"')
      expect(text).toContain(`data:image/svg+xml;base64,${read('logo.svg').toString('base64')}`)
      expect((await request('/documentation/static/theme/own.css')).text).toContain('display: none')
    })

    it('transforms the description for each request', async () => {
      const { json } = await request('/documentation/json', {
        headers: { host: 'api.example.com' },
      })
      expect(json()).toMatchObject({ servers: [{ url: 'https://api.example.com' }] })
    })

    it('answers conditional requests and ranges', async () => {
      const path = '/documentation/static/swagger-ui.css'
      const { headers } = await request(path)
      const again = await request(path, { headers: { 'if-none-match': headers.etag ?? '' } })
      expect(again.status).toBe(304)
      expect((await request(path, { headers: { range: 'bytes=0-9' } })).status).toBe(206)
    })

    it('redirects to its page, and tells what is missing', async () => {
      const { status, headers } = await request('/documentation/static/index.html')
      expect([status, headers.location]).toEqual([302, '/documentation/'])
      expect((await request('/documentation/static/missing.js')).status).toBe(404)
    })

    it('asks hooks of the app', async () => {
      const headers = { 'x-key': 'wrong' }
      for (const path of ['/documentation', '/documentation/json']) {
        expect((await request(path, { headers })).status).toBe(401)
      }
    })
  })
})

describe('@fastify/swagger-ui with Workers static assets', () => {
  const directory = mkdtempSync(join(tmpdir(), 'node-cf-'))
  let worker: RunningWorker
  beforeAll(async () => {
    cpSync(original, join(directory, 'documentation/static'), { recursive: true })
    // Within Jest, Miniflare does not know the error by which it learns that these are missing.
    for (const name of ['.assetsignore', '_redirects', '_headers']) {
      writeFileSync(join(directory, name), '')
    }
    worker = await startWorker({
      resolveDir: import.meta.dirname,
      bindings: { assets: { directory, routerConfig: { has_user_worker: true } } },
      source: `
        import { toWorker } from '@node-cf/fastify'
        import fastify from 'fastify'
        import swagger from '@fastify/swagger'
        import swaggerUi from '@fastify/swagger-ui'
        const app = fastify()
        app.register(swagger)
        app.register(swaggerUi, { logo: { type: 'image/svg+xml', content: '<svg/>' } })
        app.register(async (scope) => scope.get('/notes', async () => []))
        export default await toWorker(app)`,
    })
  })
  afterAll(async () => {
    await worker.dispose()
    rmSync(directory, { recursive: true })
  })

  it('serves the page, what it loads, and the description', async () => {
    const page = await worker.fetch('/documentation')
    for (const url of loadedBy(await page.text())) {
      const response = await worker.fetch(url)
      expect([url, response.status]).toEqual([url, 200])
      await response.bytes()
    }
    const css = await worker.fetch('/documentation/static/swagger-ui.css')
    expect(Buffer.from(await css.bytes()).equals(read('swagger-ui.css'))).toBe(true)
    const description = await worker.fetch('/documentation/json')
    expect(await description.json()).toMatchObject({ paths: { '/notes': {} } })
  })
})

describe('@fastify/swagger-ui without its files', () => {
  it('does not start, and says which file is missing', async () => {
    const start = startWorker({
      resolveDir: import.meta.dirname,
      source: `
        import { toWorker } from '@node-cf/fastify'
        import fastify from 'fastify'
        import swagger from '@fastify/swagger'
        import swaggerUi from '@fastify/swagger-ui'
        export default await toWorker(fastify().register(swagger).register(swaggerUi))`,
    })
    await expect(start).rejects.toThrow('/bundle/static/logo.svg')
  })
})
