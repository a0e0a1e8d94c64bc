import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'

const executablePath = process.env['CHROMIUM'] || '/usr/bin/chromium'

/** A browser that looks at an example. */
export interface Visit {
  readonly context: BrowserContext
  /** Errors in the console, what a content security policy blocks among them. */
  readonly complaints: string[]
  /** Where the screenshots are. */
  readonly directory: string
  shoot(page: Page, name: string): Promise<unknown>
  close(): Promise<void>
}

/**
 * Starts Chromium.
 *
 * @param name What it looks at: the screenshots' folder is named after it
 * @returns The browser, which the caller has to close
 * @throws Error where there is no Chromium, with how to get it
 */
export async function openChromium(name: string): Promise<Visit> {
  if (!existsSync(executablePath)) {
    throw new Error(
      `There is no Chromium at ${executablePath}. Install it (on Debian: apt-get install chromium), ` +
        'or say where it is with the environment variable CHROMIUM.',
    )
  }
  const directory = await mkdtemp(join(tmpdir(), `${name}-`))
  const browser = await chromium.launch({
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
  const context = await browser.newContext({ viewport: { width: 1100, height: 760 } })
  context.setDefaultTimeout(10_000)
  const complaints: string[] = []
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  context.on('weberror', (error) => complaints.push(String(error.error())))
  return {
    context,
    complaints,
    directory,
    shoot: (page, picture) =>
      page.screenshot({ fullPage: true, path: join(directory, `${picture}.png`) }),
    close: () => browser.close(),
  }
}
