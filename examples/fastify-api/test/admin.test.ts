import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type AccessTestTeam, createAccessTestTeam } from '@node-cf/access/testing'
import {
  AUDIENCE,
  png,
  startNode,
  startNodeBehindAccess,
  startWorkerBehindAccess,
} from '../../../scripts/examples/index.ts'
import { type Book, Client } from './client.ts'

const example = join(import.meta.dirname, '..')

describe.each([
  ['on Node', (team: AccessTestTeam) => startNodeBehindAccess(example, team)],
  [
    'on Workers',
    (team: AccessTestTeam) =>
      startWorkerBehindAccess(example, team, { main: 'src/worker.ts', secret: 'JWT_SECRET' }),
  ],
])('the routes of administrators %s', (_name, start) => {
  let team: AccessTestTeam
  let app: Awaited<ReturnType<typeof start>>

  beforeAll(async () => {
    team = await createAccessTestTeam({ team: 'example', audience: AUDIENCE })
    app = await start(team)
  }, 60_000)
  afterAll(() => app?.stop())

  const visit = (headers: Record<string, string> = {}, path = '/admin/users'): Promise<Response> =>
    fetch(app.origin + path, { headers })

  test('answer whom Access lets in', async () => {
    const response = await visit(await team.headers({ email: 'root@example.com' }))
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      users: [
        { name: 'ada', books: 1 },
        { name: 'grace', books: 1 },
      ],
    })
  })

  test('answer a service', async () => {
    const token = await team.serviceToken({ common_name: 'backup.access' })
    expect((await visit({ 'cf-access-jwt-assertion': token })).status).toBe(200)
  })

  test('refuse who has no token, one for another application, or one of the app itself', async () => {
    const response = await visit()
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ code: 'ERR_ACCESS_TOKEN_MISSING' })
    expect((await visit(await team.headers({ aud: ['another'] }))).status).toBe(401)
    const email = { 'cf-access-authenticated-user-email': 'a@example.com' }
    expect((await visit(email)).status).toBe(401)

    const ada = await new Client(app.origin).signIn('ada', 'lovelace')
    expect((await ada.fetch('/admin/users')).status).toBe(401)
  })

  test('do not stand in the way of the others', async () => {
    expect((await fetch(`${app.origin}/books`)).status).toBe(200)
  })

  test('show that a cover which is too large leaves nothing behind', async () => {
    const covers = async () =>
      (await (await visit(await team.headers(), '/admin/covers')).json()) as {
        covers: { key: string; size: number }[]
      }
    const ada = await new Client(app.origin).signIn('ada', 'lovelace')
    const { id } = await ada.add('A book')
    expect((await ada.cover(id, new Uint8Array(5 * 1024 * 1024 + 1))).status).toBe(413)
    expect(await covers()).toEqual({ covers: [] })

    const picture = png(20, 30)
    const { cover } = (await (await ada.cover(id, picture)).json()) as Book
    expect(await covers()).toEqual({
      covers: [{ key: cover?.replace('/covers/', ''), size: picture.length }],
    })
    await ada.fetch(`/books/${id}`, { method: 'DELETE' })
    expect(await covers()).toEqual({ covers: [] })
  })
})

test('the routes of administrators let the developer in, outside of production', async () => {
  const server = await startNode(example, {
    ACCESS_TEAM: 'example',
    ACCESS_AUDIENCE: AUDIENCE,
    ACCESS_DEVELOPER: 'developer@example.com',
  })
  try {
    expect((await fetch(`${server.origin}/admin/users`)).status).toBe(200)
    const deployed = await fetch(`${server.origin}/admin/users`, { headers: { 'cf-ray': 'x' } })
    expect(deployed.status).toBe(403)
  } finally {
    await server.stop()
  }
})

test('without Access there are no routes of administrators', async () => {
  const server = await startNode(example)
  try {
    expect((await fetch(`${server.origin}/admin/users`)).status).toBe(404)
  } finally {
    await server.stop()
  }
})
