/** What surrounds an app under test: teams with real keys, each with a key server on loopback. */
import type { AccessFetch } from '@node-cf/access'
import {
  type AccessTestServer,
  type AccessTestTeam,
  createAccessTestTeam,
  listen,
} from '@node-cf/access/testing'

/** Each scenario has a team of its own, since an isolate keeps the keys of a team once. */
const TEAMS = ['acme', 'rival', 'startup', 'forged', 'rotation', 'outage', 'cold'] as const
type TeamName = (typeof TEAMS)[number]

export const AUDIENCE = 'e5bf2ea4c7ed0ca8f13f6a5a1c5bd86e8b4ea2f7b0b56a0b5c40f0b4ff3f9a11'
export const PARTNERS = '0a6b0d5d2f6f4d1c8a9e7b3c5d4e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e'

export interface World extends AsyncDisposable {
  readonly teams: Record<TeamName, AccessTestTeam>
  /** Fetches from the key server of the team whose host is asked for. */
  readonly fetch: AccessFetch
}

export async function createWorld(): Promise<World> {
  const teams = {} as Record<TeamName, AccessTestTeam>
  const servers = new Map<string, AccessTestServer>()
  for (const name of TEAMS) {
    const team = await createAccessTestTeam({ team: name, audience: AUDIENCE })
    teams[name] = team
    servers.set(new URL(team.issuer).host, await listen(team))
  }
  return {
    teams,
    async fetch(url, init) {
      const server = servers.get(new URL(url).host)
      // A host that nobody should ask for: an attacker's.
      if (server === undefined) throw new Error(`No route to ${url}`)
      return server.fetch(url, init)
    },
    async [Symbol.asyncDispose]() {
      for (const server of servers.values()) await server.close()
    },
  }
}
