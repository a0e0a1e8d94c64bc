import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type RunningWorker, startWorker } from '../../../scripts/workerd/index.ts'

/** A bookmark that is later than any of a database that has just been made. */
const bookmarkOf = (number: number): string =>
  `ffffffff-ffffffff-ffffffff-${number.toString(16).padStart(32, '0')}`

describe.each(['express', 'fastify'])('d1Session for %s', (framework) => {
  let worker: RunningWorker

  beforeAll(async () => {
    worker = await startWorker({
      entry: `${import.meta.dirname}/workers/session-${framework}.ts`,
      bindings: { d1Databases: { DB: `sessions-${framework}` } },
    })
    await worker.fetch('/set-up', { method: 'POST' })
  })
  afterAll(() => worker.dispose())

  const get = (path: string, cookie?: string): Promise<Response> =>
    worker.fetch(path, cookie === undefined ? {} : { headers: { cookie } })
  const post = (text: string): Promise<Response> =>
    worker.fetch('/notes', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    })
  const bookmarkIn = (response: Response): string | undefined =>
    /^d1-bookmark=([^;]*)/.exec(response.headers.getSetCookie().at(-1) ?? '')?.[1]

  it('sends the bookmark of a write, and takes it back', async () => {
    const written = await post('a')
    expect(written.status).toBe(201)
    expect(written.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^d1-bookmark=[\da-f]{8}-[\da-f]{8}-[\da-f]{8}-[\da-f]{32}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ])
    const read = await get('/notes', `x=1; d1-bookmark=${bookmarkIn(written)}`)
    const { notes, bookmark } = (await read.json()) as { notes: number; bookmark: string }
    expect(notes).toBe(1)
    expect(bookmark >= bookmarkIn(written)!).toBe(true)
  })

  it('continues the session that the cookie names', async () => {
    const response = await get('/notes', `d1-bookmark=${bookmarkOf(1)}`)
    expect(await response.json()).toMatchObject({ bookmark: bookmarkOf(1) })
  })

  it('sends no cookie where the bookmark is as it was', async () => {
    const response = await get('/notes', `d1-bookmark=${bookmarkOf(2)}`)
    expect(response.headers.getSetCookie()).toEqual([])
  })

  it('sends no cookie where nothing was asked of the database', async () => {
    const response = await get('/nothing')
    expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(/^other=1/)])
  })

  it.each([
    ['empty', ''],
    ['a constraint', 'first-primary'],
    ['too long', `${'f'.repeat(200)}-1-1-1`],
    ['very long', 'f'.repeat(20_000)],
    ['of other characters', `${bookmarkOf(3)}%0a`],
    ['of too many groups', `${bookmarkOf(3)}-ff`],
    ['script', '<script>'],
  ])('leaves aside what is no bookmark: %s', async (_, value) => {
    const response = await get('/notes', `d1-bookmark=${value}`)
    expect(response.status).toBe(200)
    const { bookmark } = (await response.json()) as { bookmark: string }
    expect(bookmark).toMatch(/^0/)
    expect(bookmarkIn(response)).toBe(bookmark)
  })

  it('keeps requests apart that are served at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const response = await get('/slow', `d1-bookmark=${bookmarkOf(index)}`)
        return response.json()
      }),
    )
    expect(answers).toEqual(
      answers.map((_, index) => ({ isSame: true, bookmark: bookmarkOf(index) })),
    )
  })

  it("leaves the app's own cookies alone", async () => {
    const response = await get('/cookies')
    expect(response.headers.getSetCookie()).toHaveLength(2)
    expect(bookmarkIn(response)).toMatch(/^0/)
  })

  it('sends the cookie before a stream', async () => {
    const response = await get('/stream')
    expect(await response.text()).toBe('ab')
    expect(bookmarkIn(response)).toMatch(/^0/)
  })

  it('takes what the cookie is to be', async () => {
    const response = await get('/strict')
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^b=[\da-f-]+; Max-Age=60; Domain=example.com; Path=\/strict; HttpOnly; SameSite=Strict$/,
      ),
    ])
  })

  if (framework === 'express') {
    it.each([
      ['object', 'other=1'],
      ['list', 'other=1'],
      ['without', 'earlier=1; Path=/'],
    ])('adds to the headers of writeHead, of this response alone: %s', async (kind, cookie) => {
      for (let time = 0; time < 2; time += 1) {
        const response = await get(`/head/${kind}`)
        expect(response.headers.get('x-other')).toBe('1')
        expect(response.headers.getSetCookie()).toEqual([
          cookie,
          expect.stringMatching(/^d1-bookmark=0/),
        ])
      }
    })

    it('cannot send the bookmark of a write that comes after the head', async () => {
      const response = await get('/late')
      expect(await response.text()).toBe('early,late')
      expect(response.headers.getSetCookie()).toEqual([])
    })
  }
})
