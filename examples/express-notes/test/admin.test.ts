import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type AccessTestTeam, createAccessTestTeam } from '@node-cf/access/testing'
import {
  AUDIENCE,
  startNode,
  startNodeBehindAccess,
  startWorkerBehindAccess,
} from '../../../scripts/examples/index.ts'

const example = path.join(import.meta.dirname, '..')
const attached = '{views,public}/**/*.{ejs,css,js,svg}'

describe.each([
  ['on Node', (team: AccessTestTeam) => startNodeBehindAccess(example, team)],
  [
    'on Workers',
    (team: AccessTestTeam) =>
      startWorkerBehindAccess(example, team, {
        main: 'src/worker.js',
        secret: 'SESSION_SECRET',
        attached,
      }),
  ],
])('the admin pages %s', (_name, start) => {
  let team: AccessTestTeam
  let app: Awaited<ReturnType<typeof start>>

  beforeAll(async () => {
    team = await createAccessTestTeam({ team: 'example', audience: AUDIENCE })
    app = await start(team)
  }, 60_000)
  afterAll(() => app?.stop())

  const visit = (headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${app.origin}/admin`, { headers: { accept: 'text/html', ...headers } })

  test('are shown to whom Access lets in', async () => {
    const response = await visit(await team.headers({ email: 'root@example.com' }))
    expect(response.status).toBe(200)
    const page = await response.text()
    expect(page).toContain('root@example.com')
    expect(page).toMatch(/<td>ada<\/td><td>0<\/td>[^]*<td>grace<\/td><td>1<\/td>/)
  })

  test('are shown to a service', async () => {
    const token = await team.serviceToken({ common_name: 'backup.access' })
    const response = await visit({ 'cf-access-jwt-assertion': token })
    expect(await response.text()).toContain('backup.access')
  })

  test('are refused without a token, and with one for another application', async () => {
    expect((await visit()).status).toBe(401)
    expect((await visit(await team.headers({ aud: ['another'] }))).status).toBe(401)
    expect((await visit({ 'cf-access-authenticated-user-email': 'a@example.com' })).status).toBe(
      401,
    )
    const page = await (await visit()).text()
    expect(page).toContain('Unauthorized')
    expect(page).not.toContain('ada')
  })

  test('do not stand in the way of the others', async () => {
    expect((await fetch(`${app.origin}/sign-in`)).status).toBe(200)
  })
})

test('the admin pages let the developer in, outside of production', async () => {
  const server = await startNode(example, {
    ACCESS_TEAM: 'example',
    ACCESS_AUDIENCE: AUDIENCE,
    ACCESS_DEVELOPER: 'developer@example.com',
  })
  try {
    const page = await (await fetch(`${server.origin}/admin`)).text()
    expect(page).toContain('developer@example.com')
    const deployed = await fetch(`${server.origin}/admin`, { headers: { 'cf-ray': 'x' } })
    expect(deployed.status).toBeGreaterThanOrEqual(400)
  } finally {
    await server.stop()
  }
})
