import { existsSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { png } from './png.ts'
import { startWrangler, type Server } from './servers.ts'
import { Visitor } from './visitor.ts'

const executablePath = process.env.CHROMIUM || '/usr/bin/chromium'

/** What the test needs of the browser's HTMLImageElement. */
interface Picture {
  readonly naturalWidth: number
  decode(): Promise<void>
}

describe('the notes app on Workers, in Chromium', () => {
  let server: Server
  let browser: Browser
  let context: BrowserContext
  let directory: string
  const complaints: string[] = []

  beforeAll(async () => {
    if (!existsSync(executablePath)) {
      throw new Error(
        `There is no Chromium at ${executablePath}. Install it (on Debian: apt-get install chromium), ` +
          'or say where it is with the environment variable CHROMIUM.',
      )
    }
    directory = await mkdtemp(path.join(tmpdir(), 'express-notes-'))
    server = await startWrangler()
    browser = await chromium.launch({
      executablePath,
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    })
    context = await browser.newContext({ viewport: { width: 1100, height: 760 } })
    context.setDefaultTimeout(10_000)
    // What the content security policy blocks shows up here, too.
    context.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    context.on('weberror', (error) => complaints.push(String(error.error())))
  }, 90_000)

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    if (server) await writeFile(path.join(directory, 'wrangler.log'), server.log())
    if (directory) console.log(`The screenshots and the log of wrangler are in ${directory}`)
  })

  const shoot = (page: Page, name: string) =>
    page.screenshot({ fullPage: true, path: path.join(directory, `${name}.png`) })

  test('signs in, adds a note with a picture, and shows it in another tab that is open', async () => {
    const page = await context.newPage()
    await page.goto(server.origin)
    await shoot(page, 'sign-in')
    await page.getByLabel('Name').fill('ada')
    await page.getByLabel('Password').fill('lovelace')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('You have no notes yet.').waitFor()

    const other = await context.newPage()
    await other.goto(`${server.origin}/notes`)
    await other.getByRole('status').getByText('Live').waitFor()

    await page.getByRole('link', { name: 'New note' }).click()
    await page.getByLabel('Title').fill('A walk in the hills')
    await page.getByLabel('Text').fill('Clear sky in the morning.\nTake the longer way next time.')
    const file = { name: 'hills.png', mimeType: 'image/png', buffer: Buffer.from(png(900, 560)) }
    await page.getByLabel('Picture').setInputFiles(file)
    await page.getByRole('button', { name: 'Add the note' }).click()

    await page.getByRole('heading', { name: 'A walk in the hills' }).waitFor()
    const picture = page.getByRole('img', { name: 'The picture of this note' })
    const width = await picture.evaluate(async (image: Picture) => {
      await image.decode()
      return image.naturalWidth
    })
    expect(width).toBe(900)
    await shoot(page, 'note')

    // The other tab was not touched: the server told it.
    await other.getByRole('link', { name: 'A walk in the hills' }).waitFor({ timeout: 2_000 })
    await other.getByRole('status').getByText('“A walk in the hills” was added.').waitFor()
  })

  test('shows a note that comes in through the API, and its deletion', async () => {
    const [, list] = context.pages()
    if (!list) throw new Error('The list of the first test is not open.')
    const api = await new Visitor(server.origin).signIn('ada', 'lovelace')
    for (const [title, text] of [
      ['Books to return', 'The Mythical Man-Month\nSketch of the Analytical Engine'],
      [
        'Ideas for the talk',
        'Start with the demo, end with the questions, and leave out the middle.',
      ],
    ]) {
      await api.json('POST', '/api/notes', { title, text })
    }
    const created = await api.json('POST', '/api/notes', { title: 'Added <b>live</b>', text: '' })
    await list.getByRole('link', { name: 'Added <b>live</b>' }).waitFor({ timeout: 2_000 })
    expect(await list.getByRole('heading', { level: 2 }).allTextContents()).toEqual([
      'Added <b>live</b>',
      'Ideas for the talk',
      'Books to return',
      'A walk in the hills',
    ])

    await api.json('DELETE', created.headers.get('location') ?? '')
    await list
      .getByRole('link', { name: 'Added <b>live</b>' })
      .waitFor({ state: 'detached', timeout: 2_000 })
    await shoot(list, 'list')
    await list.emulateMedia({ colorScheme: 'dark' })
    await shoot(list, 'list-dark')
    await list.setViewportSize({ width: 390, height: 844 })
    await shoot(list, 'list-narrow')
  })

  test('shows what is wrong with a picture in the form', async () => {
    const [page] = context.pages()
    if (!page) throw new Error('The page of the first test is not open.')
    await page.goto(`${server.origin}/notes/new`)
    await page.getByLabel('Title').fill('Not a picture')
    const file = { name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('plain text') }
    await page.getByLabel('Picture').setInputFiles(file)
    await page.getByRole('button', { name: 'Add the note' }).click()
    await page.getByText('A picture must be a PNG, JPEG, GIF or WebP file.').waitFor()
    expect(await page.getByLabel('Title').inputValue()).toBe('Not a picture')
    await shoot(page, 'form-with-error')
  })

  test('asks before it deletes a note', async () => {
    const [page] = context.pages()
    if (!page) throw new Error('The page of the first test is not open.')
    await page.goto(`${server.origin}/notes`)
    await page.getByRole('link', { name: 'Books to return' }).click()

    page.once('dialog', (dialog) => void dialog.dismiss())
    await page.getByRole('button', { name: 'Delete' }).click()
    expect(page.url()).toMatch(/\/notes\/[0-9a-f-]{36}$/)

    page.once('dialog', (dialog) => void dialog.accept())
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.waitForURL('**/notes')
    expect(await page.getByRole('link', { name: 'Books to return' }).count()).toBe(0)

    await page.goto(`${server.origin}/nowhere`)
    await shoot(page, 'not-found')
  })

  test('leaves nothing to complain about in the console', () => {
    // Chromium reports the answers that the tests above ask for: a refused form, a page that is not there.
    const unexpected = complaints.filter((text) => !/status of (415|404)/.test(text))
    expect(unexpected).toEqual([])
  })
})
