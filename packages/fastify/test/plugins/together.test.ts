import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import {
  type Answer,
  CookieJar,
  encodeForm,
  formFile,
  type RequestOptions,
} from '../../../../scripts/runtimes/index.ts'
import { onEachRuntime } from './runtimes.ts'

const script = 'console.log(1)\n'.repeat(100)
const { resolve } = createRequire(import.meta.url)
const pageFiles = join(dirname(resolve('@fastify/swagger-ui/package.json')), 'static')

const files: Record<string, string | Uint8Array> = {
  'public/app.js': script,
  'views/index.ejs': '<%- include(\'head\') %><script nonce="<%= nonce %>"></script>',
  'views/head.ejs': '<title><%= title %></title>',
  ...Object.fromEntries(
    readdirSync(pageFiles).map((name) => [
      `swagger-ui/${name}`,
      readFileSync(join(pageFiles, name)),
    ]),
  ),
}
const modules = {
  'routes/loaded/index.js': `
    export default async function (app) {
      app.get('/', async () => ({ loaded: true }))
    }`,
}
const worker = `
  import fs from 'node:fs'
  import { toWorker } from '@node-cf/fastify'
  import ejs from 'ejs'
  import { app } from './together.ts'

  await app.ready()
  for (const name of fs.readdirSync('views')) {
    await app.view(name).catch(() => {})
    await ejs.renderFile('/bundle/views/' + name, {}, { cache: true }).catch(() => {})
  }
  export default await toWorker(app)`

const varying = [
  /[\da-f]{32}/g,
  /sessionId=[^;]+/g,
  /Expires=[^;]+/g,
  /eyJ[\w-]+\.[\w-]+\.[\w-]+/g,
  /ratelimit-re\w+: \d+/g,
  // Of what has a token or a nonce in it.
  /etag: "[\w+/]+="/g,
]

onEachRuntime({ app: 'together', files, modules, worker, varying }, ({ request, logged }) => {
  const ask = (path: string, { headers, ...options }: RequestOptions = {}): Promise<Answer> =>
    request(path, { ...options, headers: { 'accept-encoding': 'gzip', ...headers } })
  const login = async (name: string): Promise<Record<string, string>> => {
    const { json } = await ask('/login', { body: { name } })
    return { authorization: `Bearer ${(json() as { token: string }).token}` }
  }

  describe('twenty plugins together', () => {
    it('render a page under a policy with nonces', async () => {
      const { status, headers, text } = await ask('/')
      const nonce = /<script nonce="([\da-f]{32})">/.exec(text)?.[1]
      expect([status, text]).toEqual([
        200,
        expect.stringMatching(/^<title>Together<\/title><script/),
      ])
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': expect.stringContaining(`'nonce-${nonce}'`),
        'access-control-allow-origin': 'https://app.example.com',
        'x-ratelimit-limit': '1000',
        'x-middleware': 'ran',
        'x-request': expect.stringMatching(/^req-/),
        etag: expect.stringMatching(/^"/),
      })
    })

    it('serve a file, compressed and with conditions', async () => {
      const { headers, body } = await ask('/public/app.js')
      expect(gunzipSync(body).toString()).toBe(script)
      expect(headers).toMatchObject({
        'content-encoding': 'gzip',
        'cache-control': 'public, max-age=3600',
        'x-content-type-options': 'nosniff',
      })
      const again = await ask('/public/app.js', {
        headers: { 'if-none-match': headers.etag ?? '' },
      })
      expect([again.status, again.body.length]).toEqual([304, 0])
    })

    it('sign in, by a session and by a token', async () => {
      const jar = new CookieJar()
      jar.keep(await ask('/login', { body: { name: 'ada' } }))
      expect(jar.names.toSorted()).toEqual(['seen', 'sessionId'])
      const { json } = await ask('/session', { headers: { cookie: jar.header } })
      expect(json()).toEqual({ name: 'ada', seen: '1' })
      expect((await ask('/session')).json()).toEqual({ name: null, seen: null })
    })

    it('keep what is posted, by schemas', async () => {
      const headers = await login('bob')
      const note = { title: 'Hello', tags: ['a'] }
      const created = await ask('/notes', { headers, body: { ...note, extra: 1 } })
      expect([created.status, created.json()]).toEqual([201, note])
      expect((await ask('/notes/', { headers })).json()).toEqual([note])
      const invalid = await ask('/notes', { headers, body: { title: '', tags: [] } })
      expect([invalid.status, invalid.json()]).toMatchObject([400, { code: 'FST_ERR_VALIDATION' }])
      expect((await ask('/notes')).json()).toMatchObject({
        code: 'FST_JWT_NO_AUTHORIZATION_IN_HEADER',
      })
    })

    it('take a file, once', async () => {
      const { headers, body } = await encodeForm([['file', formFile('notes.txt', 'one\ntwo')]])
      const upload = { headers: { ...(await login('eve')), ...headers }, body }
      expect((await ask('/notes/import', upload)).json()).toEqual({ name: 'notes.txt', lines: 2 })
      expect((await ask('/notes/import', upload)).status).toBe(429)
    })

    it('take a form, and redirect', async () => {
      const { status, headers } = await ask('/contact', {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'name=Ada&mail=a%40b',
      })
      expect([status, headers.location]).toEqual([303, '/?name=Ada&mail=a%40b'])
    })

    it('ask for passwords and keys', async () => {
      const basic = { authorization: `Basic ${Buffer.from('ada:letmein').toString('base64')}` }
      expect((await ask('/admin', { headers: basic })).json()).toEqual({ admin: true })
      const refused = await ask('/admin')
      expect([refused.status, refused.headers['www-authenticate']]).toEqual([
        401,
        'Basic charset="UTF-8"',
      ])
      const bearer = { authorization: 'Bearer machine-key' }
      expect((await ask('/machines', { headers: bearer })).json()).toEqual({ machine: true })
      expect((await ask('/machines')).status).toBe(401)
    })

    it('document themselves', async () => {
      const zipped = async (path: string): Promise<Buffer> => gunzipSync((await ask(path)).body)
      expect(String(await zipped('/documentation'))).toContain('<div id="swagger-ui">')
      const css = await zipped('/documentation/static/swagger-ui.css')
      expect(css.equals(files['swagger-ui/swagger-ui.css'] as Buffer)).toBe(true)
      expect(JSON.parse(String(await zipped('/documentation/json')))).toMatchObject({
        info: { title: 'Together' },
        paths: { '/notes': { post: { tags: ['notes'] } } },
      })
    })

    it('answer a preflight request, and tell that they are alive', async () => {
      const preflight = await ask('/notes', {
        method: 'OPTIONS',
        headers: { origin: 'https://app.example.com', 'access-control-request-method': 'POST' },
      })
      expect([preflight.status, preflight.headers['access-control-allow-credentials']]).toEqual([
        204,
        'true',
      ])
      expect((await ask('/status')).json()).toEqual({ status: 'ok' })
      expect((await ask('/loaded')).json()).toEqual({ loaded: true })
    })

    it('have errors and unknown routes dealt with, and logged', async () => {
      const failed = await ask('/fails')
      expect([failed.status, failed.json()]).toEqual([
        500,
        { statusCode: 500, error: 'Internal Server Error', message: 'broken' },
      ])
      expect(await logged(/broken/)).toBeTruthy()
      const missing = await ask('/nowhere')
      expect([missing.status, missing.json()]).toMatchObject([404, { message: 'Nothing here.' }])
    })
  })
})
