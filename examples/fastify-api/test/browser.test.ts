import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Locator, Page } from 'playwright-core'
import {
  openChromium,
  png,
  type Server,
  startNode,
  startWrangler,
  type Visit,
} from '../../../scripts/examples/index.ts'

const example = join(import.meta.dirname, '..')

describe.each([
  ['Node', () => startNode(example)],
  ['Workers', () => startWrangler(example)],
])('the documentation on %s, in Chromium', (runtime, start) => {
  let server: Server
  let visit: Visit
  let page: Page

  beforeAll(async () => {
    visit = await openChromium(`fastify-api-${runtime}`)
    server = await start()
    page = await visit.context.newPage()
  }, 90_000)

  afterAll(async () => {
    await visit?.close()
    await server?.stop()
    if (server) await writeFile(join(visit.directory, 'server.log'), server.log())
    if (visit) console.log(`The screenshots and the server's log are in ${visit.directory}`)
  })

  /** Opens an operation of the page, to try it out. */
  async function tryOut(method: string, path: string): Promise<Locator> {
    const operation = page
      .locator('.opblock', { has: page.locator(`[data-path="${path}"]`) })
      .filter({ has: page.locator('.opblock-summary-method', { hasText: method }) })
    await operation.locator('.opblock-summary-control').click()
    await operation.getByRole('button', { name: 'Try it out' }).click()
    return operation
  }

  /** Sends an operation's request, and returns status and body of the answer that is shown. */
  async function execute(operation: Locator): Promise<[string, string]> {
    await operation.getByRole('button', { name: 'Execute' }).click()
    const response = operation.locator('.live-responses-table .response')
    const status = await response.locator('.response-col_status').innerText()
    return [status.trim(), await response.locator('.highlight-code pre').first().innerText()]
  }

  test('shows what the app can do', async () => {
    await page.goto(`${server.origin}/`)
    await page.getByRole('heading', { name: 'Bookshelf' }).waitFor()
    expect(await page.locator('.opblock').count()).toBeGreaterThanOrEqual(10)
    await visit.shoot(page, 'documentation')
  })

  test('signs in, and adds a book', async () => {
    const signIn = await tryOut('POST', '/tokens')
    const credentials = { name: 'ada', password: 'lovelace' }
    await signIn.getByRole('textbox').fill(JSON.stringify(credentials))
    const [status, body] = await execute(signIn)
    expect(status).toBe('201')
    const { token } = JSON.parse(body) as { token: string }

    await page.getByRole('button', { name: 'Authorize' }).first().click()
    const dialog = page.locator('.modal-ux')
    await dialog.getByRole('textbox').fill(token)
    await dialog.getByRole('button', { name: 'Apply credentials' }).click()
    await dialog.getByRole('button', { name: 'Remove authorization' }).waitFor()
    await visit.shoot(page, 'authorized')
    await dialog.getByRole('button', { name: 'Close', exact: true }).click()

    const add = await tryOut('POST', '/books')
    const book = { title: 'Kindred', author: 'Octavia E. Butler', year: 1979 }
    await add.getByRole('textbox').fill(JSON.stringify(book))
    const [created, answer] = await execute(add)
    expect(created).toBe('201')
    expect(JSON.parse(answer)).toMatchObject({ id: 3, ...book, addedBy: 'ada' })
    await visit.shoot(page, 'added')
  })

  test('uploads a cover, and shows it', async () => {
    const upload = await tryOut('PUT', '/books/{id}/cover')
    await upload.getByPlaceholder('id').fill('3')
    const file = { name: 'kindred.png', mimeType: 'image/png', buffer: Buffer.from(png(300, 450)) }
    await upload.locator('input[type=file]').setInputFiles(file)
    const [status, body] = await execute(upload)
    expect(status).toBe('200')
    const { cover } = JSON.parse(body) as { cover: string }
    expect(cover).toMatch(/^\/covers\/.*\.png$/)

    const fetchCover = await tryOut('GET', '/covers/{key}')
    await fetchCover.getByPlaceholder('key').fill(cover.replace('/covers/', ''))
    await fetchCover.getByRole('button', { name: 'Execute' }).click()
    await fetchCover.locator('.live-responses-table img').waitFor()
    await visit.shoot(page, 'cover')
  })

  test('finds the book, and says what is wrong with a request', async () => {
    const list = await tryOut('GET', '/books')
    await list.getByPlaceholder('search').fill('butler')
    const [status, body] = await execute(list)
    expect(status).toBe('200')
    expect(JSON.parse(body)).toMatchObject({ books: [{ title: 'Kindred' }] })
    await visit.shoot(page, 'found')

    const read = await tryOut('GET', '/books/{id}')
    await read.getByPlaceholder('id').fill('9999')
    const [missing, failure] = await execute(read)
    expect(missing).toMatch(/^404/)
    expect(failure).toContain('There is no such book.')
  })

  test('leaves nothing to complain about in the console', () => {
    // Chromium reports the answer that the test above asks for: a book that is not there.
    expect(visit.complaints.filter((text) => !/status of 404/.test(text))).toEqual([])
  })
})
