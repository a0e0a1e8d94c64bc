import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { Kysely } from 'kysely'
import { type AccessTestTeam, createAccessTestTeam } from '@node-cf/access/testing'
import type { Response as MiniflareResponse } from 'miniflare'
import { startWorker } from '../../../scripts/workerd/index.ts'
import { handlerOf } from './provision/handler.ts'
import { nodeSqlite } from './provision/node-sqlite.ts'
import type { Database, User } from './provision/users.ts'

const USERS = `
  create table users (
    id integer primary key,
    username text not null unique,
    email text not null,
    first_name text not null,
    last_name text not null,
    is_active integer not null default 1
  )`

/** An app that runs, and knows how to end. */
type Start = (
  team: AccessTestTeam,
) => Promise<[send: (request: Request) => Promise<Response>, stop: () => Promise<void>]>

const onNode: Start = async (team) => {
  const db = new Kysely<Database>({ dialect: nodeSqlite() })
  return [handlerOf(db, team.fetch), () => db.destroy()]
}

const inWorkerd: Start = async (team) => {
  const { fetch, dispose } = await startWorker({
    entry: `${import.meta.dirname}/workers/provision.ts`,
    bindings: {
      d1Databases: { DB: 'users' },
      outboundService: async ({ url }) =>
        (await team.handle(new Request(url))) as unknown as MiniflareResponse,
    },
  })
  const send = async ({ url, method, headers, body }: Request): Promise<Response> =>
    fetch(new URL(url).pathname, {
      method,
      headers,
      ...(body !== null && { body: await new Response(body).text() }),
    })
  return [send, dispose]
}

describe.each([
  ['node:sqlite, on Node', onNode],
  ['D1, in workerd', inWorkerd],
])('users by Kysely in %s', (_name, start) => {
  let team: AccessTestTeam
  let send: (request: Request) => Promise<Response>
  let stop: () => Promise<void>
  beforeAll(async () => {
    team = await createAccessTestTeam()
    ;[send, stop] = await start(team)
  })
  afterAll(async () => {
    await stop()
  })

  async function query<Row>(text: string): Promise<Row[]> {
    const request = new Request('http://app.example/database', { method: 'POST', body: text })
    return (await (await send(request)).json()) as Row[]
  }
  beforeEach(async () => {
    await query('drop table if exists users')
    await query(USERS)
  })

  const visit = async (claims: object): Promise<Response> =>
    send(new Request('http://app.example/', { headers: await team.headers({ ...claims }) }))
  const ada = { email: 'ada@example.com', sub: 'ada', name: 'Ada King Lovelace' }
  const count = async (): Promise<number> =>
    (await query<{ count: number }>('select count(*) as count from users'))[0]!.count

  it('are created with the first request, and found with the next', async () => {
    const user = (await (await visit(ada)).json()) as User
    expect(user).toEqual({
      id: expect.any(Number),
      username: 'ada@example.com',
      email: 'ada@example.com',
      first_name: 'Ada',
      last_name: 'King Lovelace',
      is_active: 1,
    })
    expect(await (await visit(ada)).json()).toEqual(user)
    expect(await count()).toBe(1)
  })

  it('are one, when ten first requests come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => visit(ada)))
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
    const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as User).id))
    expect(new Set(ids).size).toBe(1)
    expect(await count()).toBe(1)
  })

  it('are renamed as Access renames them, and keep their name where it has none', async () => {
    await visit(ada)
    const renamed = await visit({ ...ada, name: 'Ada Lovelace' })
    expect(await renamed.json()).toMatchObject({ first_name: 'Ada', last_name: 'Lovelace' })
    const nameless = await visit({ ...ada, name: undefined })
    expect(await nameless.json()).toMatchObject({ first_name: 'Ada', last_name: 'Lovelace' })
    expect(await query('select last_name from users')).toEqual([{ last_name: 'Lovelace' }])
  })

  it('are refused when they are inactive', async () => {
    await visit(ada)
    await query('update users set is_active = 0')
    const answer = await visit({ ...ada, name: 'Mallory' })
    expect(answer.status).toBe(403)
    expect(await query('select first_name from users')).toEqual([{ first_name: 'Ada' }])
  })

  it('are nobody where a service comes', async () => {
    const headers = { 'cf-access-jwt-assertion': await team.serviceToken() }
    expect((await send(new Request('http://app.example/', { headers }))).status).toBe(403)
    expect(await count()).toBe(0)
  })

  it('let nobody in when the database is gone', async () => {
    await query('drop table users')
    expect((await visit(ada)).status).toBe(500)
  })
})
