import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { AccessOptions } from '@node-cf/access'
import { type AccessTestTeam, createAccessTestTeam } from '@node-cf/access/testing'
import fc from 'fast-check'
import { Client } from './client.ts'
import type { SubjectKind } from './subject.ts'
import { trickyPath } from './tricky-path.ts'

/** Paths of handlers below what is exempt, which answer with the header `x-handler: open`. */
export const open = ['/health', '/health/live', '/public/file']
/** Those of others, with `x-handler: closed`; an app serves them below /mounted too. */
export const closed = '/ /admin /admin/file /publicity /healthz-admin /partners/:id /live'.split(
  ' ',
)

/**
 * Defines tests of a router: what it routes to a protected handler must be exempt by no spelling.
 * @param name How the router is set
 * @param start Starts an app with it
 */
export function describePaths(
  name: string,
  start: (options: AccessOptions) => ReturnType<SubjectKind['start']>,
): void {
  describe(`a router, ${name}`, () => {
    let team: AccessTestTeam
    let client: Client
    let stop: () => Promise<void>
    beforeAll(async () => {
      team = await createAccessTestTeam()
      const { audience, fetch } = team
      const exempt = ['/health', '/public']
      const running = await start({ team: 'test', audience, exempt, fetch, logger: {} })
      client = new Client(running.port)
      stop = running.stop
    })
    afterAll(async () => {
      client.close()
      await stop()
    })

    it('routes no exempt path to a protected handler', async () => {
      const headers = Object.entries(await team.headers())
      let isClosed = 0
      await fc.assert(
        fc.asyncProperty(trickyPath, async (path) => {
          // The router itself is asked, by somebody whom it lets pass.
          const routed = await client.send({ path, headers })
          const stranger = await client.send({ path })
          isClosed += Number(routed.handler === 'closed')
          expect(stranger).toMatchObject(routed.handler === 'closed' ? { status: 401 } : {})
          expect(stranger.handler).not.toBe('closed')
        }),
        { numRuns: 500 },
      )
      expect(isClosed).toBeGreaterThan(20)
    })

    it('lets strangers to what is exempt', async () => {
      for (const path of [...open, '/health?x', '/health/live?/../admin']) {
        expect((await client.send({ path })).handler).toBe('open')
      }
    })
  })
}
