import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { access } from '@node-cf/access-express'
import { type AccessTestTeam, createAccessTestTeam } from '@node-cf/access/testing'
import session from 'express-session'
import type { Answer } from '../../access/test/contract/client.ts'
import { serve, versions } from './serve.ts'

declare module 'express-session' {
  interface SessionData {
    visits?: number
  }
}

describe.each(Object.entries(versions))('express-session with %s', (_version, express) => {
  const store = new session.MemoryStore()
  let team: AccessTestTeam
  let server: Awaited<ReturnType<typeof serve>>
  beforeAll(async () => {
    team = await createAccessTestTeam()
    const app = express()
    app.use(session({ secret: 'a', store, resave: false, saveUninitialized: false }))
    app.get('/public', (req, res) => {
      req.session.visits = 100
      res.json(req.session.visits)
    })
    const { audience, fetch } = team
    app.use(access({ team: 'test', audience, fetch, logger: {}, session: true }))
    app.get('/', (req, res) => {
      req.session.visits = (req.session.visits ?? 0) + 1
      res.json(req.session.visits)
    })
    server = await serve(app)
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
  })

  const visit = async (cookie: string, sub?: string, path = '/'): Promise<Answer> =>
    server.send({
      path,
      headers: [
        ['cookie', cookie],
        ...(sub === undefined ? [] : Object.entries(await team.headers({ sub }))),
      ],
    })
  const cookieOf = ({ headers }: Answer): string => headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  const stored = (): Promise<number> =>
    new Promise((resolve) => store.all((_error, all) => resolve(Object.keys(all ?? {}).length)))

  it("is the user's, and has a new id for another", async () => {
    const first = await visit('', 'ada')
    const cookie = cookieOf(first)
    expect([first.text, (await visit(cookie, 'ada')).text]).toEqual(['1', '2'])
    const other = await visit(cookie, 'grace')
    expect(other.text).toBe('1')
    expect(cookieOf(other)).not.toBe(cookie)
    // The store has forgotten the first one.
    expect((await visit(cookie, 'ada')).text).toBe('1')
  })

  it('takes nothing over from before the sign-in', async () => {
    const cookie = cookieOf(await visit('', undefined, '/public'))
    const answer = await visit(cookie, 'ada')
    expect(answer.text).toBe('1')
    expect(cookieOf(answer)).not.toBe(cookie)
  })

  it('is destroyed when Access has signed the user out', async () => {
    const cookie = cookieOf(await visit('', 'ada'))
    const before = await stored()
    expect((await visit(cookie)).status).toBe(401)
    expect(await stored()).toBe(before - 1)
    expect((await visit(cookie, 'ada')).text).toBe('1')
  })
})
