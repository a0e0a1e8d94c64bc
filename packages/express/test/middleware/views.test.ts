import { describe, expect, it } from '@jest/globals'
import { onEachRuntime } from './runtimes.ts'
import { templates } from './templates.ts'

/** A Worker compiles templates while it starts: later it may not. */
const worker = `
  import { toWorker, warmViews } from '@node-cf/express'
  import ejs from 'ejs'
  import hbs from 'hbs'
  import pug from 'pug'
  import * as views from './views.ts'
  await warmViews(views.ejsSite, { engines: { ejs } })
  await warmViews(views.pugSite, { engines: { pug } })
  await warmViews(views.hbsSite, { engines: { hbs } })
  await warmViews(views.handlebarsSite, { engines: { handlebars: views.handlebarsEngine } })
  export default toWorker(views.app)`

onEachRuntime({ app: 'views', files: templates, worker }, ({ request }) => {
  describe.each(['ejs', 'pug', 'hbs', 'handlebars'])('%s', (engine) => {
    it('renders a page with its layout, partials, helpers and locals, escaped', async () => {
      const { status, text, headers } = await request(`/${engine}/`)
      // Engines write > and white space each in their way.
      expect(text.replaceAll('&gt;', '>').replaceAll(/\s+</g, '<')).toBe(
        '<title>Home - Views &amp; co</title><h1>HOME</h1><p>Hi &lt;there></p>' +
          '<ul><li>a</li><li>&lt;b></li></ul>',
      )
      expect(status).toBe(200)
      expect(headers['content-type']).toBe('text/html; charset=utf-8')
      expect(headers['content-length']).toBe(String(Buffer.byteLength(text)))
    })

    it('renders a partial that only some requests reach', async () => {
      expect((await request(`/${engine}/user`)).text).toContain('nobody')
      const { text } = await request(`/${engine}/user?name=Ada`)
      expect(text).toContain('<b>Ada</b>')
    })

    it('keeps the status, and calls back', async () => {
      expect((await request(`/${engine}/status`)).status).toBe(404)
      expect((await request(`/${engine}/callback`)).text).toBe('true')
    })

    it('hands what a view throws to the error middleware', async () => {
      const { status, text } = await request(`/${engine}/fails`)
      expect(status).toBe(500)
      const isHandlebars = engine === 'hbs' || engine === 'handlebars'
      expect(text).toContain(
        isHandlebars ? 'Missing helper' : 'Cannot read properties of undefined',
      )
    })

    it('names a view that does not exist', async () => {
      const { status, text } = await request(`/${engine}/missing`)
      expect([status, text]).toEqual([500, expect.stringContaining('no-such-view')])
    })
  })
})
