import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import secureSession from '@fastify/secure-session'
import access from '@node-cf/access-fastify'
import { type AccessTestTeam, createAccessTestTeam } from '@node-cf/access/testing'
import fastify from 'fastify'

declare module '@fastify/secure-session' {
  interface SessionData {
    visits: number
  }
}

describe('@fastify/secure-session', () => {
  const app = fastify()
  let team: AccessTestTeam
  beforeAll(async () => {
    team = await createAccessTestTeam()
    await app.register(secureSession, { key: Buffer.alloc(32, 1) })
    await app.register(access, {
      team: 'test',
      audience: team.audience,
      exempt: ['/public'],
      fetch: team.fetch,
      session: true,
    })
    for (const path of ['/', '/public']) {
      app.get(path, async ({ session }) => {
        const visits = (session.get('visits') ?? 0) + 1
        session.set('visits', visits)
        return String(visits)
      })
    }
  })
  afterAll(async () => {
    await app.close()
  })

  async function visit(cookie: string, sub?: string, url = '/'): Promise<[string, string]> {
    const headers = sub === undefined ? {} : await team.headers({ sub })
    const answer = await app.inject({ url, headers: { ...headers, cookie } })
    const [set] = answer.cookies as { name: string; value: string }[]
    return [
      answer.body,
      set === undefined ? cookie : `${set.name}=${encodeURIComponent(set.value)}`,
    ]
  }

  it("is the user's, and another for another", async () => {
    let [visits, cookie] = await visit('', 'ada')
    expect(visits).toBe('1')
    ;[visits, cookie] = await visit(cookie, 'ada')
    expect(visits).toBe('2')
    expect((await visit(cookie, 'grace'))[0]).toBe('1')
  })

  it('takes nothing over from before the sign-in', async () => {
    const [, cookie] = await visit('', undefined, '/public')
    expect((await visit(cookie, undefined, '/public'))[0]).toBe('2')
    expect((await visit(cookie, 'ada'))[0]).toBe('1')
  })

  it('is deleted when Access has signed the user out', async () => {
    const [, cookie] = await visit('', 'ada')
    const [refusal, left] = await visit(cookie)
    expect(refusal).toContain('ERR_ACCESS_TOKEN_MISSING')
    expect(left).toBe('session=')
    expect((await visit(left, 'ada'))[0]).toBe('1')
  })
})
