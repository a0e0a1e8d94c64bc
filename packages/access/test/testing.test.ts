import { describe, expect, it } from '@jest/globals'
import { createAccessVerifier } from '@node-cf/access'
import { createAccessTestTeam, fetchFrom, listen } from '@node-cf/access/testing'
import { startWorker } from '../../../scripts/workerd/index.ts'

describe('a test team', () => {
  it('signs tokens that a verifier takes', async () => {
    const team = await createAccessTestTeam({ team: 'acme', audience: 'notes' })
    const { issuer, fetch } = team
    expect(issuer).toBe('https://acme.cloudflareaccess.com')
    const verifier = createAccessVerifier({ team: 'acme', audience: 'notes', fetch })
    expect(await verifier.verify(await team.headers({ email: 'x@y' }))).toMatchObject({
      kind: 'user',
      email: 'x@y',
    })
    const headers = { 'cf-access-jwt-assertion': await team.serviceToken({ common_name: 'ci' }) }
    expect(await verifier.verify(headers)).toMatchObject({ kind: 'service', commonName: 'ci' })
    expect(team.requests).toEqual([`${issuer}/cdn-cgi/access/certs`])
  })

  it('leaves out a claim that is undefined', async () => {
    const { token } = await createAccessTestTeam()
    const claims = Buffer.from((await token({ email: undefined })).split('.')[1]!, 'base64url')
    expect(JSON.parse(claims.toString())).not.toHaveProperty('email')
  })

  it('publishes two keys after a rotation, and one where the others are withdrawn', async () => {
    const team = await createAccessTestTeam()
    const [first] = team.keys
    await team.rotate()
    expect(team.keys).toHaveLength(2)
    expect(team.keys[0]).toBe(first)
    await team.rotate()
    expect(team.keys).toHaveLength(2)
    expect(team.keys).not.toContain(first)
    await team.rotate({ forget: true })
    expect(team.keys).toHaveLength(1)
  })

  it('answers as it is told to, until it is told otherwise', async () => {
    const team = await createAccessTestTeam()
    const ask = async (path: string, headers = {}): Promise<Response> =>
      team.handle(new Request(`${team.issuer}${path}`, { headers }))
    team.answerWith(() => new Response('down', { status: 502 }))
    expect((await ask('/cdn-cgi/access/certs')).status).toBe(502)
    team.answerWith()
    expect((await ask('/cdn-cgi/access/certs')).status).toBe(200)
    expect((await ask('/elsewhere')).status).toBe(404)
    expect((await ask('/cdn-cgi/access/get-identity')).status).toBe(400)
    const cookie = `CF_Authorization=${await team.token({ custom: { groups: ['x'] } })}`
    expect(await (await ask('/cdn-cgi/access/get-identity', { cookie })).json()).toMatchObject({
      email: 'ada@example.com',
      groups: ['x'],
    })
  })

  it('is heard over HTTP', async () => {
    const team = await createAccessTestTeam()
    await using server = await listen(team)
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    for (const fetch of [server.fetch, fetchFrom(server.url)]) {
      const verifier = createAccessVerifier({ team: 'test', audience: 'test-audience', fetch })
      expect(await verifier.verify(await team.headers())).toMatchObject({ kind: 'user' })
      expect(await verifier.getIdentity(await team.headers())).toMatchObject({
        email: 'ada@example.com',
      })
    }
    team.answerWith(() => Promise.reject(new Error('broken')))
    await expect(fetch(server.url)).rejects.toThrow('fetch failed')
  })

  it('runs in a Worker', async () => {
    const worker = await startWorker({
      source: `
        import { createAccessVerifier } from '@node-cf/access'
        import { createAccessTestTeam } from '@node-cf/access/testing'
        export default {
          async fetch() {
            const { headers, fetch } = await createAccessTestTeam()
            const options = { team: 'test', audience: 'test-audience', fetch }
            return Response.json(await createAccessVerifier(options).verify(await headers()))
          },
        }`,
      resolveDir: `${import.meta.dirname}/../../access-express`,
    })
    expect(await (await worker.fetch('/')).json()).toMatchObject({ email: 'ada@example.com' })
    await worker.dispose()
  })
})
