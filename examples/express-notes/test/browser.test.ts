import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { BrowserContext } from 'playwright-core'
import {
  openChromium,
  png,
  type Server,
  startWrangler,
  type Visit,
} from '../../../scripts/examples/index.ts'
import { Visitor } from './visitor.ts'
import { wav } from './wav.ts'

/** What the test needs of the browser's HTMLAudioElement. */
interface Player {
  readonly readyState: number
  currentTime: number
  addEventListener(event: string, listener: (event: unknown) => void): void
}

/** What the test needs of the browser's HTMLImageElement. */
interface Picture {
  readonly naturalWidth: number
  decode(): Promise<void>
}

describe('the notes app on Workers, in Chromium', () => {
  let server: Server
  let visit: Visit
  let context: BrowserContext

  beforeAll(async () => {
    visit = await openChromium('express-notes')
    server = await startWrangler(path.join(import.meta.dirname, '..'))
    ;({ context } = visit)
  }, 90_000)

  afterAll(async () => {
    await visit?.close()
    await server?.stop()
    if (server) await writeFile(path.join(visit.directory, 'wrangler.log'), server.log())
    if (visit) console.log(`The screenshots and the log of wrangler are in ${visit.directory}`)
  })

  test('signs in, adds a note with a picture, and shows it in another tab that is open', async () => {
    const page = await context.newPage()
    await page.goto(server.origin)
    await visit.shoot(page, 'sign-in')
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
    await page.getByLabel('Attachment').setInputFiles(file)
    await page.getByRole('button', { name: 'Add the note' }).click()

    await page.getByRole('heading', { name: 'A walk in the hills' }).waitFor()
    const picture = page.getByRole('img', { name: 'hills.png' })
    const width = await picture.evaluate(async (node) => {
      const image = node as unknown as Picture
      await image.decode()
      return image.naturalWidth
    })
    expect(width).toBe(900)
    await visit.shoot(page, 'note')

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
    await visit.shoot(list, 'list')
    await list.emulateMedia({ colorScheme: 'dark' })
    await visit.shoot(list, 'list-dark')
    await list.setViewportSize({ width: 390, height: 844 })
    await visit.shoot(list, 'list-narrow')
  })

  test('plays a sound, and seeks in it', async () => {
    const [page] = context.pages()
    if (!page) throw new Error('The page of the first test is not open.')
    await page.goto(`${server.origin}/notes/new`)
    await page.getByLabel('Title').fill('A sound')
    const sound = Buffer.from(wav(600))
    const file = { name: 'sound.wav', mimeType: 'audio/wav', buffer: sound }
    await page.getByLabel('Attachment').setInputFiles(file)
    const ranges: string[] = []
    page.on('request', (request) => {
      const { range } = request.headers()
      if (range !== undefined) ranges.push(range)
    })
    await page.getByRole('button', { name: 'Add the note' }).click()
    await page.getByRole('heading', { name: 'A sound' }).waitFor()
    const time = await page.locator('audio').evaluate(async (node) => {
      const audio = node as unknown as Player
      if (audio.readyState === 0)
        await new Promise((resolve) => audio.addEventListener('loadedmetadata', resolve))
      const sought = new Promise((resolve) => audio.addEventListener('seeked', resolve))
      audio.currentTime = 500
      await sought
      return audio.currentTime
    })
    expect(time).toBe(500)
    // What stands 500 seconds in has been asked for by itself.
    const starts = ranges.map((range) => Number(/^bytes=(\d+)-/.exec(range)?.[1]))
    expect(Math.max(...starts)).toBeGreaterThan(3_000_000)
    await visit.shoot(page, 'sound')
  })

  test('asks before it deletes a note', async () => {
    const [page] = context.pages()
    if (!page) throw new Error('The page of the first test is not open.')
    await page.goto(`${server.origin}/notes`)
    await page.getByRole('link', { name: 'Books to return' }).click()
    // Its script has to be there before the button is used.
    await page.waitForURL(/\/notes\/[0-9a-f-]{36}$/)

    page.once('dialog', (dialog) => void dialog.dismiss())
    await page.getByRole('button', { name: 'Delete' }).click()
    expect(page.url()).toMatch(/\/notes\/[0-9a-f-]{36}$/)

    page.once('dialog', (dialog) => void dialog.accept())
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.waitForURL('**/notes')
    expect(await page.getByRole('link', { name: 'Books to return' }).count()).toBe(0)

    await page.goto(`${server.origin}/nowhere`)
    await visit.shoot(page, 'not-found')
  })

  test('leaves nothing to complain about in the console', () => {
    // Chromium reports the answers that the tests above ask for: a page that is not there.
    const unexpected = visit.complaints.filter((text) => !/status of 404/.test(text))
    expect(unexpected).toEqual([])
  })
})
