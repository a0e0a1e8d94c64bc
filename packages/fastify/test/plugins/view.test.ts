import { describe, expect, it } from '@jest/globals'
import { startWorker } from '../../../../scripts/workerd/index.ts'
import { onEachRuntime } from './runtimes.ts'

const templates = {
  'views/layout.ejs': '<title><%= title %> - <%= locals.site %></title><%- body %>',
  'views/index.ejs':
    "<h1><%= title.toUpperCase() %></h1><p><%= locals.greeting %></p><ul><% for (const item of items) { -%><%- include('partials/item', { item }) %><% } -%></ul>",
  'views/user.ejs': "<% if (user) { %><%- include('partials/user') %><% } else { %>nobody<% } %>",
  'views/fails.ejs': '<%= data.missing.field %>',
  'views/partials/item.ejs': '<li><%= item %></li>',
  // Only some requests reach it.
  'views/partials/user.ejs': '<b><%= user.name %></b>',
}

/** A Worker compiles templates while it starts: later it may not. */
const worker = `
  import fs from 'node:fs'
  import { toWorker } from '@node-cf/fastify'
  import ejs from 'ejs'
  import { app } from './view.ts'

  await app.ready()
  for (const name of fs.readdirSync('views', { recursive: true })) {
    if (!name.endsWith('.ejs')) continue
    // Rendered without data, which most fail for want of: they are compiled all the same.
    await app.view(name).catch(() => {})
    await app.bare(name).catch(() => {})
    await ejs.renderFile('/bundle/views/' + name, {}, { cache: true }).catch(() => {})
  }
  export default await toWorker(app)`

// The file system of each words it in its own way.
const varying = [/(ENOENT: )?no such file or directory, \w+ '[^']*'|content-length: 14[36]/g]

onEachRuntime({ app: 'view', files: templates, worker, varying }, ({ request }) => {
  describe('@fastify/view', () => {
    it('renders a page with its layout, partials and data, escaped', async () => {
      const { status, text, headers } = await request('/')
      expect(text).toBe(
        '<title>Home - Views &amp; co</title><h1>HOME</h1><p>Hi &lt;there&gt;</p><ul><li>a</li><li>&lt;b&gt;</li></ul>',
      )
      expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
      expect(headers['content-length']).toBe(String(Buffer.byteLength(text)))
    })

    it('renders a partial that only some requests reach, with locals', async () => {
      expect((await request('/user')).text).toContain('nobody')
      expect((await request('/user?name=Ada')).text).toContain('<b>Ada</b>')
    })

    it('keeps the status and the type', async () => {
      expect((await request('/status')).status).toBe(404)
      const { headers } = await request('/typed')
      expect(headers['content-type']).toBe('application/xhtml+xml')
    })

    it('renders under another name, with other options', async () => {
      const { text, headers } = await request('/bare')
      expect([text, headers['content-type']]).toEqual(['<b>ada</b>', 'text/html; charset=latin1'])
    })

    it('gives what it renders to the app', async () => {
      expect((await request('/asynchronous')).text).toBe('<p><b>bob</b></p>')
      expect((await request('/outside')).json()).toEqual({
        html: '<title>x - Views &amp; co</title>nobody',
      })
    })

    it('hands what a view throws to Fastify', async () => {
      const { status, json } = await request('/fails')
      expect([status, json()]).toEqual([
        500,
        expect.objectContaining({
          message: expect.stringContaining('Cannot read properties of undefined'),
        }),
      ])
    })

    it('names a view that does not exist', async () => {
      const { status, text } = await request('/missing')
      expect([status, text]).toEqual([500, expect.stringContaining('no-such-view.ejs')])
    })

    it('renders pages in flight together', async () => {
      const names = Array.from({ length: 10 }, (_value, index) => `visitor${index}`)
      const answers = await Promise.all(names.map((name) => request(`/user?name=${name}`)))
      expect(answers.map(({ text }) => /<b>(.*)<\/b>/.exec(text)?.[1])).toEqual(names)
    })
  })
})

describe('@fastify/view without templates compiled at the start', () => {
  it('says why it cannot render', async () => {
    const unprepared = await startWorker({
      resolveDir: `${import.meta.dirname}/apps`,
      files: templates,
      source: `
        import { toWorker } from '@node-cf/fastify'
        import { app } from './view.ts'
        export default await toWorker(app)`,
    })
    const response = await unprepared.fetch('/bare')
    const answer = (await response.json()) as { message: string }
    await unprepared.dispose()
    expect([response.status, answer.message]).toEqual([
      500,
      expect.stringMatching(/Workers make functions of text only while they start/),
    ])
  })
})
