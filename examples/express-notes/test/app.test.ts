import { request } from 'node:http'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { png, type Server, startNode, startWrangler } from '../../../scripts/examples/index.ts'
import { Visitor } from './visitor.ts'
import { wav } from './wav.ts'

const example = join(import.meta.dirname, '..')
const picture = png(60, 40)

describe.each([
  ['on Node', () => startNode(example)],
  ['on Workers', () => startWrangler(example)],
])('the notes app %s', (_name, start) => {
  let server: Server
  let ada: Visitor
  let grace: Visitor

  beforeAll(async () => {
    server = await start()
    ada = await new Visitor(server.origin).signIn('ada', 'lovelace')
    grace = await new Visitor(server.origin).signIn('grace', 'hopper')
  }, 60_000)

  afterAll(() => server?.stop())

  /** Adds a note to Ada's through the form, and returns the path of its page. */
  async function addNote(
    title: string,
    { text = '', image, name }: { text?: string; image?: Blob; name?: string } = {},
  ): Promise<string> {
    const response = await ada.submit('/notes', noteForm(title, text, image, name))
    expect(response.status).toBe(303)
    const path = response.headers.get('location') ?? ''
    expect(path).toMatch(/^\/notes\/[0-9a-f-]{36}$/)
    return path
  }

  describe('signing in and out', () => {
    test('sends a visitor who is not signed in to the sign-in page', async () => {
      const visitor = new Visitor(server.origin)
      const home = await visitor.fetch('/')
      expect([home.status, home.headers.get('location')]).toEqual([302, '/notes'])
      const notes = await visitor.fetch('/notes')
      expect([notes.status, notes.headers.get('location')]).toEqual([302, '/sign-in'])
      expect(await (await visitor.fetch('/sign-in')).text()).toContain('<h1>Sign in</h1>')
    })

    test('answers programs that are not signed in with 401', async () => {
      const visitor = new Visitor(server.origin)
      const response = await visitor.json('GET', '/api/notes')
      expect(response.status).toBe(401)
      expect(await response.json()).toEqual({ error: 'Please sign in.' })
      const events = await visitor.fetch('/events', { headers: { accept: 'text/event-stream' } })
      expect(events.status).toBe(401)
    })

    test.each([
      ['ada', 'wrong'],
      ['nobody', 'lovelace'],
      ['<script>', ''],
    ])('refuses %s with %j', async (name, password) => {
      const response = await new Visitor(server.origin).submit('/sign-in', { name, password })
      expect(response.status).toBe(401)
      expect(response.headers.getSetCookie().join()).not.toContain('session')
      const page = await response.text()
      expect(page).toContain('The name or the password is wrong.')
      expect(page).not.toContain('<script>"')
    })

    test('keeps the session in a signed cookie that scripts and other sites do not get', async () => {
      const response = await new Visitor(server.origin).submit('/sign-in', {
        name: 'ada',
        password: 'lovelace',
      })
      const cookies = response.headers
        .getSetCookie()
        .filter((line) => !line.startsWith('d1-bookmark='))
      expect(cookies.map((line) => line.split('=')[0])).toEqual(['session', 'session.sig'])
      for (const line of cookies) expect(line).toMatch(/; samesite=lax; httponly$/)

      const forged = Buffer.from(JSON.stringify({ user: 'grace' })).toString('base64')
      const attempt = await fetch(`${server.origin}/api/notes`, {
        headers: { cookie: ada.cookie.replace(/session=[^;]*/, `session=${forged}`) },
      })
      expect(attempt.status).toBe(401)
    })

    test('signs out', async () => {
      const visitor = await new Visitor(server.origin).signIn('ada', 'lovelace')
      expect((await visitor.fetch('/notes')).status).toBe(200)
      expect((await visitor.submit('/sign-out', {})).headers.get('location')).toBe('/sign-in')
      expect((await visitor.fetch('/notes')).status).toBe(302)
    })
  })

  describe('requests from other sites', () => {
    test.each([
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ])('are refused: %j', async (headers) => {
      const response = await ada.fetch('/notes', {
        method: 'POST',
        body: noteForm('Not mine'),
        headers,
      })
      expect(response.status).toBe(403)
      expect(await response.text()).toContain('This request came from another site.')
    })

    test('are told from those of an older browser by Origin', async () => {
      const headers = { origin: server.origin }
      const response = await ada.fetch('/notes', {
        method: 'POST',
        body: noteForm('From an old browser'),
        headers,
      })
      expect(response.status).toBe(303)
    })
  })

  describe('the pages', () => {
    test('show a new note first in the list, and in full on a page of its own', async () => {
      await addNote('Older')
      const path = await addNote('Newer & <b>bolder</b>', {
        text: 'First line\nSecond <i>line</i>',
      })

      const list = await (await ada.fetch('/notes')).text()
      expect(list.indexOf('Newer &amp; &lt;b&gt;bolder&lt;/b&gt;')).toBeGreaterThan(0)
      expect(list.indexOf('Newer &amp;')).toBeLessThan(list.indexOf('Older'))

      const page = await ada.fetch(path)
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
      const html = await page.text()
      expect(html).toContain('<h1>Newer &amp; &lt;b&gt;bolder&lt;/b&gt;</h1>')
      expect(html).toContain('Second &lt;i&gt;line&lt;/i&gt;')
      expect(html).not.toContain('/files/')
    })

    test('show only the notes of the one who is signed in', async () => {
      const path = await addNote("Ada's own")
      expect(await (await grace.fetch('/notes')).text()).not.toContain('Ada&#39;s own')
      expect((await grace.fetch(path)).status).toBe(404)
      expect((await grace.submit(`${path}/delete`, {})).status).toBe(404)
      expect((await ada.fetch(path)).status).toBe(200)
    })

    test('search in titles and texts', async () => {
      await addNote('Analytical engine', { text: 'weaves algebraic patterns' })
      const found = await (await ada.fetch('/notes?q=ALGEBRAIC')).text()
      expect(found).toContain('Analytical engine')
      expect(found).not.toContain('Older')
      const nothing = await (await ada.fetch('/notes?q=%3Cnothing%3E')).text()
      expect(nothing).toContain('No note contains “&lt;nothing&gt;”.')
    })

    test('change and delete a note', async () => {
      const path = await addNote('Draft', { text: 'to be changed' })
      expect(await (await ada.fetch(`${path}/edit`)).text()).toContain('value="Draft"')

      const saved = await ada.submit(path, noteForm('Final', 'has been changed'))
      expect([saved.status, saved.headers.get('location')]).toEqual([303, path])
      expect(await (await ada.fetch(path)).text()).toContain('has been changed')

      expect((await ada.submit(`${path}/delete`, {})).headers.get('location')).toBe('/notes')
      expect((await ada.fetch(path)).status).toBe(404)
    })

    test('show what is wrong with a form, and keep what was typed', async () => {
      const response = await ada.submit('/notes', noteForm(' ', 'typed with care'))
      expect(response.status).toBe(400)
      const page = await response.text()
      expect(page).toContain('Give the note a title.')
      expect(page).toContain('typed with care')

      const path = await addNote('Has a title')
      const edited = await ada.submit(path, noteForm('x'.repeat(121)))
      expect(edited.status).toBe(400)
      expect(await edited.text()).toContain('A title has at most 120 characters.')
    })

    test('send the security headers of helmet', async () => {
      const { headers } = await ada.fetch('/notes')
      expect(headers.get('content-security-policy')).toContain("script-src 'self'")
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-powered-by')).toBeNull()
    })
  })

  describe('attachments', () => {
    /** The path of the file that a note's page shows. */
    async function fileOf(path: string): Promise<string> {
      const page = await (await ada.fetch(path)).text()
      const [, file] = /href="(\/files\/ada\/[^"]+)" download/.exec(page) ?? []
      if (file === undefined) throw new Error(`The note has no attachment:\n${page}`)
      return file
    }

    test('are stored with the note, and served to their owner with a validator', async () => {
      // The type that the browser claims does not matter.
      const path = await addNote('With a picture', {
        image: new Blob([picture], { type: 'text/html' }),
      })
      const file = await fileOf(path)
      expect(await (await ada.fetch(path)).text()).toContain(`<img class="picture" src="${file}"`)

      const response = await ada.fetch(file)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('image/png')
      expect(response.headers.get('content-length')).toBe(String(picture.length))
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect(response.headers.get('content-encoding')).toBeNull()
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(picture)

      const again = await ada.revalidate(file, response.headers.get('etag'))
      expect([again.status, await again.text()]).toEqual([304, ''])

      expect((await grace.fetch(file)).status).toBe(403)
      expect((await grace.fetch(`${file}-not-there`)).status).toBe(403)
      expect((await ada.fetch(`${file}-not-there`)).status).toBe(404)
      const visitor = new Visitor(server.origin)
      expect((await visitor.fetch(file)).headers.get('location')).toBe('/sign-in')
    })

    test('are served in ranges, as a player asks that seeks', async () => {
      const sound = Buffer.from(wav(20))
      const path = await addNote('A sound', { image: new Blob([sound]), name: 'sound.wav' })
      const file = await fileOf(path)
      const part = await ada.fetch(file, { headers: { range: 'bytes=1000-1999' } })
      expect(part.status).toBe(206)
      expect(part.headers.get('content-range')).toBe(`bytes 1000-1999/${sound.length}`)
      expect(part.headers.get('content-type')).toBe('audio/wav')
      expect(new Uint8Array(await part.arrayBuffer())).toEqual(
        new Uint8Array(sound.subarray(1000, 2000)),
      )
      const beyond = await ada.fetch(file, { headers: { range: `bytes=${sound.length}-` } })
      expect(beyond.status).toBe(416)
    })

    test('that a browser would run are saved, not shown', async () => {
      const page = new Blob(['<script>alert(1)</script>'], { type: 'text/plain' })
      const file = await fileOf(await addNote('A page', { image: page, name: 'page.html' }))
      const { headers } = await ada.fetch(file)
      expect(headers.get('content-disposition')).toMatch(/^attachment/)
      expect(headers.get('content-security-policy')).toContain('sandbox')
    })

    test('keep a name that fits no path', async () => {
      const path = await addNote('Odd name', { image: new Blob(['x']), name: '../ä <b>?.txt' })
      const file = await fileOf(path)
      expect(decodeURIComponent(file)).toMatch(/\/[^/]*ä _b__\.txt$/)
      expect(await (await ada.fetch(file)).text()).toBe('x')
    })

    test('can be replaced and removed', async () => {
      const path = await addNote('Changing', { image: new Blob([picture]) })
      const first = await fileOf(path)

      await ada.submit(path, noteForm('Changing', '', new Blob([png(8, 8)])))
      const second = await fileOf(path)
      expect(second).not.toBe(first)
      expect((await ada.fetch(first)).status).toBe(404)

      await ada.submit(path, noteForm('Changing'))
      expect(await fileOf(path)).toBe(second)

      const form = noteForm('Changing')
      form.set('removeAttachment', 'yes')
      await ada.submit(path, form)
      await expect(fileOf(path)).rejects.toThrow('has no attachment')
      expect((await ada.fetch(second)).status).toBe(404)
    })

    test('go with their note', async () => {
      const path = await addNote('Short-lived', { image: new Blob([picture]) })
      const file = await fileOf(path)
      await ada.submit(`${path}/delete`, {})
      expect((await ada.fetch(file)).status).toBe(404)
    })

    test('of more than 50 MB are refused with 413, in the form', async () => {
      const large = new Blob([new Uint8Array(50 * 1024 * 1024 + 1)])
      const response = await ada.submit('/notes', noteForm('Too large', 'kept text', large))
      expect(response.status).toBe(413)
      const page = await response.text()
      expect(page).toContain('An attachment may have at most 50 MB.')
      expect(page).toContain('kept text')
    })
  })

  describe('the API', () => {
    test('creates, lists, reads, changes and deletes notes', async () => {
      const created = await ada.json('POST', '/api/notes', { title: 'From the API', text: 'hello' })
      expect(created.status).toBe(201)
      const note = (await created.json()) as { id: string }
      expect(note).toMatchObject({ title: 'From the API', text: 'hello', attachment: null })
      expect(note).not.toHaveProperty('owner')
      const path = created.headers.get('location') ?? ''
      expect(path).toBe(`/api/notes/${note.id}`)

      const list = (await (await ada.json('GET', '/api/notes?q=from%20the')).json()) as {
        notes: unknown[]
      }
      expect(list.notes).toEqual([note])
      expect(await (await ada.json('GET', path)).json()).toEqual(note)

      const changed = await ada.json('PUT', path, { title: 'Changed', text: '' })
      expect(changed.status).toBe(200)
      expect(await changed.json()).toMatchObject({ id: note.id, title: 'Changed', text: '' })

      const deleted = await ada.json('DELETE', path)
      expect([deleted.status, await deleted.text()]).toEqual([204, ''])
      expect((await ada.json('GET', path)).status).toBe(404)
      expect((await ada.json('DELETE', path)).status).toBe(404)
    })

    test.each([
      [{}, { title: 'Give the note a title.' }],
      [{ title: 7 }, { title: 'Give the note a title.' }],
      [{ title: 'ok', text: ['no'] }, { text: 'The text must be a string.' }],
      [{ title: 'ok', text: 'x'.repeat(10_001) }, { text: 'A note has at most 10000 characters.' }],
    ])('refuses a note that is not valid (%#)', async (value, fields) => {
      const response = await ada.json('POST', '/api/notes', value)
      expect(response.status).toBe(400)
      expect(await response.json()).toEqual({ error: 'The note is not valid.', fields })
    })

    test('says what is wrong with a body it cannot read', async () => {
      const send = async (body: string, type = 'application/json') => {
        const headers = { accept: 'application/json', 'content-type': type }
        const response = await ada.fetch('/api/notes', { method: 'POST', body, headers })
        expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
        expect(await response.json()).toHaveProperty('error')
        return response.status
      }
      expect(await send('{"title":')).toBe(400)
      expect(await send('title=x', 'application/x-www-form-urlencoded')).toBe(415)
      expect(await send(JSON.stringify({ title: 'ok', text: 'x'.repeat(200_000) }))).toBe(413)
    })

    test('answers a repeated request with 304', async () => {
      const path =
        (await ada.json('POST', '/api/notes', { title: 'Unchanged' })).headers.get('location') ?? ''
      const etag = (await ada.json('GET', path)).headers.get('etag')
      expect(etag).toMatch(/^W\/"/)
      const again = await ada.revalidate(path, etag)
      expect([again.status, await again.text()]).toEqual([304, ''])
    })
  })

  describe('the live list', () => {
    test('hears of a note that another request creates, within a second', async () => {
      const events = await ada.events()
      expect(events.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
      expect(events.response.headers.get('content-encoding')).toBeNull()
      const others = await grace.events()

      const before = Date.now()
      const created = (await (await ada.json('POST', '/api/notes', { title: 'Live' })).json()) as {
        id: string
      }
      expect(await events.next()).toEqual({ event: 'created', data: created })
      expect(Date.now() - before).toBeLessThan(1_000)

      await ada.submit(`/notes/${created.id}`, noteForm('Live, changed'))
      expect(await events.next()).toMatchObject({
        event: 'updated',
        data: { title: 'Live, changed' },
      })
      await ada.submit(`/notes/${created.id}/delete`, {})
      expect(await events.next()).toEqual({ event: 'deleted', data: { id: created.id } })

      // What Ada does is not told to Grace: the first she hears of is her own note.
      await grace.json('POST', '/api/notes', { title: "Grace's" })
      expect(await others.next()).toMatchObject({ data: { title: "Grace's" } })
      events.close()
      others.close()
    })

    test('goes on for the others when one leaves', async () => {
      const leaving = await ada.events()
      const staying = await ada.events()
      leaving.close()
      for (const title of ['one', 'two', 'three']) {
        await ada.json('POST', '/api/notes', { title })
        expect(await staying.next()).toMatchObject({ event: 'created', data: { title } })
      }
      staying.close()
    })
  })

  describe('static files and compression', () => {
    test('serve a file with its type, and 304 when it has not changed', async () => {
      const response = await ada.fetch('/style.css')
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('text/css; charset=utf-8')
      expect(await response.text()).toContain('color-scheme: light dark')

      expect((await ada.revalidate('/style.css', response.headers.get('etag'))).status).toBe(304)
      expect((await ada.fetch('/icon.svg')).headers.get('content-type')).toBe('image/svg+xml')
      expect((await ada.fetch('/..%2fapp.js')).status).toBe(404)
    })

    test('serve a range', async () => {
      const whole = Buffer.from(await (await ada.fetch('/app.js')).arrayBuffer())
      const part = await ada.fetch('/app.js', {
        headers: { range: 'bytes=6-14', 'accept-encoding': 'identity' },
      })
      expect(part.status).toBe(206)
      expect(part.headers.get('content-range')).toBe(`bytes 6-14/${whole.length}`)
      expect(await part.text()).toBe(whole.toString('utf8', 6, 15))

      const none = await ada.fetch('/app.js', { headers: { range: 'bytes=999999-' } })
      expect(none.status).toBe(416)
    })

    test('compress a page once', async () => {
      const { headers, body } = await raw(`${server.origin}/sign-in`, { 'accept-encoding': 'gzip' })
      expect(headers['content-encoding']).toBe('gzip')
      expect(headers.vary).toMatch(/accept-encoding/i)
      expect(gunzipSync(body).toString()).toContain('<h1>Sign in</h1>')
    })
  })

  describe('errors', () => {
    test('are a page or JSON, as the client asks', async () => {
      const page = await ada.fetch('/nowhere')
      expect(page.status).toBe(404)
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(await page.text()).toContain('There is nothing at this address.')

      const json = await ada.fetch('/nowhere', { headers: { accept: 'application/json' } })
      expect([json.status, await json.json()]).toEqual([
        404,
        { error: 'There is nothing at this address.' },
      ])

      const api = await ada.fetch('/api/notes/nowhere', { headers: { accept: '*/*' } })
      expect([api.status, await api.json()]).toEqual([404, { error: 'There is no such note.' }])
    })

    test('of a malformed address do not look like faults of the app', async () => {
      const response = await ada.fetch('/notes/%zz')
      expect(response.status).toBe(400)
      expect(await response.text()).toContain('Bad Request')
    })

    test('of a form that is no form are shown, too', async () => {
      const headers = { 'content-type': 'text/plain' }
      const response = await ada.fetch('/notes', { method: 'POST', body: 'title=x', headers })
      expect(response.status).toBe(400)
    })
  })
})

function noteForm(
  title: string,
  text = '',
  image: Blob = new Blob([]),
  name = 'picture.png',
): FormData {
  const form = new FormData()
  form.set('title', title)
  form.set('text', text)
  form.set('attachment', image, image.size > 0 ? name : '')
  return form
}

/** A request without what `fetch` does by itself, such as decoding. */
function raw(
  url: string,
  headers: Record<string, string>,
): Promise<{ headers: NodeJS.Dict<string | string[]>; body: Buffer }> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, async (response) => {
      resolve({ headers: response.headers, body: Buffer.concat(await response.toArray()) })
    })
      .on('error', reject)
      .end()
  })
}
