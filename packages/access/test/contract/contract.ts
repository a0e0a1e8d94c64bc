import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { setTimeout as delay } from 'node:timers/promises'
import { attackOn } from '../attacks/attack-on.ts'
import { attacks } from '../attacks/attacks.ts'
import type { Answer } from './client.ts'
import type { AccessTestTeam } from '@node-cf/access/testing'
import { Forge } from './forge.ts'
import { startSubject } from './start.ts'
import type { Subject, SubjectKind } from './subject.ts'
import type { Variant } from './variants.ts'
import { trickyPath } from './tricky-path.ts'
import { PARTNERS } from './world.ts'

const HEADER = 'cf-access-jwt-assertion'

/** Defines the tests that every plugin has to pass, on every runtime. */
export function describeContract(kind: SubjectKind): void {
  describe(`${kind.framework} on ${kind.runtime}`, () => {
    let subject: Subject
    beforeAll(async () => {
      subject = await startSubject(kind)
    })
    afterAll(async () => {
      await subject[Symbol.asyncDispose]()
    })

    const teams = (): Subject['world']['teams'] => subject.world.teams
    const visit = async (path: string, token?: string, app?: Variant): Promise<Answer> =>
      subject.send({ path, headers: token === undefined ? [] : [[HEADER, token]] }, app)

    describe('refuses', () => {
      const named = Object.values(attacks)
        .flat()
        .map((attack) => [attack.name, attack] as const)

      it.each(named)('%s', async (_name, attack) => {
        const { answer, status, code, sent } = await attackOn(subject, attack)
        expect([answer.status, answer.handler]).toEqual([status, undefined])
        expect([undefined, attack.code]).toContain(code)
        for (const secret of [...sent, 'mallory']) expect(answer.text).not.toContain(secret)
      })

      it('and never asked anybody but the team for keys', () => {
        expect(teams().rival.requests).toEqual([])
        expect(new Set(teams().acme.requests)).toEqual(
          new Set(['https://acme.cloudflareaccess.com/cdn-cgi/access/certs']),
        )
      })

      it('with what a client needs to know, and no more', async () => {
        const answer = await visit('/admin')
        expect(answer.headers).toMatchObject({
          'www-authenticate': 'Cloudflare-Access',
          'content-type': expect.stringContaining('application/json'),
        })
        expect(answer.json()).toMatchObject({
          error: expect.any(String),
          code: 'ERR_ACCESS_TOKEN_MISSING',
        })
      })
    })

    it('lets nobody to a protected handler by whatever path', async () => {
      const open = {
        '/': 'root',
        '/health': 'health',
        '/health/live': 'live',
        '/public/file': 'file',
      }
      const reached = new Set<string | undefined>()
      await fc.assert(
        fc.asyncProperty(trickyPath, async (path) => {
          const { handler } = await subject.send({ path })
          reached.add(handler)
          expect([undefined, ...Object.values(open)]).toContain(handler)
        }),
        { numRuns: 500, examples: Object.keys(open).map((path) => [path]) },
      )
      expect([...reached]).toEqual(expect.arrayContaining(Object.values(open)))
    })

    describe('lets in', () => {
      it('a user, by the header', async () => {
        const answer = await visit('/admin', await teams().acme.token({ custom: { team: 'x' } }))
        expect([answer.status, answer.handler]).toEqual([200, 'admin'])
        expect(answer.json().access).toMatchObject({
          kind: 'user',
          email: 'ada@example.com',
          sub: '7335d417-61da-459d-899c-0a01c76a2f94',
          custom: { team: 'x' },
          claims: { country: 'GB' },
        })
      })

      it('a user, by the cookie', async () => {
        const cookie = `a=1; CF_Authorization=${await teams().acme.token()}; b=2`
        const answer = await subject.send({ path: '/admin', headers: [['Cookie', cookie]] })
        expect([answer.status, answer.handler]).toEqual([200, 'admin'])
      })

      it('a user by the header, whatever the cookie is', async () => {
        const answer = await subject.send({
          path: '/admin',
          headers: [
            [HEADER, await teams().acme.token()],
            ['Cookie', 'CF_Authorization=x; CF_Authorization=y'],
          ],
        })
        expect(answer.status).toBe(200)
      })

      it('a service', async () => {
        const answer = await visit('/admin', await teams().acme.serviceToken())
        expect(answer.json().access).toMatchObject({
          kind: 'service',
          commonName: 'e367826f93b8d71185e03fe518aff3b4.access',
        })
      })

      it('a token for several applications', async () => {
        const aud = ['another', teams().acme.audience]
        expect((await visit('/admin', await teams().acme.token({ aud }))).status).toBe(200)
      })

      it('a token whose times are off by less than the tolerance', async () => {
        const now = Math.floor(Date.now() / 1000)
        const token = await teams().acme.token({ exp: now - 15, nbf: now + 15, iat: now + 15 })
        expect((await visit('/admin', token)).status).toBe(200)
      })

      it('everybody to exempt paths, and knows nobody there', async () => {
        for (const [path, handler] of [
          ['/', 'root'],
          ['/?x=1', 'root'],
          ['/health', 'health'],
          ['/health?a=/../b', 'health'],
          ['/health/live', 'live'],
          ['/public/file', 'file'],
        ]) {
          const answer = await visit(path!)
          expect([path, answer.status, answer.handler]).toEqual([path, 200, handler])
          expect(answer.json().access).toBeNull()
        }
      })

      it('preflights where they are exempt', async () => {
        const answer = await subject.send(
          {
            method: 'OPTIONS',
            path: '/admin',
            headers: [
              ['Origin', 'https://app.example'],
              ['Access-Control-Request-Method', 'POST'],
            ],
          },
          'preflight',
        )
        expect([answer.status, answer.handler]).toEqual([200, 'admin'])
      })

      it('those who are signed in to a 404', async () => {
        expect((await visit('/nowhere', await teams().acme.token())).status).toBe(404)
      })
    })

    describe('several applications', () => {
      it('each let in those with a token of their own, and not the others', async () => {
        const ours = await teams().acme.token()
        const partners = await teams().acme.token({ aud: [PARTNERS] })
        const status = async (path: string, token: string) => (await visit(path, token)).status
        expect(await status('/admin', ours)).toBe(200)
        expect(await status('/partners/orders', partners)).toBe(200)
        expect(await status('/admin', partners)).toBe(401)
        expect(await status('/partners/orders', ours)).toBe(401)
      })
    })

    describe('development', () => {
      it('lets everybody in as the developer', async () => {
        const answer = await visit('/admin', undefined, 'development')
        expect(answer.json().access).toMatchObject({ kind: 'user', email: 'dev@example.com' })
      })

      it('takes the loopback address that wrangler dev sets', async () => {
        for (const address of ['127.0.0.1', '::1']) {
          const headers = [['CF-Connecting-IP', address]] as const
          const answer = await subject.send({ path: '/admin', headers }, 'development')
          expect(answer.status).toBe(200)
        }
      })
    })

    describe('provision', () => {
      const admin = async (email: string): Promise<Answer> =>
        visit('/admin', await teams().acme.token({ email, sub: email }), 'provision')

      it("puts the app's user on the request, called once", async () => {
        const token = await teams().acme.token({ email: 'once@example.com' })
        // The mounted router has the middleware a second time.
        const answer = await visit('/mounted/health', token, 'provision')
        expect(answer.json().user).toEqual({ name: 'once@example.com', calls: 1 })
        const again = await visit('/admin', token, 'provision')
        expect(again.json().user).toEqual({ name: 'once@example.com', calls: 2 })
      })

      it.each([
        ['stranger', 403],
        ['inactive', 403],
        ['broken', 500],
        ['nothing', 500],
        ['route', 500],
      ])('refuses whom it does not let in: %s', async (name, status) => {
        const answer = await admin(`${name}@example.com`)
        expect([answer.status, answer.handler]).toEqual([status, undefined])
      })

      it('is not called for a request that is refused anyway', async () => {
        await visit('/admin', await teams().rival.token({ email: 'late@example.com' }), 'provision')
        const answer = await admin('late@example.com')
        expect(answer.json().user).toMatchObject({ calls: 1 })
      })
    })

    describe('session', () => {
      const cookieOf = ({ headers }: Answer): string =>
        (headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ')
      const visitSession = async (cookie: string, token?: string): Promise<Answer> =>
        subject.send(
          {
            path: '/session',
            headers: [
              ['Cookie', cookie],
              ...(token === undefined ? [] : [[HEADER, token] as const]),
            ],
          },
          'session',
        )
      const of = (sub: string): Promise<string> => teams().acme.token({ sub })

      it('goes on with the next token of the same user', async () => {
        const first = await visitSession('', await of('ada'))
        expect(first.json()).toEqual({ visits: 1 })
        const token = await teams().acme.token({ sub: 'ada', identity_nonce: 'next' })
        expect((await visitSession(cookieOf(first), token)).json()).toEqual({ visits: 2 })
      })

      it("begins anew with another user's token", async () => {
        const cookie = cookieOf(await visitSession('', await of('ada')))
        const other = await visitSession(cookie, await of('grace'))
        expect(other.json()).toEqual({ visits: 1 })
        expect((await visitSession(cookieOf(other), await of('ada'))).json()).toEqual({ visits: 1 })
      })

      it('begins anew for a service', async () => {
        const cookie = cookieOf(await visitSession('', await of('ada')))
        const answer = await visitSession(cookie, await teams().acme.serviceToken())
        expect(answer.json()).toEqual({ visits: 1 })
      })

      it.each([
        ['without a token', async () => undefined],
        ['with an expired token', async () => teams().acme.token({ sub: 'ada', exp: 1 })],
        ["with another team's token", async () => teams().rival.token({ sub: 'ada' })],
      ])('ends %s', async (_name, token) => {
        const cookie = cookieOf(await visitSession('', await of('ada')))
        const refused = await visitSession(cookie, await token())
        expect(refused.status).toBe(401)
        // What the browser is left with; where that is nothing new, the store has forgotten it.
        const left = cookieOf(refused) || cookie
        expect((await visitSession(left, await of('ada'))).json()).toEqual({ visits: 1 })
      })
    })

    describe('keys', () => {
      it('are fetched once at the start, however many come at once', async () => {
        const token = await teams().startup.token()
        const answers = await Promise.all(
          Array.from({ length: 30 }, () => visit('/admin', token, 'startup')),
        )
        expect(answers.map(({ status }) => status)).toEqual(Array(30).fill(200))
        expect(teams().startup.requests).toHaveLength(1)
      })

      it('are not fetched for 1,000 forged ids', async () => {
        const forge = new Forge(teams().forged)
        expect((await visit('/admin', await teams().forged.token(), 'forged')).status).toBe(200)
        for (let round = 0; round < 50; round += 1) {
          const answers = await Promise.all(
            Array.from({ length: 20 }, (_, index) =>
              visit('/admin', forge.byAttacker({ kid: `forged-${round}-${index}` }), 'forged'),
            ),
          )
          expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
        }
        expect(teams().forged.requests).toHaveLength(1)
      })

      it('are fetched for forged ids once a cool-down at most', async () => {
        const forge = new Forge(teams().forged)
        const { requests } = teams().forged
        const before = requests.length
        const start = Date.now()
        while (requests.length < before + 3) {
          await visit('/admin', forge.byAttacker({ kid: `often-${Date.now()}` }), 'forgedOften')
        }
        // Three fetches have two whole cool-downs between them; clocks are read in milliseconds.
        expect(Date.now() - start).toBeGreaterThanOrEqual(490)
      })

      it('follow a rotation, and end with a revocation', async () => {
        const team = teams().rotation
        const before = await team.token()
        expect((await visit('/admin', before, 'rotation')).status).toBe(200)
        await team.rotate()
        await delay(60)
        const after = await team.token()
        expect((await visit('/admin', after, 'rotation')).status).toBe(200)
        expect((await visit('/admin', before, 'rotation')).status).toBe(200)
        await team.rotate({ forget: true })
        await delay(250)
        expect((await visit('/admin', after, 'rotation')).status).toBe(401)
        expect((await visit('/admin', before, 'rotation')).status).toBe(401)
        expect((await visit('/admin', await team.token(), 'rotation')).status).toBe(200)
      })

      it('let known users in through an outage, and nobody else', async () => {
        const team = teams().outage
        const known = await team.token()
        expect((await visit('/admin', known, 'outage')).status).toBe(200)
        team.answerWith(() => new Response('down', { status: 502 }))
        await delay(250)
        expect((await visit('/admin', known, 'outage')).status).toBe(200)
        const unknown = new Forge(team).byAttacker({ kid: 'unknown' })
        const answer = await visit('/admin', unknown, 'outage')
        expect([answer.status, answer.handler]).toEqual([503, undefined])
        const changed = new Forge(team).byAttacker()
        expect((await visit('/admin', changed, 'outage')).status).toBe(401)
        team.answerWith()
        await delay(60)
        expect((await visit('/admin', unknown, 'outage')).status).toBe(401)
      })

      it.each([
        ['an error', () => new Response('down', { status: 500 })],
        ['no JSON', () => new Response('<html>')],
        ['no keys', () => Response.json({ keys: [] })],
        ['a redirect', () => Response.redirect('https://evil.example/certs')],
        [
          'too much',
          ({ keys }: AccessTestTeam) =>
            Response.json({
              keys: keys.map(({ publicJwk }) => publicJwk),
              padding: 'x'.repeat(70_000),
            }),
        ],
        ['an exception', () => Promise.reject(new Error('broken'))],
      ])('that cannot be had mean 503, and never let in: %s', async (_name, answer) => {
        const team = teams().cold
        team.answerWith(() => answer(team))
        await delay(60)
        for (const token of [await team.token(), new Forge(team).byAttacker()]) {
          const refused = await visit('/admin', token, 'cold')
          expect([refused.status, refused.handler]).toEqual([503, undefined])
        }
        expect((await visit('/admin', undefined, 'cold')).status).toBe(401)
        expect((await visit('/health', undefined, 'cold')).status).toBe(200)
      })

      it('that can be had again are used at once', async () => {
        const team = teams().cold
        team.answerWith()
        await delay(60)
        expect((await visit('/admin', await team.token(), 'cold')).status).toBe(200)
      })
    })
  })
}
